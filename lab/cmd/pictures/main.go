// Command pictures draws docs/run.svg: the same requests on target-server in each of its three modes.
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
	docs := flag.String("docs", "docs", "`folder` of the picture")
	flag.Parse()
	if err := write(*docs); err != nil {
		fmt.Fprintln(os.Stderr, "pictures:", err)
		os.Exit(1)
	}
}

// write draws the picture into a folder.
func write(docs string) error {
	svg, err := draw()
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(docs, "run.svg"), svg, 0o644); err != nil {
		return fmt.Errorf("the picture: %w", err)
	}
	return nil
}
