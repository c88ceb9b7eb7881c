// Command pictures draws docs/run.svg, the same requests on target-server in each of its three modes, and the pictures of
// docs/plot.md.
//
//	go run ./lab/cmd/pictures
//
// Every bar is of a run of target-server, in simulated time: it takes no time, and is the same each time.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	docs := flag.String("docs", "docs", "`folder` of the pictures")
	flag.Parse()
	if err := write(*docs); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// write draws the pictures into a folder.
func write(docs string) error {
	pictures, err := all()
	if err != nil {
		return err
	}
	for name, svg := range pictures {
		if err := os.WriteFile(filepath.Join(docs, name), svg, 0o644); err != nil {
			return fmt.Errorf("the picture: %w", err)
		}
	}
	return nil
}

// all draws the pictures, by the names of their files.
func all() (map[string][]byte, error) {
	svg, err := draw()
	if err != nil {
		return nil, err
	}
	pictures := map[string][]byte{"run.svg": svg}
	for _, p := range plots() {
		if pictures[p.file], err = p.draw(); err != nil {
			return nil, err
		}
	}
	return pictures, nil
}
