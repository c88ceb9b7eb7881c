package explain_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/explain"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/uvicorn"
	"github.com/target-server/target-server/stacks/waitress"
)

// The predicted ceilings are compared with runs of the server in simulated time.

// completed is what a request prints when all of it has ended, its background tasks and exits included.
const completed = "completed"

// marked is the program with a dependency that is entered first, exits last and takes no time.
func marked(p *program.Program) *program.Program {
	mark := &program.Dependency{
		Name: "mark", Yield: true, Function: program.Function{Async: true},
		Exit: []program.Step{{Kind: program.Log, Text: completed}},
	}
	all := *p
	all.Dependencies = append([]*program.Dependency{mark}, p.Dependencies...)
	all.Routes = nil
	for _, r := range p.Routes {
		route := *r
		route.Depends = append([]*program.Dependency{mark}, r.Depends...)
		all.Routes = append(all.Routes, &route)
	}
	return &all
}

// request is the text of a request for a route, with 1 for each parameter.
func request(r *program.Route) string {
	target, separator := r.Path, "?"
	for _, p := range r.Parameters {
		if p.InPath {
			target = strings.ReplaceAll(target, "{"+p.Name+"}", "1")
			continue
		}
		target += separator + p.Name + "=1"
		separator = "&"
	}
	return fmt.Sprintf("%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", r.Method, target)
}

// run is a closed loop: a number of requests at once, each followed by the next as soon as all of it has ended.
type run struct {
	world   *servertest.World
	request string
	atOnce  int
	tick    time.Duration // how often completions are counted
	until   time.Duration

	sent, done, read int
	settled          int // completed in the first quarter
}

// throughput is how many requests a second are completed, after the first quarter of the run.
func (r *run) throughput() float64 {
	r.world.At(0, r.step)
	r.world.Run(r.until)
	return float64(r.done-r.settled) / (r.until - r.until/4).Seconds()
}

func (r *run) step() {
	lines := r.world.Workers[0].Lines
	for _, line := range lines[r.read:] {
		if strings.Contains(line, completed) {
			r.done++
		}
	}
	r.read = len(lines)
	now := r.world.Now()
	if now <= r.until/4 {
		r.settled = r.done
	}
	for ; r.sent-r.done < r.atOnce; r.sent++ {
		r.world.Send(now, r.request)
	}
	r.world.At(now+r.tick, r.step)
}

// How many requests give a mean with an error of a few percent, where they differ and where all take the same time.
const (
	ifDifferent = 5000
	ifAlike     = 1000
)

// atOnce is how many requests reach a ceiling whatever they draw, and do not hold each other up.
func atOnce(of explain.Route) int {
	n := 3*of.AtOnce + 5
	if of.Ceilings[0].Resource == "loop" {
		n += 100 // those that begin in one turn of the loop all sleep at the same time, and then the loop is idle
	}
	if of.FallsBeyond > 0 {
		n = min(n, of.FallsBeyond)
	}
	return n
}

// stacks are Uvicorn of both vintages, with the order of those that wait for a thread.
var stacks = []struct {
	vintage string
	order   limiter.Order
	stack   func() *server.Stack
}{
	{config.Vintage202303, limiter.LIFO, uvicorn.Stack202303},
	{config.VintageCurrent, limiter.FIFO, uvicorn.StackCurrent},
}

// compareWithRun runs each route of a program that has a ceiling.
func compareWithRun(t *testing.T, p *program.Program, threads, requests int) {
	t.Helper()
	for _, on := range stacks {
		for i, route := range explain.Explain(p, explain.Conditions{Threads: threads, Order: on.order}).Routes {
			const longest = 60 // seconds: a stream that lasts for longer is no work for a closed loop
			if len(route.Ceilings) == 0 || p.Routes[i].Form != nil || route.Answer > longest {
				continue // request sends no form
			}
			predicted := route.Ceilings[0].Rate
			each := time.Duration(float64(time.Second) / predicted)
			r := run{
				world:   servertest.New(t, on.stack(), func(c *config.Config) { c.Program, c.Limit = marked(p), threads }),
				request: request(p.Routes[i]), atOnce: atOnce(route), tick: each, until: time.Duration(requests) * each,
			}
			got := r.throughput()
			what := fmt.Sprintf("%s %s: got %.4g/s with %d at once; is near %.4g/s", on.vintage, route.Route, got, r.atOnce, predicted)
			check.Equal(t, what, math.Abs(got/predicted-1) < 0.04, true)
		}
	}
}

func TestCeilingsOfTheExamplesAreReached(t *testing.T) {
	for _, name := range program.Builtins() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := program.ReadBuiltin(name)
			if err != nil {
				t.Fatal(err)
			}
			compareWithRun(t, p, 40, ifDifferent)
		})
	}
}

