// Package check has comparisons for tests: a failure says what was wanted, what came, and how to run
// only that test.
//
//	check.Equal(t, "answer", got, want)
//
// Package eventually waits for a condition.
package check

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// T is the part of a test that a check needs; *testing.T and *rapid.T implement it.
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

// Alone is the command that runs only this test, from the root of the module.
func Alone(t interface{ Name() string }) string {
	parts := strings.Split(t.Name(), "/")
	for i, part := range parts {
		parts[i] = "^" + regexp.QuoteMeta(part) + "$"
	}
	return "go test ./" + folder() + " -run '" + strings.ReplaceAll(strings.Join(parts, "/"), "'", `'\''`) + "'"
}

// folder is the folder of the package under test, relative to its module: tests run in their package's
// folder.
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
