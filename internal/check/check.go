// Package check is what tests compare with, and how they wait for what another goroutine or process does. A failure says
// what was wanted, what came, and how to run that test alone.
package check

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// T is as much of a test as a check needs: a *testing.T has it, and so has a *rapid.T.
type T interface {
	Helper()
	Name() string
	Errorf(format string, args ...any)
}

// Equal compares two values.
func Equal[V comparable](t T, what string, got, want V) {
	t.Helper()
	if got != want {
		t.Errorf("%s: wanted\n%v\ngot\n%v\n(alone: %s)", what, want, got, Alone(t))
	}
}

// patience is how long Eventually waits: far longer than anything here takes on a machine that is busy.
const patience = 10 * time.Second

// Eventually waits in real time until something is true, and tells whether it became so. It is for what no simulated clock
// and no channel can announce.
func Eventually(t T, what string, so func() bool) bool {
	t.Helper()
	for end := time.Now().Add(patience); !so(); {
		if time.Now().After(end) {
			t.Errorf("%s: not so after %v (alone: %s)", what, patience, Alone(t))
			return false
		}
		time.Sleep(time.Millisecond)
	}
	return true
}

// Alone is the command that runs a test and no other, from the root of the module.
func Alone(t interface{ Name() string }) string {
	parts := strings.Split(t.Name(), "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return "go test ./" + folder() + " -run '" + strings.ReplaceAll(strings.Join(parts, "/"), "'", `'\''`) + "'"
}

// folder is the package under test, relative to its module: tests run in their package's folder.
func folder() string {
	here, err := os.Getwd()
	if err != nil {
		return "..."
	}
	for root := here; ; root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "go.mod")); err == nil {
			path, err := filepath.Rel(root, here)
			if err != nil {
				return "..."
			}
			return filepath.ToSlash(path)
		}
		if root == filepath.Dir(root) {
			return "..."
		}
	}
}
