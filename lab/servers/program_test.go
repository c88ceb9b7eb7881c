package servers

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

const described = "routes: {GET /: {def: [{raise: OutOfPaper}]}}"

// A program is a file for target-server, and for a real server the Python that it stands for.
func TestCommandsOfAProgram(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "shop.yaml"), []byte(described), 0o644); err != nil {
		t.Fatal(err)
	}
	ours := Ours{Binary: "/bin/ts", Programs: folder}
	for name, want := range map[string]string{"shop": filepath.Join(folder, "shop.yaml"), "crud": "crud"} {
		got := strings.Join(ours.Command(Config{Vintage: VintageCurrent, Program: name, Limit: 4}, 18000).Args, " ")
		check.Equal(t, "ours", got, "/bin/ts --addr 127.0.0.1:18000 --vintage current --program "+want+" --limit 4")
	}
	for stack, want := range map[string]string{
		Uvicorn:            "-m uvicorn app:app",
		"gunicorn-gthread": "-m gunicorn app:app --worker-class gthread",
		"flask-single":     "-m flask run --host 127.0.0.1 --port 18000 --without-threads",
		"waitress":         "-m waitress --listen=127.0.0.1:18000 app:app",
	} {
		command := Real{Dir: "/env", Programs: folder}.Command(Config{Stack: stack, Vintage: VintageCurrent, Program: "shop"}, 18000)
		if got := strings.Join(command.Args[1:], " "); command.Err != nil || !strings.HasPrefix(got, want) {
			t.Errorf("%s: %s, %v; want %s …", stack, got, command.Err, want)
		}
		if text := command.Files["app.py"]; !strings.Contains(text, "class OutOfPaper(Exception):") {
			t.Errorf("%s: the printed program is:\n%s", stack, text)
		}
	}
}

// What cannot be printed is an error when the server is started.
func TestAProgramThatCannotBePrinted(t *testing.T) {
	for stack, want := range map[string]string{Uvicorn: "no-such.yaml", "node": "no-such.yaml"} {
		command := Real{Dir: "/env"}.Command(Config{Stack: stack, Vintage: VintageCurrent, Program: "no-such"}, 18000)
		if command.Err == nil || !strings.Contains(command.Err.Error(), want) {
			t.Errorf("%s: the error is %v, want one that names %s", stack, command.Err, want)
		}
	}
}

// Every program of the lab can be served by FastAPI at both vintages, and no built-in one is played in its place.
func TestTheLabsProgramsAreValid(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "programs", "*.yaml"))
	if err != nil || len(files) < 8 {
		t.Fatalf("found %d programs, %v; want at least 8", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		if slices.Contains(program.Builtins(), name) {
			t.Errorf("%s is the name of a built-in program, which the lab would play", name)
		}
		for _, vintage := range Vintages() {
			command := Real{Dir: "/env", Programs: filepath.Join("..", "programs")}.Command(Config{Vintage: vintage, Program: name}, 18000)
			if command.Err != nil {
				t.Errorf("%s at %s: %v", name, vintage, command.Err)
			}
		}
	}
}
