package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	application "github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/explain"
)

// wrote writes a program to a file of the test's own.
func wrote(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "shop.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const brokenShop = "routes:\n  GET /: {def: [{slep: 5ms}]}\n  GET /b: {def: [{sleep: soon}]}\n"

func TestProgramCommands(t *testing.T) {
	right := wrote(t, "routes: {GET /: {def: []}, POST /: {async: []}}\n")
	warned := wrote(t, "pools: {db: {}}\nroutes: {GET /: {def: []}}\n")
	broken := wrote(t, brokenShop)
	trio := wrote(t, "pools: {db: {}}\nroutes:\n  GET /: {async: [{query: 1ms}]}\n")
	for _, tt := range []struct {
		args     string
		code     int
		out, err string // up to the end of what is given
	}{
		{"check " + right, 0, right + ": ok, 2 routes\n", ""},
		{"check health --stack uvicorn --vintage current", 0, "health: ok, 3 routes\n", ""},
		{"check " + warned, 0, warned + ": ok, 1 route\n", warned + ":1:9: warning: nothing queries the pool db; "},
		{"check " + broken, 2, "", broken + `:2:18: "slep" is not a key of a step; did you mean sleep? accepted: `},
		{"check crud --stack=flask", 2, "", "crud:5:1: dependencies cannot be used: Flask has no dependencies; "},
		{"check --stack waitress crud", 2, "", "crud:5:1: dependencies cannot be used: "},
		{"check " + trio + " --stack hypercorn-trio", 2, "", trio + ":3:19: an asynchronous pool cannot be used: SQLAlchemy's AsyncAdaptedQueuePool is asyncio's, and this stack runs on trio; accepted: queries in def functions, or another stack such as --stack hypercorn\n"},
		{"check " + trio + " --stack hypercorn", 0, trio + ": ok, 1 route\n", ""},
		{"check crud --stack node", 2, "", "crud:3:1: pools cannot be used: the pools are those of SQLAlchemy; "},
		{"check none.yaml", 2, "", `target-server: program "none.yaml" cannot be opened (no such file or directory); accepted: `},
		{"check", 2, "", "target-server: program check: a file is missing; accepted: target-server program check FILE, with - for standard input"},
		{"check a b", 2, "", `target-server: argument "b": is unexpected; accepted: target-server program check FILE, one file`},
		{"check crud --limit 3", 2, "", "target-server: flag --limit: is unknown to program check; accepted: --stack, --vintage, --json"},
		{"check crud --stack fastapi", 2, "", `target-server: flag --stack: "fastapi" is unknown; did you mean uvicorn? accepted: `},
		{"print crud", 0, "# crud: printed by target-server from ", ""},
		{"print crud --stack flask", 2, "", "crud:5:1: dependencies cannot be used: "},
		{"print async-misuse --stack node", 2, "", `target-server: flag --stack: "node" has no program in Python; accepted: a stack with FastAPI or Flask`},
		{"print " + broken, 2, "", broken + ":2:18: "},
		{"explain crud", 0, "crud: lowest ceiling ", ""},
		{"explain crud --limit 0", 2, "", `target-server: flag --limit: "0" is too small; `},
		{"list", 0, "async-misuse  The article's second program", ""},
		{"list all", 2, "", `target-server: argument "all": is unexpected; target-server program list takes no arguments`},
		{"show crud", 0, "# A service with a database", ""},
		{"show crub", 2, "", `target-server: program show: "crub" is no built-in program; did you mean crud? accepted: async-misuse, `},
		{"show", 2, "", "target-server: program show: takes the name of one built-in program; accepted: async-misuse, "},
		{"chek " + right, 2, "", `target-server: program "chek": is unknown; did you mean target-server program check?`},
		{"serve " + right, 2, "", `target-server: program "serve": is unknown; accepted: program check, program print, `},
		{"shop.yaml", 2, "", `target-server: program "shop.yaml": is unknown; to serve it: target-server --program shop.yaml; to check it: target-server program check shop.yaml`},
		{"--stack flask", 2, "", `target-server: program "--stack": is unknown; a command of program comes first, as in program check FILE; `},
		{"", 0, programHelp, ""},
		{"check --help", 0, programHelp, ""},
		{"help", 0, programHelp, ""},
	} {
		t.Run(tt.args, func(t *testing.T) {
			got := try(t, nil, nil, append([]string{"program"}, strings.Fields(tt.args)...)...)
			if got.code != tt.code || !strings.HasPrefix(got.out, tt.out) || !strings.HasPrefix(got.err, tt.err) || got.served != nil {
				t.Errorf("status %d\nstdout %q\nstderr %q\nwant status %d\nstdout %q…\nstderr %q…", got.code, got.out, got.err, tt.code, tt.out, tt.err)
			}
			if (tt.out == "") != (got.out == "") || (tt.err == "") != (got.err == "") {
				t.Errorf("stdout %q, stderr %q", got.out, got.err)
			}
		})
	}
}

// Every mistake is told, each with its place, by check as well as when the program is to be served.
func TestEveryMistakeIsTold(t *testing.T) {
	path := wrote(t, brokenShop)
	for _, args := range [][]string{{"program", "check", path}, {"--program", path}} {
		got := try(t, nil, nil, args...)
		lines := strings.Split(strings.TrimSuffix(got.err, "\n"), "\n")
		if got.code != 2 || got.served != nil || len(lines) != 2 ||
			!strings.HasPrefix(lines[0], path+`:2:18: "slep" is not`) || !strings.HasPrefix(lines[1], path+`:3:26: "soon" is not`) {
			t.Errorf("%v: status %d\n%s", args, got.code, got.err)
		}
	}
}

func TestProgramCheckInJSON(t *testing.T) {
	for args, want := range map[string]checked{
		wrote(t, brokenShop) + " --json":      {Problems: []problem{{Line: 2, Column: 18}, {Line: 3, Column: 26}}},
		"--json crud":                         {Routes: 3},
		wrote(t, "routes: [") + " --json":     {Problems: []problem{{Line: 1, Column: 1}}},
		"health --json --stack gunicorn-sync": {Problems: []problem{{Line: 5, Column: 16}}},
	} {
		got := try(t, nil, nil, append([]string{"program", "check"}, strings.Fields(args)...)...)
		var told checked
		if err := json.Unmarshal([]byte(got.out), &told); err != nil || got.err != "" {
			t.Fatalf("%s: %v, stdout %q, stderr %q", args, err, got.out, got.err)
		}
		if told.Routes != want.Routes || len(told.Problems) != len(want.Problems) || told.Warnings == nil || (got.code == 0) != (len(want.Problems) == 0) {
			t.Errorf("%s: got %+v, status %d", args, told, got.code)
		}
		for i := range min(len(told.Problems), len(want.Problems)) {
			p, w := told.Problems[i], want.Problems[i]
			if p.Line != w.Line || p.Column != w.Column && w.Line > 1 || p.What == "" || p.Advice == "" {
				t.Errorf("%s: got %+v, want line %d, column %d", args, p, w.Line, w.Column)
			}
		}
	}
}

func TestProgramExplainInJSON(t *testing.T) {
	got := try(t, nil, nil, "program", "explain", "crud", "--json", "--workers=3", "--limit=7", "--vintage=current")
	var report explain.Report
	if err := json.Unmarshal([]byte(got.out), &report); err != nil && !strings.Contains(err.Error(), "terms") {
		t.Fatalf("%v\n%s%s", err, got.out, got.err)
	}
	if c := report.Conditions; report.Program != "crud" || c.Workers != 3 || c.Threads != 7 || c.Vintage != "current" {
		t.Errorf("%+v", report)
	}
}

// - is standard input, and a file may have the name of a built-in program.
func TestProgramsFromElsewhere(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("crud", []byte("routes: {GET /: {def: []}}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := try(t, nil, nil, "program", "check", "crud"); got.out != "crud: ok, 1 route\n" {
		t.Errorf("%q %q", got.out, got.err)
	}
	if got := try(t, nil, nil, "program", "check", "-"); got.code != 2 || !strings.HasPrefix(got.err, "-:1:1: the file is empty; ") {
		t.Errorf("%q %q", got.out, got.err)
	}
}

// Each built-in program can be shown, checked and explained, and printed for each stack that serves it.
func TestEveryBuiltinProgram(t *testing.T) {
	for _, name := range application.Builtins() {
		for _, stack := range []string{"uvicorn", "hypercorn-trio", "gunicorn-uvicorn", "flask", "gunicorn-gthread"} {
			checked := try(t, nil, nil, "program", "check", name, "--stack", stack)
			for _, verb := range []string{"print", "explain"} {
				got := try(t, nil, nil, "program", verb, name, "--stack", stack)
				if got.code != checked.code || (got.code == 0) != (got.out != "") || got.err != checked.err {
					t.Errorf("%s %s --stack %s: status %d, stderr %q; check: status %d, stderr %q", verb, name, stack, got.code, got.err, checked.code, checked.err)
				}
			}
		}
	}
}

// A program is served with its warnings, and refused by a stack that cannot have it.
func TestServingAProgram(t *testing.T) {
	path := wrote(t, "pools: {db: {}}\nroutes: {GET /: {async: []}}\n")
	got := try(t, nil, nil, "--program", path)
	if got.code != 0 || got.served == nil || got.served.Program == nil || !strings.HasPrefix(got.err, "target-server: warning: "+path+":1:9: nothing queries") {
		t.Errorf("status %d, stderr %q", got.code, got.err)
	}
	got = try(t, nil, nil, "--program", path, "--stack", "flask")
	if got.code != 2 || got.served != nil || !strings.HasPrefix(got.err, path+":2:18: async cannot be used: ") {
		t.Errorf("status %d, stderr %q", got.code, got.err)
	}
}
