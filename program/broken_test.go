package program_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/program"
)

// mistake is what each line of the answer to a broken file looks like.
var mistake = regexp.MustCompile(`^[a-z-]+\.yaml:[0-9]+:[0-9]+: [^;]+; [^;]+`)

// Each broken file has mistakes that people make, and next to it the lines that it is answered with. UPDATE=1 rewrites them.
func TestBrokenFiles(t *testing.T) {
	files, err := filepath.Glob("testdata/broken/*.yaml")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d files, want 50 or more (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, err = program.Read(filepath.Base(file), text, distribution.FilesIn("testdata/broken"))
			if err == nil {
				t.Fatal("it was taken")
			}
			for line := range strings.SplitSeq(err.Error(), "\n") {
				if !mistake.MatchString(line) {
					t.Errorf("the line does not say where, what and what is accepted: %s", line)
				}
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".txt", err.Error()+"\n")
		})
	}
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; if that is meant: UPDATE=1 go test -run %s ./program\ngot:\n%s", path, t.Name(), got)
	}
}
