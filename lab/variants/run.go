package variants

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// Result is the result for one variant.
type Result struct {
	Variant Variant
	Caught  []string // the scenarios on which facts differed
	Facts   int      // how many
}

// Run builds every variant of the project below root, plays its scenarios against the recordings, and
// reports what caught it. It is an error if a variant cannot be built or played.
func Run(ctx context.Context, root string, all []Variant, progress io.Writer) ([]Result, error) {
	var results []Result
	for i, v := range all {
		r, err := v.run(ctx, root, progress)
		if err != nil {
			return results, fmt.Errorf("variant %s: %w", v.Name, err)
		}
		caught := "NOT CAUGHT"
		if len(r.Caught) > 0 {
			caught = fmt.Sprintf("caught by %s (%d facts)", strings.Join(r.Caught, ", "), r.Facts)
		}
		fmt.Fprintf(progress, "[%2d/%d] %-32s %s\n", i+1, len(all), v.Name, caught)
		results = append(results, r)
	}
	return results, ctx.Err()
}

func (v Variant) run(ctx context.Context, root string, progress io.Writer) (Result, error) {
	dir, err := os.MkdirTemp("", "variant")
	if err != nil {
		return Result{}, fmt.Errorf("folder: %w", err)
	}
	defer os.RemoveAll(dir)
	overlay, err := v.Overlay(root, dir)
	if err != nil {
		return Result{}, err
	}
	args := []string{"--replay", "--once", "--recordings", "lab/recordings", "--only", strings.Join(v.Scenarios, ","), "--binary", filepath.Join(dir, "target-server")}
	programs := []string{"./lab/cmd/lab"}
	if v.Processes {
		programs = append(programs, "./cmd/target-server")
	}
	for _, program := range programs {
		build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", filepath.Join(dir, filepath.Base(program)), program)
		build.Dir = root
		if out, err := build.CombinedOutput(); err != nil {
			return Result{}, fmt.Errorf("build: %w\n%s", err, out)
		}
	}
	for again := true; ; again = false {
		lab := exec.CommandContext(ctx, filepath.Join(dir, "lab"), args...)
		lab.Dir = root
		out, failed := lab.CombinedOutput()
		r, err := v.read(string(out), failed)
		if err == nil || !again || ctx.Err() != nil {
			return r, err
		}
		fmt.Fprintf(progress, "variant %s is played again: %v\n", v.Name, err)
	}
}

// Overlay writes the edited files into a folder, with the overlay file for go build, and returns that
// file's name.
func (v Variant) Overlay(root, dir string) (string, error) {
	files, err := v.Edited(root)
	if err != nil {
		return "", err
	}
	replace := map[string]string{}
	for name, text := range files {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "-"))
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return "", fmt.Errorf("edited file: %w", err)
		}
		replace[filepath.Join(root, name)] = path
	}
	list, err := json.Marshal(map[string]any{"Replace": replace})
	path := filepath.Join(dir, "overlay.json")
	if err == nil {
		err = os.WriteFile(path, list, 0o644)
	}
	if err != nil {
		return "", fmt.Errorf("overlay: %w", err)
	}
	return path, nil
}

var (
	differs = regexp.MustCompile(`\] DIFFERS +(\S+)`)
	sum     = regexp.MustCompile(`(?m)^\d+ facts agree, (\d+) differ`)
)

// read finds in the lab's output which scenarios caught the variant.
func (v Variant) read(said string, failed error) (Result, error) {
	total := sum.FindStringSubmatch(said)
	if total == nil || strings.Contains(said, "] BROKEN") {
		return Result{}, errors.Join(errors.New("it was not played:\n"+said), failed)
	}
	r := Result{Variant: v}
	r.Facts, _ = strconv.Atoi(total[1]) // the pattern allows only digits
	seen := map[string]bool{}
	for _, m := range differs.FindAllStringSubmatch(said, -1) {
		if !seen[m[1]] {
			seen[m[1]] = true
			r.Caught = append(r.Caught, m[1])
		}
	}
	return r, nil
}
