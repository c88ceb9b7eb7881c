package attack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BinariesIn returns the paths of the binaries that Build makes in a folder.
func BinariesIn(dir string) Binaries {
	return Binaries{Plain: filepath.Join(dir, "plain"), Race: filepath.Join(dir, "race")}
}

// There reports whether both binaries exist.
func (b Binaries) There() bool {
	_, plain := os.Stat(b.Plain)
	_, race := os.Stat(b.Race)
	return plain == nil && race == nil
}

// Build builds target-server twice into a folder; the working directory must be the root of the
// repository. An overlay, if there is one, replaces source files (see go help build).
func Build(ctx context.Context, dir, overlay string) (Binaries, error) {
	b := BinariesIn(dir)
	return b, errors.Join(build(ctx, b.Plain, overlay), build(ctx, b.Race, overlay, "-race"))
}

func build(ctx context.Context, binary, overlay string, flags ...string) error {
	args := append([]string{"build", "-o", binary}, flags...)
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	if text, err := exec.CommandContext(ctx, "go", append(args, "./cmd/target-server")...).CombinedOutput(); err != nil {
		return fmt.Errorf("build target-server: %w\n%s", err, text)
	}
	return nil
}
