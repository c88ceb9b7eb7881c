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

// createReady makes a ready file, which has no name until it is whole, so that nothing remains of it however the process
// ends meanwhile. It fails with [fs.ErrExist] if there is a file already and it is not to replace it.
//
// To replace one it takes a temporary name after all, since the kernel has no way to link a file over another: a SIGKILL
// between that link and the move to its place leaves it. So does one in a file system that has no files without a name,
// or in a system without /proc; there createNamed does it.
func createReady(path string, text []byte, replace bool) (*written, error) {
	file, err := os.OpenFile(filepath.Dir(path), unix.O_TMPFILE|os.O_WRONLY, 0o600)
	if err != nil {
		return createNamed(path, text)
	}
	made, err := finish(file, text)
	switch {
	case err == nil && replace:
		err = linkOver(file, path)
	case err == nil:
		err = link(file, path)
	}
	if err == nil {
		return made, nil
	}
	_ = file.Close()
	if errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return createNamed(path, text)
}

// link gives an open file without a name one that is free.
func link(file *os.File, path string) error {
	open := fmt.Sprintf("/proc/self/fd/%d", file.Fd())
	return unix.Linkat(unix.AT_FDCWD, open, unix.AT_FDCWD, path, unix.AT_SYMLINK_FOLLOW)
}

// linkOver gives it one that another file has.
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
