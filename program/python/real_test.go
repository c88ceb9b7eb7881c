package python_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/programtest"
	"github.com/target-server/target-server/program/python"
)

// printed is a program for testdata/real/ask.py.
type printed struct {
	Name     string    `json:"name"`
	Text     string    `json:"text"`
	Requests []request `json:"requests"`
	of       *program.Program
}

// result is what ask.py found.
type result struct {
	Error   string   `json:"error"` // why the program could not be imported
	Said    string   `json:"said"`
	Answers []answer `json:"answers"`
	Names   []string `json:"names"` // of the routes' functions, where the framework is FastAPI
}

// answer is one answer, and the exception that left the application.
type answer struct {
	Status  int         `json:"status"`
	Body    string      `json:"body"`
	Headers [][2]string `json:"headers"`
	Raised  string      `json:"raised"`
}

// environments are the Pythons with the pinned packages. PROGRAM_REAL must name the directory of the lab's
// environments; `make program-real` sets it.
func environments(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("PROGRAM_REAL")
	if dir == "" {
		t.Skip("PROGRAM_REAL names no directory of Python environments with the real frameworks (see make program-real)")
	}
	found, err := filepath.Glob(filepath.Join(dir, "*", "bin", "python"))
	if err != nil || len(found) == 0 {
		t.Fatalf("no environment in %s: %v", dir, err)
	}
	return found
}

// ask runs programs in an environment, each in a fresh module.
func ask(t *testing.T, environment string, programs []printed) []result {
	t.Helper()
	input, err := json.Marshal(programs)
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), environment, filepath.Join("testdata", "real", "ask.py"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(input), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", environment, err, &stderr)
	}
	var results []result
	if err := json.Unmarshal(stdout.Bytes(), &results); err != nil || len(results) != len(programs) {
		t.Fatalf("%s: %d results for %d programs: %v", environment, len(results), len(programs), err)
	}
	return results
}

// randomPrograms is how many are drawn of each kind.
const randomPrograms = 100

func TestRealFrameworksRunRandomPrograms(t *testing.T) {
	for _, environment := range environments(t) {
		vintage := filepath.Base(filepath.Dir(filepath.Dir(environment)))
		all := goldenPrograms(t, vintage)
		for seed := range randomPrograms {
			all = append(all, drawn(t, fmt.Sprintf("drawn %d", seed), rapid.Custom(programtest.DrawAll).Example(seed), vintage, false))
			all = append(all, drawn(t, fmt.Sprintf("plain %d", seed), rapid.Custom(programtest.DrawPlainAll).Example(seed), vintage, true))
		}
		asked := 0
		for i, r := range ask(t, environment, all) {
			p := all[i]
			if r.Error != "" {
				t.Errorf("%s in %s:\n%s\n%s", p.Name, environment, r.Error, p.Text)
				continue
			}
			if len(r.Names) > 0 {
				check.Equal(t, p.Name+": functions", strings.Join(r.Names, " "), strings.Join(p.of.FunctionNames(), " "))
			}
			for n, got := range r.Answers {
				asked++
				if wrong := p.Requests[n].wrong(got); wrong != "" {
					t.Errorf("%s in %s: %s %s: %s\n%s", p.Name, environment, p.Requests[n].Method, p.Requests[n].Target, wrong, p.Text)
				}
			}
		}
		t.Logf("%s: %d programs, %d requests", environment, len(all), asked)
	}
}

func drawn(t *testing.T, name, text, vintage string, flask bool) printed {
	t.Helper()
	printer := python.FastAPI
	if flask {
		printer = python.Flask
	}
	p, err := program.Read(name, []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	o := python.Options{File: name, Stack: "uvicorn", Vintage: vintage}
	r := printed{Requests: []request{}, Name: name, Text: printer(p, o), of: p}
	for _, route := range p.Routes {
		if q, ok := requestFor(p, route, flask); ok {
			q.older = vintage == python.Vintage202303
			r.Requests = append(r.Requests, q)
		}
	}
	for _, folder := range p.Static {
		for _, f := range folder.Files {
			q := request{Method: http.MethodGet, Path: folder.Path + "/" + f.Name, route: &program.Route{Status: http.StatusOK, File: f.Size}}
			q.Target, q.older, q.static = q.Path, vintage == python.Vintage202303, true
			r.Requests = append(r.Requests, q)
		}
	}
	return r
}

// goldenPrograms are those in testdata that were printed for a vintage, without requests: they are imported only.
func goldenPrograms(t *testing.T, vintage string) []printed {
	t.Helper()
	files, err := filepath.Glob("testdata/*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs: %v", err)
	}
	var all []printed
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, older := strings.CutSuffix(strings.TrimSuffix(filepath.Base(file), ".py"), "_202303")
		isOlder := vintage == python.Vintage202303
		if older && !isOlder || isOlder && bytes.Contains(text, []byte("fastapi.sse")) { // which FastAPI had not yet
			continue
		}
		name, flask := strings.CutSuffix(name, "_flask")
		p := printed{Name: file, Text: string(text), of: read(t, name+".yaml"), Requests: []request{}}
		if flask {
			p.of = nil
		}
		all = append(all, p)
	}
	return slices.Clip(all)
}
