package program_test

import (
	"encoding/json"
	"math"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
)

// withoutPlaces is a program without what depends on where things stand in a file.
func withoutPlaces(p *program.Program) program.Program {
	plain := program.Program{Name: p.Name, Pools: p.Pools, Dependencies: p.Dependencies, Static: p.Static, Burn: p.Burn}
	for _, r := range p.Routes {
		route := *r
		route.Line, route.Column = 0, 0
		plain.Routes = append(plain.Routes, &route)
	}
	return plain
}

func same(t *testing.T, what string, got, want *program.Program) {
	t.Helper()
	if a, b := withoutPlaces(got), withoutPlaces(want); !reflect.DeepEqual(a, b) {
		text, _ := got.YAML()
		wanted, _ := want.YAML()
		t.Errorf("%s: got\n%s\nwant\n%s", what, text, wanted)
	}
}

// Every way of writing a program down gives the same program: as a file, as JSON for a worker, and as Go values.
func sameAgain(t *testing.T, p *program.Program) {
	t.Helper()
	text, err := p.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if hasFiles := strings.Contains(string(text), "file("); !hasFiles {
		read, err := program.Read(p.File, text, nil)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		same(t, "the file", read, p)
	}
	document, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var received program.Program
	if err := json.Unmarshal(document, &received); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	same(t, "JSON", &received, p)
	check.Equal(t, "file", received.File, p.File)
	checked, err := program.Check(p)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	same(t, "Go values", checked, p)
}

func TestBuiltinsAreTheSameAgain(t *testing.T) {
	for _, name := range program.Builtins() {
		t.Run(name, func(t *testing.T) {
			p, err := program.ReadBuiltin(name)
			if err != nil {
				t.Fatal(err)
			}
			sameAgain(t, p)
		})
	}
}

