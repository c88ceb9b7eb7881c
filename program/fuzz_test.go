package program_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/target-server/target-server/program"
)

// No file crashes the reader or keeps it busy, each mistake has a place in the file, and what is taken is the same program
// however it is written down.
func FuzzRead(f *testing.F) {
	for _, name := range program.Builtins() {
		text, _ := program.Builtin(name)
		f.Add(text)
	}
	for _, pattern := range []string{"testdata/broken/*.yaml", "testdata/warned/*.yaml", "python/testdata/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("%s: %d files, %v", pattern, len(files), err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		start := time.Now()
		p, err := program.Read("fuzzed.yaml", text, nil)
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		var problems *program.Problems
		switch {
		case errors.As(err, &problems):
			if len(problems.List) == 0 || len(problems.List) > 100 {
				t.Errorf("%d problems", len(problems.List))
			}
			for _, problem := range problems.List {
				if problem.Line < 1 || problem.Column < 1 || problem.What == "" || problem.Accepted == "" {
					t.Errorf("an incomplete problem: %+v", problem)
				}
			}
		case err != nil:
			t.Errorf("another error: %v", err)
		default:
			sameAgain(t, p)
		}
	})
}
