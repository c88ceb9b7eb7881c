package python_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/python"
)

// golden compares a printed program with a file in testdata, and writes it if UPDATE is set.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	check.Equal(t, path+" (UPDATE=1 rewrites it)", got, string(want))
}

// read reads a file of testdata, or a built-in one.
func read(t *testing.T, name string) *program.Program {
	t.Helper()
	text, found := program.Builtin(strings.TrimSuffix(name, ".yaml"))
	if !found {
		var err error
		if text, err = os.ReadFile(filepath.Join("testdata", name)); err != nil {
			t.Fatal(err)
		}
	}
	p, err := program.Read(name, text, distribution.FilesIn("testdata"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestFastAPI(t *testing.T) {
	for _, name := range append(program.Builtins(), "names", "pools", "answers", "steps", "streams") {
		file := name + ".yaml"
		text := python.FastAPI(read(t, file), python.Options{File: file, Stack: "uvicorn", Vintage: python.VintageCurrent})
		golden(t, name+".py", text)
		for line := range strings.Lines(text) {
			check.Equal(t, name+": a line has at most 120 columns: "+line, len([]rune(line)) <= 121, true)
		}
	}
}

// What FastAPI prints in another way at 2023-03.
func TestFastAPIOf202303(t *testing.T) {
	file := "streams.yaml"
	text := python.FastAPI(read(t, file), python.Options{File: file, Stack: "uvicorn", Vintage: python.Vintage202303})
	golden(t, "streams_202303.py", text)
}

func TestFlask(t *testing.T) {
	for _, name := range []string{"threadpool", "health", "flask"} {
		file := name + ".yaml"
		o := python.Options{File: file, Stack: "waitress", Vintage: python.Vintage202303}
		golden(t, name+"_flask.py", python.Flask(read(t, file), o))
	}
}
