//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A ready file replaces nothing but a file: whoever asks for /dev/stdout, as root,
// still has it afterwards.
func TestReadyFileSparesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	fifo, link, folder := filepath.Join(dir, "fifo"), filepath.Join(dir, "link"), filepath.Join(dir, "folder")
	for _, err := range []error{syscall.Mkfifo(fifo, 0o600), os.Symlink(fifo, link), os.Mkdir(folder, 0o700)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range []string{fifo, link, folder} {
		for _, workers := range []string{"1", "2"} {
			before, err := os.Lstat(path)
			if err != nil {
				t.Fatal(err)
			}
			p := command(t, "--addr=127.0.0.1:0", "--workers="+workers, "--ready-file="+path)
			if err := p.cmd.Start(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(p.kill)
			p.until("it has refused, or taken it away", func() bool {
				now, err := os.Lstat(path)
				return strings.Contains(p.stderr.String(), "no regular file") || err != nil || now.Mode() != before.Mode()
			})
			if now, err := os.Lstat(path); err != nil || now.Mode() != before.Mode() {
				t.Fatalf("%s, %s workers: taken away", path, workers)
			}
			if got, want := p.end(), "exit status 1"; got != want {
				t.Errorf("%s, %s workers: got %s, want %s", path, workers, got, want)
			}
		}
	}
}

// A second server that cannot have the address leaves the ready file of the first
// where it is, which serves on.
func TestReadyFileOfTheServerThatHasTheAddress(t *testing.T) {
	for _, workers := range []string{"1", "2"} {
		p := start(t, "--log-format=off", "--workers="+workers)
		file := strings.TrimPrefix(p.cmd.Args[len(p.cmd.Args)-1], "--ready-file=")
		second := command(t, "--addr="+p.addr, "--workers="+workers, "--ready-file="+file)
		if err := second.cmd.Run(); err == nil {
			t.Fatal("the second server has the address, too")
		}
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s workers: %v", workers, err)
		}
	}
}