func TestCeilingsOfOtherProgramsAreReached(t *testing.T) {
	for name, text := range map[string]string{
		"each function in its turn":  database + "routes: {GET /: {depends: [audit], def: [{sleep: 50ms}], response_model: true, background: [{def: [{sleep: 9ms}]}]}}",
		"connections in the handler": database + "routes: {GET /: {depends: [session], def: [{sleep: 50ms}, {query: \"exp(20ms)\"}, {sleep: 30ms}]}}",
		"connections kept":           database + "routes: {GET /: {depends: [user, audit], async: [{sleep: 9ms}], background: [{async: [{sleep: 90ms}]}]}}",
		"a second connection":        database + "routes: {GET /: {depends: [session], def: [{query: 5ms}], background: [{def: [{query: 20ms}]}]}}",
		"an asynchronous pool":       "pools: {db: {size: 3, overflow: 0}}\nroutes: {GET /: {async: [{query: 20ms}, {sleep: 7ms}]}}",
		"shares and failures": database + `
routes:
  GET /:
    depends: [audit]
    def: [{share: 20%, do: [{raise: 503}]}, {repeat: 3, do: [{sleep: 8ms}, {share: 30%, do: [{sleep: "exp(20ms)"}]}]}]
    response_model: true
    background: [{def: [{sleep: "uniform(5ms, 15ms)"}]}]`,
		"the loop":      "routes: {GET /: {async: [{sleep: 20ms}, {block: \"exp(10ms)\"}], background: [{async: [{block: 5ms}]}]}}",
		"a late query":  database + "routes: {GET /: {depends: [session, audit], def: [{share: 50%, do: [{query: \"exp(4ms)\"}]}, {sleep: 4ms}]}}",
		"a failed exit": database + "  bad: {yield: true, async: [], exit: [{sleep: \"exp(9ms)\"}, {raise: X}]}\nroutes: {GET /: {depends: [user, bad], def: []}}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := ifAlike
			if strings.Contains(text, "share") || strings.Contains(text, "exp") {
				requests = ifDifferent
			}
			for _, threads := range []int{4, 12} {
				compareWithRun(t, read(t, text), threads, requests)
			}
		})
	}
}

// tried is a run of the example's GET with a number of requests at once.
func tried(t *testing.T, stack *server.Stack, atOnce int, until time.Duration) (rate float64, failed bool) {
	t.Helper()
	p, err := program.ReadBuiltin("crud")
	if err != nil {
		t.Fatal(err)
	}
	r := run{
		world: servertest.New(t, stack, func(c *config.Config) { c.Program = marked(p) }), request: request(p.Routes[1]),
		atOnce: atOnce, tick: time.Millisecond, until: until,
	}
	rate = r.throughput()
	return rate, strings.Contains(strings.Join(r.world.Workers[0].Lines, "\n"), "GET /items/1 500")
}

// With fewer requests than the circular wait takes, the throughput falls, but none fails. First in, first out, it comes
// with more.
func TestBeyondTheRangeOfTheExample(t *testing.T) {
	for _, on := range stacks {
		rate, failed := tried(t, on.stack(), 54, 40*time.Second)
		check.Equal(t, fmt.Sprintf("%s: throughput falls, to %.4g/s", on.vintage, rate), rate < 0.8*1025, true)
		check.Equal(t, on.vintage+": any fails", failed, false)
	}
	_, failed := tried(t, uvicorn.StackCurrent(), 120, 40*time.Second)
	check.Equal(t, "any fails with more", failed, true)
}

// On waitress, Flask does all of a request in one of its threads.
func TestCeilingsOfFlaskAreReached(t *testing.T) {
	p := read(t, `
pools: {db: {size: 3, overflow: 0}}
routes: {GET /: {def: [{sleep: "exp(20ms)"}, {query: "exp(30ms)"}, {log: completed}]}}`)
	for _, threads := range []int{2, 12} {
		route := explain.Explain(p, explain.Conditions{Terms: explain.OneThread, Threads: threads}).Routes[0]
		predicted := route.Ceilings[0].Rate
		each := time.Duration(float64(time.Second) / predicted)
		r := run{
			world:   servertest.New(t, waitress.StackCurrent(), func(c *config.Config) { c.Program, c.Limit = p, threads }),
			request: request(p.Routes[0]), atOnce: atOnce(route), tick: each, until: ifDifferent * each,
		}
		got := r.throughput()
		what := fmt.Sprintf("%s of %d: got %.4g/s with %d at once; is near %.4g/s", route.Ceilings[0].Resource, threads, got, r.atOnce, predicted)
		check.Equal(t, what, math.Abs(got/predicted-1) < 0.04, true)
	}
}
