package explain_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/explain"
)

func TestTextOfExamples(t *testing.T) {
	for _, name := range []string{"crud", "feed", "files", "compute"} {
		p, err := program.ReadBuiltin(name)
		if err != nil {
			t.Fatal(err)
		}
		on := explain.Conditions{Stack: "uvicorn", Vintage: "current", Order: limiter.FIFO}
		path, text := "testdata/"+name+".txt", explain.Explain(p, on).Text()
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		check.Equal(t, path+" (UPDATE=1 rewrites it)", text, string(want))
	}
}

func TestHeading(t *testing.T) {
	p := read(t, "routes: {GET /: {async: []}}")
	for _, c := range []struct {
		on   explain.Conditions
		want string
	}{
		{explain.Conditions{}, "1 worker, 40 threads, last in, first out"},
		{explain.Conditions{Stack: "flask", Terms: explain.OneThread, Threads: -1}, "flask, 1 worker, any number of threads"},
		{
			explain.Conditions{Stack: "uvicorn", Vintage: "current", Workers: 2, Threads: 1, Order: limiter.FIFO},
			"uvicorn current, 2 workers, 1 thread each, first in, first out",
		},
	} {
		check.Equal(t, c.want, strings.Contains(explain.Explain(p, c.on).Text(), "\n  runs on        "+c.want+"\n"), true)
	}
}

// Connections are not spread evenly by themselves.
func TestAtOnceInSeveralWorkers(t *testing.T) {
	p := read(t, database+"routes: {GET /: {depends: [user], def: []}}")
	for workers, want := range map[int]string{
		1: "with 3 to 40 at once; answered", 2: "with 6 to 80 at once, evenly spread over the workers; answered",
	} {
		text := strings.Join(strings.Fields(explain.Explain(p, explain.Conditions{Workers: workers}).Text()), " ")
		check.Equal(t, want+" in "+text, strings.Contains(text, want), true)
	}
}

// The words for where a function runs are explained before the first route.
func TestLegend(t *testing.T) {
	p := read(t, "routes: {GET /: {async: []}}")
	for terms, want := range map[explain.Terms]string{
		explain.Trips:     "first out token in a thread, with one of the limiter's tokens, for which the request may be queued thread in a thread past the limiter, at once loop on the event loop GET /",
		explain.OneThread: "first out thread does all of a request, and is held from its start to its end GET /",
	} {
		text := strings.Join(strings.Fields(explain.Explain(p, explain.Conditions{Terms: terms}).Text()), " ")
		check.Equal(t, want+" in "+text, strings.Contains(text, want), true)
	}
}

func TestWarnings(t *testing.T) {
	for _, c := range []struct {
		name, text string
		on         explain.Conditions
		want       string
	}{
		{
			"a quick def among slow ones", "routes: {GET /healthz: {def: []}, GET /livez: {async: []}, GET /slow: {def: [{sleep: 2s}]}}",
			explain.Conditions{},
			"GET /healthz is a def: it waits for a thread as others do, and those take up to 2s. An async def does not.",
		},
		{"alone it waits for nothing", "routes: {GET /healthz: {def: []}}", explain.Conditions{}, ""},
		{
			"an async route with a def dependency", "dependencies: {token: {def: []}}\nroutes: {GET /: {depends: [token], async: []}, GET /slow: {def: [{sleep: 2s}]}}",
			explain.Conditions{},
			"GET / is async, but waits for a thread as others do, up to 2s each: def dependencies need one (token).",
		},
		{
			"a block", "routes: {GET /: {async: [{block: 5s}]}}",
			explain.Conditions{},
			"GET / blocks the event loop, for 5s a request: meanwhile its worker accepts, reads and answers nothing, on any route.",
		},
		{
			"a connection kept by a background task", database + "routes: {GET /: {depends: [user], async: [], background: [{async: [{sleep: 2s}]}]}}",
			explain.Conditions{Threads: 3},
			"GET / keeps its connection of db for 2s after its answer: sessions exit after the background tasks.",
		},
		{
			"fewer connections than threads", database + "routes: {GET /: {def: [{query: 30ms}]}}",
			explain.Conditions{},
			"pool db has 3 connections for 40 threads: up to 37 wait for one and do nothing else meanwhile, for some 370ms (after 3s they get a 500).",
		},
		{
			"far fewer", database + "routes: {GET /: {def: [{query: 300ms}]}}",
			explain.Conditions{},
			"pool db has 3 connections for 40 threads: up to 37 wait for one and do nothing else meanwhile, for some 3.7s. " +
				"That is longer than its timeout of 3s, so requests get a 500 then.",
		},
		{
			"any number of threads", database + "routes: {GET /: {def: [{query: 30ms}]}}",
			explain.Conditions{Threads: -1, Terms: explain.OneThread},
			"pool db has 3 connections, and any number of threads may wait for one; after 3s a request gets a 500.",
		},
		{"as many connections as threads", database + "routes: {GET /: {def: [{query: 30ms}]}}", explain.Conditions{Threads: 3}, ""},
		{"coroutines that wait for a connection hold no thread", "pools: {db: {size: 1, overflow: 0}}\nroutes: {GET /: {async: [{query: 30ms}]}}", explain.Conditions{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := explain.Explain(read(t, c.text), c.on).Warnings
			check.Equal(t, "warnings", strings.Join(got, "\n"), c.want)
		})
	}
}

