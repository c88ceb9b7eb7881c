//go:build !linux

package server

// createReady makes a ready file. If the process is killed in the middle of it, its temporary file may remain.
func createReady(path string, text []byte, _ bool) (*written, error) { return createNamed(path, text) }
