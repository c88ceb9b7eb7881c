package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BuildTarget builds target-server from the repository in whose root the program
// runs, and returns the binary and what removes it.
func BuildTarget(ctx context.Context) (binary string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "target-server")
	if err != nil {
		return "", nil, fmt.Errorf("build target-server: %w", err)
	}
	remove = func() { _ = os.RemoveAll(folder) } // a leftover in the temporary folder harms nobody
	binary = filepath.Join(folder, "target-server")
	if text, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/target-server").CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("build target-server: %w\n%s", err, text)
	}
	return binary, remove, nil
}