func TestHowACircularWaitEnds(t *testing.T) {
	const routes = "routes: {GET /: {depends: [user], def: []}}"
	for _, c := range []struct {
		name, text string
		on         explain.Conditions
		want       string
	}{
		{"first in, first out", database + routes, explain.Conditions{Order: limiter.FIFO}, "again after each timeout"},
		{"last in, first out", database + routes, explain.Conditions{}, "a burst that arrives at once may stall all the same"},
		{"with a timeout", database + routes, explain.Conditions{}, "has waited 3s, the timeout of db;"},
		{"without", strings.Replace(database, "3s", "0s", 1) + routes, explain.Conditions{}, "the wait fails at once, with a 500"},
		{
			"the headline, first in, first out", database + routes,
			explain.Conditions{Order: limiter.FIFO},
			"GET / (pool db); may stand still, again and again, from 43 requests at once in one worker on",
		},
		{
			"the headline, last in, first out", database + routes,
			explain.Conditions{},
			"GET / (pool db); may, rarely, stand still: in a burst of 43 requests at once or more in one worker",
		},
		{
			"the headline without a timeout", strings.Replace(database, "3s", "0s", 1) + routes,
			explain.Conditions{},
			"requests may fail from 43 requests at once in one worker on",
		},
		{
			"the headline without threads", database + "  late: {yield: true, def: [], exit: [{query: 1s}]}\nroutes: {GET /: {depends: [user, late], async: []}}",
			explain.Conditions{},
			"may stand still from 3 requests at once in one worker on",
		},
		{"in each worker", database + routes, explain.Conditions{Workers: 2}, "From 43 requests at once in one worker on:"},
		{
			"one request alone", strings.Replace(database, "size: 2, overflow: 1", "size: 1, overflow: 0", 1) +
				"  out: {def: [{query: 1s}]}\nroutes: {GET /: {depends: [user, out], async: []}}",
			explain.Conditions{},
			"From 1 request at once in one worker on: 1 holds a thread and a connection of db and waits for a connection of db (such as GET /, out)",
		},
	} {
		text := strings.Join(strings.Fields(explain.Explain(read(t, c.text), c.on).Text()), " ")
		check.Equal(t, c.name+" in "+text, strings.Contains(text, c.want), true)
	}
}

func TestJSON(t *testing.T) {
	p := read(t, database+"routes: {GET /: {depends: [user], def: [{sleep: 40ms}]}, GET /none: {async: []}}")
	document, err := json.Marshal(explain.Explain(p, explain.Conditions{}))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`"conditions":{"terms":"a token for each def function","threads":40,"workers":1},"order":"last in, first out"`,
		`"pools":[{"name":"db","connections":3,"size":2,"overflow":1,"timeout_s":3}]`,
		`{"resource":"db","number":3,"time_s":0.05,"rate":60}`,
		`{"name":"handler","place":"token","time_s":0.04,"share":1,"holding":["db"]}`,
		`"route":"GET /none","stages":[{"name":"handler","place":"loop","time_s":0,"share":1},{"name":"answer","place":"nowhere","time_s":0,"share":1}],"answered_after_s":0,"ceilings":[]`,
		`"requests":40,"holds":["a thread"],"waits_for":"db"`,
	} {
		check.Equal(t, want+" in "+string(document), strings.Contains(string(document), want), true)
	}
}
