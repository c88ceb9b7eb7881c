package explain_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program/explain"
)

func TestCeilingsOfTheInterpreter(t *testing.T) {
	for _, c := range []struct{ name, route, want string }{
		{"computing in a thread", "{def: [{cpu: 12ms}, {sleep: 8ms}]}", "interpreter 12ms 83.333/s, threads 20ms 2000/s"},
		{"keeping the lock", "{def: [{gil: 10ms}]}", "interpreter 10ms 100/s, threads 10ms 4000/s"},
		{"on the loop", "{async: [{cpu: 10ms}, {gil: 10ms}, {block: 20ms}]}", "loop 40ms 25/s, interpreter 20ms 50/s"},
		{"in tasks and dependencies", "{depends: [busy], async: [], background: [{def: [{gil: 6ms}]}]}", "interpreter 10ms 100/s, threads 10ms 4000/s"},
		{"after a share", "{async: [{share: 10%, do: [{cpu: 100ms}]}]}", "interpreter 10ms 100/s, loop 10ms 100/s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := read(t, "dependencies: {busy: {def: [{cpu: 4ms}]}}\nroutes: {GET /: "+c.route+"}")
			check.Equal(t, "ceilings", ceilings(explain.Explain(p, explain.Conditions{}).Routes[0]), c.want)
		})
	}
	p := read(t, "routes: {GET /: {def: [{cpu: 12ms}]}}")
	check.Equal(t, "of each worker", ceilings(explain.Explain(p, explain.Conditions{Workers: 2}).Routes[0]),
		"interpreter 12ms 166.67/s, threads 12ms 6666.7/s")
	check.Equal(t, "on Flask", ceilings(explain.Explain(p, explain.Conditions{Terms: explain.OneThread, Threads: -1}).Routes[0]),
		"interpreter 12ms 83.333/s")
	text := explain.Explain(p, explain.Conditions{}).Text()
	check.Equal(t, "the report says so: "+text, strings.Contains(text, "interpreter          1 ÷ 12ms = 83.3/s\n"), true)
}

// tokens lists how many tokens each stage takes, if that is not one.
func tokens(r explain.Route) string {
	var all []string
	for _, s := range r.Stages {
		all = append(all, fmt.Sprintf("%s %s %.3g", s.Place, s.Name, s.Tokens))
	}
	return strings.Join(all, ", ")
}

func TestTokensOfStreamsAndFiles(t *testing.T) {
	for _, c := range []struct{ name, route, want string }{
		{"a def stream", "{stream: true, def: [{repeat: 50, do: [{sleep: 1ms}, {send: 1B}]}]}", "token stream 51, nowhere answer 0"},
		{"events", "{stream: sse, def: [{share: 50%, do: [{send: 8B}]}]}", "token stream 1.5, nowhere answer 0"},
		{"one that may end early", "{stream: true, def: [{send: 1B}, {share: 50%, do: [{raise: X}]}, {send: 1B}]}", "token stream 2.5, nowhere answer 0"},
		{"an async one", "{stream: true, async: [{send: 1B}]}", "loop stream 0, nowhere answer 0"},
		{"a small file", "{file: 1B}", "loop handler 0, token file 4, nowhere answer 0"},
		{"almost a part", "{file: 65535B}", "loop handler 0, token file 4, nowhere answer 0"},
		{"a whole part, after which an empty one is read", "{file: 64KiB, def: []}", "token handler 0, token file 5, nowhere answer 0"},
		{"five parts", "{file: 320KiB}", "loop handler 0, token file 9, nowhere answer 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := read(t, "routes: {GET /: "+c.route+"}")
			check.Equal(t, "tokens", tokens(explain.Explain(p, explain.Conditions{}).Routes[0]), c.want)
		})
	}
	p := read(t, "routes: {GET /: {async: []}}\nstatic: {/static: {a: 1B, b/c: 128KiB}}")
	r := explain.Explain(p, explain.Conditions{}).Routes[1]
	check.Equal(t, "the largest file of a folder", r.Route+": "+tokens(r), "GET /static/b/c: token lookup 0, token file 5, nowhere answer 0")
}

