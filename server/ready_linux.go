package server

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// createReady creates a ready file. The file has no name until it is complete, so that nothing is left of it if the
// process ends before. It fails with [fs.ErrExist] if there is a file already and replace is false.
//
// To replace a file it needs a temporary name after all, since the kernel cannot link one file over another: a SIGKILL
// between the link and the rename leaves a file under that name. The same can happen where createNamed does the work:
// in a file system without nameless files (O_TMPFILE), or in a system without /proc.
func createReady(path string, text []byte, replace bool) (*createdFile, error) {
	file, err := os.OpenFile(filepath.Dir(path), unix.O_TMPFILE|os.O_WRONLY, 0o600)
	if err != nil {
		return createNamed(path, text)
	}
	created, err := writeText(file, text)
	switch {
	case err == nil && replace:
		err = linkOver(file, path)
	case err == nil:
		err = link(file, path)
	}
	if err == nil {
		return created, nil
	}
	_ = file.Close()
	if errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return createNamed(path, text)
}

// link gives a nameless open file a name that is free.
func link(file *os.File, path string) error {
	open := fmt.Sprintf("/proc/self/fd/%d", file.Fd())
	return unix.Linkat(unix.AT_FDCWD, open, unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
}

// linkOver gives it the name of an existing file.
func linkOver(file *os.File, path string) error {
	name := filepath.Join(filepath.Dir(path), fmt.Sprintf(".%s.%d", filepath.Base(path), rand.Uint64()))
	if err := link(file, name); err != nil {
		return err
	}
	if err := os.Rename(name, path); err != nil {
		_ = os.Remove(name)
		return err
	}
	return nil
}