// The durations of a file travel with the program.
func TestFilesOfDurationsAreTheSameAgain(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("times.txt", []byte("1ms\n123456789ns\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := program.Read("x", []byte("routes: {GET /: {def: [{sleep: file(times.txt)}]}}"), distribution.FilesIn(""))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove("times.txt"); err != nil {
		t.Fatal(err)
	}
	sameAgain(t, p)
}

func TestGoValuesHaveTheDefaultsOfAFile(t *testing.T) {
	db := program.NewPool("db")
	session := &program.Dependency{Name: "session", Session: db}
	got, err := program.Check(&program.Program{Routes: []*program.Route{{
		Method: "GET", Path: "/items/{id}", Depends: []*program.Dependency{session},
		Function: program.Function{Steps: []program.Step{program.Sleeping(5 * time.Millisecond), program.Querying(nil, 3*time.Millisecond)}},
	}, {Method: "GET", Path: "/big", Body: "2KiB", Function: program.Function{Async: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	want, err := program.Read("", []byte(`
pools: {db: {}}
dependencies: {session: {session: db}}
routes:
  GET /items/{id}: {depends: [session], def: [{sleep: 5ms}, {query: 3ms}]}
  GET /big: {async: [], body: 2KiB}
`), nil)
	if err != nil {
		t.Fatal(err)
	}
	same(t, "program", got, want)
}

func TestWrongGoValues(t *testing.T) {
	itself := []program.Step{{Kind: program.Repeat, Times: 2}}
	itself[0].Do = itself
	circular := &program.Dependency{Name: "a"}
	circular.Depends = []*program.Dependency{circular}
	route := func(steps ...program.Step) *program.Program {
		return &program.Program{Routes: []*program.Route{{Method: "GET", Path: "/", Function: program.Function{Steps: steps}}}}
	}
	with := func(change func(*program.Route)) *program.Program {
		p := route()
		change(p.Routes[0])
		return p
	}
	for name, tt := range map[string]struct {
		p    *program.Program
		want string
	}{
		"nothing":        {&program.Program{}, "program.Routes: the file has no routes; "},
		"a nil route":    {&program.Program{Routes: []*program.Route{nil}}, "program.Routes[0]: is nil; accepted: a *Route"},
		"a nil pool":     {&program.Program{Pools: []*program.Pool{nil}}, "program.Pools[0]: is nil; "},
		"no size":        {&program.Program{Pools: []*program.Pool{{Name: "db"}}}, `program.Pools[0].Size: "0" is too small; `},
		"a block in def": {route(program.Step{Kind: program.Block}), "program.Routes[0].Steps[0].For: block is for async functions"},
		"no such kind":   {route(program.Step{Kind: 99}), "program.Routes[0].Steps[0].Kind: 99 is no kind of a step; "},
		"negative":       {route(program.Sleeping(-1)), `program.Routes[0].Steps[0].For: "-1ns" is negative; `},
		"no share":       {route(program.Step{Kind: program.Share, Share: math.NaN()}), `program.Routes[0].Steps[0].Share: "NaN%" is not a percentage; `},
		"both raised":    {route(program.Step{Kind: program.Raise, Text: "E", Status: 500}), `program.Routes[0].Steps[0]: raises "E" and 500; `},
		"no UTF-8":       {route(program.Step{Kind: program.Log, Text: "\xff"}), `program.Routes[0].Steps[0].Text: "\xff" is not UTF-8; `},
		"steps in steps": {route(itself...), "program.Routes[0].Steps[0].Do[0].Do[0].Do[0].Do[0].Do[0].Do[0].Do[0].Do[0]: repeat and share are nested too deeply"},
		"in a circle":    {with(func(r *program.Route) { r.Depends = []*program.Dependency{circular} }), "program.Dependencies[0]: the dependencies form a circle: a -> a; "},
		"a path's parameter elsewhere": {
			with(func(r *program.Route) { r.Parameters = []program.Parameter{{Name: "id", InPath: true}} }),
			"program.Routes[0].Parameters[0]: id is not part of the path /; ",
		},
		"a wrong size":       {with(func(r *program.Route) { r.Sized, r.Body = true, "x" }), "program.Routes[0].Body: is not the JSON string"},
		"no size of a chunk": {with(func(r *program.Route) { r.Stream, r.Steps = program.InChunks, []program.Step{program.Sending(-1)} }), `program.Routes[0].Steps[0].Size: "-1B" is no size of a chunk; `},
		"a small event":      {with(func(r *program.Route) { r.Stream, r.Steps = program.InEvents, []program.Step{program.Sending(7)} }), `program.Routes[0].Steps[0].Size: "7B" is too small for a chunk; `},
		"a silent stream":    {with(func(r *program.Route) { r.Stream = program.InChunks }), "program.Routes[0].Stream: the stream sends nothing; "},
		"no such stream":     {with(func(r *program.Route) { r.Stream = 9 }), "program.Routes[0].Stream: 9 is no way to send an answer; "},
		"a chunk elsewhere":  {route(program.Sending(1)), "program.Routes[0].Steps[0].Size: only the handler of a stream sends"},
		"a file and a body":  {with(func(r *program.Route) { r.File, r.Body = 1, "x" }), "program.Routes[0].Body: the answer is a file, and so has no other body; "},
		"a negative file":    {with(func(r *program.Route) { r.File = -1 }), `program.Routes[0].File: "-1B" is no size of a file; `},
		"a field twice":      {with(func(r *program.Route) { r.Form = []program.Field{{Name: "a"}, {Name: "a"}} }), `program.Routes[0].Form[1]: "a" is given twice`},
		"a nil folder":       {&program.Program{Routes: route().Routes, Static: []*program.Folder{nil}}, "program.Static[0]: is nil; "},
		"a nameless file":    {&program.Program{Routes: route().Routes, Static: []*program.Folder{{Path: "/s", Files: []program.File{{}}}}}, `program.Static[0].Files[0]: "" is not the name of a file; `},
		"no method":          {with(func(r *program.Route) { r.Method = "" }), "program.Routes[0]: "},
		"a twofold route":    {&program.Program{Routes: append(route().Routes, route().Routes...)}, "program.Routes[1]: \"GET /\" is given twice, first in Routes[0]; "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := program.Check(tt.p)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s…", err, tt.want)
			}
		})
	}
}
