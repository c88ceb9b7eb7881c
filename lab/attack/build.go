package attack

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BinariesIn names what Build makes in a folder.
func BinariesIn(dir string) Binaries {
	return Binaries{Plain: filepath.Join(dir, "plain"), Race: filepath.Join(dir, "race")}
}

// There tells whether both have been built.
func (b Binaries) There() bool {
	_, plain := os.Stat(b.Plain)
	_, race := os.Stat(b.Race)
	return plain == nil && race == nil
}

// Build builds target-server twice, in a folder, from the repository in whose root the program runs. The overlay, if there is one, is a
// file that says what to build in place of what (go help build).
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