// A stream in def that has a connection waits for a thread with it, and so others may hold all threads meanwhile.
func TestStreamsThatMayStandStill(t *testing.T) {
	for async, want := range map[string]int{"def: [{send: 1B}, {query: 1ms}, {send: 1B}]": 5, "def: [{query: 1ms}]": 0} {
		kind := map[bool]string{true: "stream: true, "}[strings.Contains(async, "send")]
		p := read(t, database+"routes: {GET /: {depends: [session], "+kind+async+"}}")
		got := explain.Explain(p, explain.Conditions{Threads: 2}).CircularWaits
		fewest := 0
		if len(got) > 0 {
			fewest = got[0].Requests
		}
		check.Equal(t, async, fewest, want)
	}
}

func TestWarningsOfStreamsAndTheInterpreter(t *testing.T) {
	two := explain.Conditions{Stack: "uvicorn", Vintage: "current", Workers: 2}
	gunicorn := explain.Conditions{Stack: "gunicorn-uvicorn", Vintage: "current"}
	const keeps = "GET / keeps the interpreter's lock for %s: every thread of its worker stops meanwhile, the event loop too."
	const killed = "GET / keeps the interpreter's lock for longer than the 5s for which the supervisor waits for its worker's answer to a" +
		" ping: it kills the worker, and all of the worker's clients get no answer."
	for _, c := range []struct {
		name, routes string
		on           explain.Conditions
		want         string
	}{
		{
			"a def stream", "{GET /: {stream: true, def: [{sleep: 1s}, {send: 1B}]}}",
			explain.Conditions{Threads: 9, Workers: 2},
			"GET / is a stream in def: it waits for a thread before each chunk, and has one for 1s in all. Beyond 18 clients at once, the" +
				" chunks of all come late. An async one needs no thread.",
		},
		{"an async stream", "{GET /: {stream: true, async: [{sleep: 1s}, {send: 1B}]}}", explain.Conditions{}, ""},
		{
			"a file among slow routes", "{GET /: {file: 1B}, GET /slow: {def: [{sleep: 1s}]}}",
			explain.Conditions{},
			"GET / sends a file, for which it waits for a thread again and again, as others do, and those take up to 1s.",
		},
		{
			"computing next to a health check", "{GET /: {def: [{cpu: 50ms}]}, GET /file: {file: 1B}, GET /health: {async: []}}",
			explain.Conditions{},
			"GET / computes for 50ms in a thread. While N of them do so at once, each turn of the event loop waits for up to N × 5ms, and" +
				" so does GET /health.\n" +
				"GET /file sends a file, for which it waits for a thread again and again, as others do, and those take up to 50ms.",
		},
		{"computing for a moment", "{GET /: {def: [{cpu: 2ms}]}, GET /health: {async: []}}", explain.Conditions{}, ""},
		{
			"computing on the loop", "{GET /: {async: [{cpu: 50ms}]}}",
			explain.Conditions{},
			"GET / blocks the event loop, for 50ms a request: meanwhile its worker accepts, reads and answers nothing, on any route.",
		},
		{"the lock", "{GET /: {def: [{gil: 7s}]}}", explain.Conditions{}, fmt.Sprintf(keeps, "7s")},
		{"the lock and a ping", "{GET /: {def: [{gil: 7s}]}}", two, fmt.Sprintf(keeps, "7s") + "\n" + killed},
		{"twice the lock, with pings in between", "{GET /: {def: [{gil: 4s}, {gil: 4s}]}}", two, fmt.Sprintf(keeps, "8s")},
		{"a lock that is sometimes long", `{GET /: {def: [{gil: "uniform(0s, 6s)"}]}}`, two, fmt.Sprintf(keeps, "3s") + "\n" + killed},
		{"a lock within gunicorn's patience", "{GET /: {def: [{gil: 29s}]}}", gunicorn, fmt.Sprintf(keeps, "29s")},
		{
			"a lock beyond it", "{GET /: {def: [{gil: 31s}]}}", gunicorn, fmt.Sprintf(keeps, "31s") +
				"\nGET / keeps the interpreter's lock for longer than gunicorn's timeout of 30s: the arbiter kills the worker.",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := explain.Explain(read(t, "routes: "+c.routes), c.on).Warnings
			check.Equal(t, "warnings", strings.Join(got, "\n"), c.want)
		})
	}
}
