//go:build unix

package driver

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// unpack writes files into a temporary folder. Without files there is none, and folder is "".
func unpack(files map[string]string) (folder string, err error) {
	if len(files) == 0 {
		return "", nil
	}
	folder, err = os.MkdirTemp("", "lab")
	if err != nil {
		return "", fmt.Errorf("folder: %w", err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			return "", errors.Join(fmt.Errorf("file: %w", err), remove(folder))
		}
	}
	return folder, nil
}

// remove removes what unpack has made.
func remove(folder string) error {
	if folder == "" {
		return nil
	}
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("temporary folder: %w", err)
	}
	return nil
}
