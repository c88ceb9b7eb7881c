package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/explain"
)

// read reads a program without its name.
func read(t *testing.T, text string) *program.Program {
	t.Helper()
	p, err := program.Read("app.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// database is a pool of three connections and a session of it.
const database = `
pools: {db: {size: 2, overflow: 1, timeout: 3s}}
dependencies:
  session: {session: db}
  user: {depends: [session], def: [{query: 10ms}]}
  audit: {yield: true, def: [{sleep: 1ms}], exit: [{sleep: 5ms}]}
`

// ceilings lists a route's ceilings: the resource, the time for which a request holds it, and the rate.
func ceilings(r explain.Route) string {
	var all []string
	for _, c := range r.Ceilings {
		all = append(all, fmt.Sprintf("%s %.5gms %.5g/s", c.Resource, 1000*c.Time, c.Rate))
	}
	return strings.Join(all, ", ")
}

func TestCeilings(t *testing.T) {
	for _, c := range []struct{ name, route, want string }{
		{"a def handler holds a thread", "{def: [{sleep: 50ms}]}", "threads 50ms 800/s"},
		{"an async one holds nothing", "{async: [{sleep: 50ms}]}", ""},
		{"unless it blocks the loop", "{async: [{block: 50ms}, {sleep: 1s}]}", "loop 50ms 20/s"},
		{"each function holds a thread in its turn", "{depends: [audit], def: [{sleep: 50ms}], background: [{def: [{sleep: 9ms}]}]}", "threads 60ms 666.67/s"},
		{"a query alone holds its connection", "{def: [{sleep: 50ms}, {query: 20ms}]}", "pool 20ms 150/s, threads 70ms 571.43/s"},
		{"a session holds it from its first query to its exit", "{depends: [session], def: [{sleep: 50ms}, {query: 20ms}, {sleep: 30ms}]}", "pool 50ms 60/s, threads 100ms 400/s"},
		{"which is that of a dependency", "{depends: [session, user], def: [{sleep: 40ms}]}", "pool 50ms 60/s, threads 50ms 800/s"},
		{"exits after background tasks", "{depends: [user], def: [], background: [{async: [{sleep: 90ms}]}]}", "pool 100ms 30/s, threads 10ms 4000/s"},
		{"and after the exits of what was entered later", "{depends: [user, audit], async: []}", "pool 16ms 187.5/s, threads 11ms 3636.4/s"},
		{"a function that knows no session takes a connection besides", "{depends: [user, audit], async: [], background: [{def: [{query: 20ms}]}]}", "pool 36ms 83.333/s, threads 31ms 1290.3/s"},
		{"a share counts for its part", "{def: [{share: 10%, do: [{sleep: 100ms}]}, {repeat: 3, do: [{sleep: 10ms}]}]}", "threads 40ms 1000/s"},
		{"what a raise skips does not count", "{def: [{share: 10%, do: [{raise: 503}]}, {sleep: 100ms}], background: [{def: [{sleep: 100ms}]}]}", "threads 180ms 222.22/s"},
		{"but exits run", "{depends: [user], def: [{raise: 503}, {query: 1s}], background: [{def: [{sleep: 1s}]}]}", "pool 10ms 300/s, threads 10ms 4000/s"},
		{"a loop may end early", "{def: [{repeat: 3, do: [{sleep: 8ms}, {share: 50%, do: [{raise: X}]}]}]}", "threads 14ms 2857.1/s"},
		{"distributions count by their means", "{def: [{sleep: \"uniform(10ms, 30ms)\"}]}", "threads 20ms 2000/s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := read(t, database+"routes: {GET /: "+c.route+"}")
			got := ceilings(explain.Explain(p, explain.Conditions{}).Routes[0])
			check.Equal(t, "ceilings", got, strings.ReplaceAll(c.want, "pool", "db"))
		})
	}
}

func TestConditions(t *testing.T) {
	p := read(t, database+"routes: {GET /: {def: [{query: 20ms}], response_model: true}}")
	for _, c := range []struct {
		name string
		on   explain.Conditions
		want string
	}{
		{"threads", explain.Conditions{Threads: 1}, "threads 20ms 50/s, db 20ms 150/s"},
		{"workers", explain.Conditions{Workers: 4}, "db 20ms 600/s, threads 20ms 8000/s"},
		{"any number of threads", explain.Conditions{Threads: -1}, "db 20ms 150/s"},
		{"one thread for a request", explain.Conditions{Terms: explain.OneThread, Threads: 2}, "threads 20ms 100/s, db 20ms 150/s"},
	} {
		check.Equal(t, c.name, ceilings(explain.Explain(p, c.on).Routes[0]), c.want)
	}
}

// One thread does everything, so what an async function and an exit take counts as well.
func TestOneThread(t *testing.T) {
	p := read(t, database+"routes: {GET /: {depends: [audit], async: [{sleep: 20ms}, {block: 4ms}]}}")
	got := explain.Explain(p, explain.Conditions{Terms: explain.OneThread, Threads: 3})
	check.Equal(t, "ceilings", ceilings(got.Routes[0]), "threads 30ms 100/s")
}

// stages lists a route's stages: what it is, where it runs, what it holds while it waits for that and asks for in it.
func stages(r explain.Route) string {
	var all []string
	for _, s := range r.Stages {
		var line strings.Builder
		fmt.Fprintf(&line, "%s %s", s.Place, s.Name)
		if len(s.Holding) > 0 {
			line.WriteString(" holding " + strings.Join(s.Holding, "+"))
		}
		for _, a := range s.Asks {
			fmt.Fprintf(&line, " asks %s keeps=%t thread=%t holding %s", a.Pool, a.Keeps, a.Thread, strings.Join(a.Holding, "+"))
		}
		if s.Returns != "" {
			line.WriteString(" returns " + s.Returns)
		}
		all = append(all, line.String())
	}
	return strings.Join(all, "\n")
}

func TestStages(t *testing.T) {
	p := read(t, database+`
routes:
  GET /:
    depends: [audit, user]
    def: [{query: 5ms}]
    response_model: true
    background: [{def: [{sleep: 5ms}]}, {async: [{sleep: 1ms}]}]
`)
	check.Equal(t, "stages", stages(explain.Explain(p, explain.Conditions{}).Routes[0]), strings.TrimSpace(`
token audit
token session
token user asks db keeps=true thread=true holding 
token handler holding db
token validation holding db
nowhere answer
token background task 1 holding db
loop background task 2
thread exit of session returns db
thread exit of audit`))
}

// A connection that a share may have taken counts as held.
func TestMayHold(t *testing.T) {
	p := read(t, database+`
routes:
  GET /: {depends: [session, audit], def: [{share: 1%, do: [{query: 5ms}]}, {repeat: 2, do: [{query: 5ms}]}], response_model: true}
  GET /none: {depends: [session], def: [{share: 0%, do: [{query: 5ms}]}, {repeat: 0, do: [{query: 5ms}]}], response_model: true}
  GET /raised: {depends: [session], def: [{share: 50%, do: [{query: 5ms}, {raise: 503}]}], response_model: true}
`)
	r := explain.Explain(p, explain.Conditions{})
	check.Equal(t, "taken", strings.Contains(stages(r.Routes[0]), "validation holding db"), true)
	check.Equal(t, "never taken", strings.Contains(stages(r.Routes[1]), "holding"), false)
	check.Equal(t, "taken only by those that fail", strings.Contains(stages(r.Routes[2]), "validation holding db"), false)
}
