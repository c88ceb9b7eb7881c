package servers

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BuildTarget builds target-server, and returns the binary's path and a function that removes it. The
// working directory must be the root of the repository.
func BuildTarget(ctx context.Context) (binary string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "target-server")
	if err != nil {
		return "", nil, fmt.Errorf("build target-server: %w", err)
	}
	remove = func() { _ = os.RemoveAll(folder) } // leftovers in the temporary folder do no harm
	binary = filepath.Join(folder, "target-server")
	if text, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/target-server").CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("build target-server: %w\n%s", err, text)
	}
	return binary, remove, nil
}
