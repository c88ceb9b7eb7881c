//go:build !linux

package server

// createReady creates a ready file. If the process is killed in the middle of it, a temporary file may remain.
func createReady(path string, text []byte, _ bool) (*createdFile, error) {
	return createNamed(path, text)
}
