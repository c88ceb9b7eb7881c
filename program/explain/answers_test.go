package explain_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/program/explain"
	"github.com/target-server/target-server/server/servertest"
)

// awaited is a pool for coroutines, and a dependency that asks for one of its connections when it exits.
const awaited = `
pools: {db: {size: 2, overflow: 0}}
dependencies: {late: {yield: true, async: [], exit: [{query: 30ms}]}}
`

func TestAnswersAlone(t *testing.T) {
	for _, c := range []struct{ name, common, route, want string }{
		{"nothing follows", database, "{def: [{sleep: 50ms}]}", "never"},
		{"a coroutine's answer waits for nothing", database, "{async: [{sleep: 20ms}], background: [{def: [{sleep: 100ms}]}]}", "always"},
		{"except the loop", database, "{async: [{block: 1ms}], background: [{def: [{sleep: 100ms}]}]}", "always loop 1ms 1000/s"},
		{"the loop is the scarcest", database, "{async: [], background: [{def: [{sleep: 10ms}]}, {async: [{block: 2ms}]}]}", "never"},
		{"tasks on the loop are not queued", database, "{async: [], background: [{async: [{sleep: 1s}, {block: 20ms}]}]}", "never"},
		{"a def handler queues with its tasks", database, "{def: [{sleep: 25ms}], background: [{def: [{sleep: 75ms}]}]}", "sometimes threads 25ms 1600/s"},
		{"and so does a def dependency", database, "{depends: [audit], async: [], background: [{def: [{sleep: 9ms}]}]}", "sometimes threads 1ms 40000/s"},
		{"a kept connection waits for the tasks", database, "{depends: [user], def: [{sleep: 10ms}], background: [{def: [{sleep: 75ms}]}]}", "never"},
		{"one that a share keeps", database, "{depends: [session], def: [{share: 50%, do: [{query: 10ms}]}], background: [{def: [{sleep: 600ms}]}]}", "never"},
		{"nothing is kept without a session", database, "{def: [{query: 10ms}], background: [{def: [{query: 90ms}]}]}", "sometimes db 10ms 300/s, threads 10ms 4000/s"},
		{"answers take the scarcest alone", database, "{def: [{query: 10ms}], background: [{def: [{sleep: 90ms}]}]}", "never"},
		{"a session that tasks alone use", database, "{depends: [session], async: [], background: [{def: [{query: 90ms}]}]}", "sometimes"},
		{"an exit asks for a connection", awaited, "{depends: [late], async: []}", "always"},
		{"answers and tasks do so", awaited, "{async: [{query: 10ms}], background: [{async: [{query: 30ms}]}]}", "sometimes db 10ms 200/s"},
		{"tasks alone do so", awaited, "{async: [{sleep: 10ms}], background: [{async: [{query: 30ms}]}]}", "always"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := explain.Explain(read(t, c.common+"routes: {GET /: "+c.route+"}"), explain.Conditions{}).Routes[0]
			got := strings.TrimSpace(string(r.Outrun) + " " + ceilings(explain.Route{Ceilings: r.Answers}))
			check.Equal(t, "answers", got, c.want)
		})
	}
}

// Where one thread does all of a request, its tasks hold up the next one. Any number of threads holds up none.
func TestAnswersAloneByTheConditions(t *testing.T) {
	p := read(t, "routes: {GET /: {async: [], background: [{def: [{sleep: 20ms}]}]}}")
	one := explain.Explain(p, explain.Conditions{Terms: explain.OneThread}).Routes[0]
	check.Equal(t, "one thread for a request", one.Outrun, explain.OutrunNever)
	p = read(t, database+"routes: {GET /: {depends: [user], async: [], background: [{def: [{sleep: 90ms}]}]}}")
	few := explain.Explain(p, explain.Conditions{Threads: 2}).Routes[0]
	check.Equal(t, "fewer threads than connections that are kept", few.Outrun, explain.OutrunNever)
	p = read(t, database+"routes: {GET /: {def: [], background: [{def: [{query: 20ms}]}]}}")
	unlimited := explain.Explain(p, explain.Conditions{Threads: -1}).Routes[0]
	check.Equal(t, "any number of threads", unlimited.Outrun, explain.OutrunAlways)
}

func TestTextOfAnswersAlone(t *testing.T) {
	const (
		tasks = "routes: {GET /: {async: [{sleep: 20ms}], background: [{def: [{sleep: 150ms}]}]}}"
		both  = "routes: {GET /: {def: [{sleep: 25ms}], background: [{def: [{sleep: 75ms}]}]}}"
	)
	fifo := explain.Conditions{Order: limiter.FIFO}
	for _, c := range []struct {
		name, text string
		on         explain.Conditions
		want       string
	}{
		{"the headline", tasks, fifo, "app: lowest ceiling 267/s, tasks of GET / (threads; answers go on above that)"},
		{"the headline with answers", strings.Replace(tasks, "sleep: 20ms", "block: 1ms", 1), fifo, "(threads; answers go on above that, up to 1000/s (loop))"},
		{
			"always", tasks, fifo, "GET / is answered after 20ms, without a ceiling in this model; its tasks end at most at 267/s (threads): " +
				"above that, answers go on, and the queue of tasks grows, in which every def route waits",
		},
		{"last in, first out", tasks, explain.Conditions{}, "the queue of tasks grows (last in, first out: def routes overtake it when a thread is free)"},
		{"the headline of both", both, fifo, "app: lowest ceiling 400/s, GET / (threads)"},
		{
			"sometimes", both, fifo, "GET / reaches at most 400/s (threads), with 40 or more at once; answered after 25ms; if requests arrive " +
				"faster than that, answers may outrun the tasks, up to 1600/s (threads), and the queue of tasks grows",
		},
		{"its ceilings", both, fifo, "threads 40 ÷ 100ms = 400/s threads 40 ÷ 25ms = 1600/s for answers alone"},
		{"exits", awaited + "routes: {GET /: {depends: [late], async: []}}", fifo, "the queue of exits grows, in which every query of db waits"},
	} {
		text := strings.Join(strings.Fields(explain.Explain(read(t, c.text), c.on).Text()), " ")
		check.Equal(t, c.name+" in "+text, strings.Contains(text, c.want), true)
	}
}

func TestAnswersAloneOfAnyProgram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for _, r := range explain.Explain(small(t), explain.Conditions{Threads: rapid.IntRange(-1, 9).Draw(t, "threads")}).Routes {
			alone := lowest(explain.Route{Ceilings: r.Answers})
			check.Equal(t, r.Route+" has more answers than tasks, or no ceilings of answers",
				r.Outrun != explain.OutrunNever && alone > lowest(r) || r.Outrun == explain.OutrunNever && r.Answers == nil, true)
		}
	})
}

// answered is how many of the requests of a run are answered a second. Each is sent an interval after the one before, or
// if that is 0, when an earlier one has its answer.
func answered(t *testing.T, stack int, text string, atOnce int, interval time.Duration) float64 {
	t.Helper()
	const until = 8 * time.Second
	p := read(t, text)
	w := servertest.New(t, stacks[stack].stack(), func(c *config.Config) { c.Program = p })
	sent := 0
	send := func() {
		w.Send(w.Now(), request(p.Routes[0]))
		sent++
	}
	var step func()
	step = func() {
		for interval == 0 && sent-len(w.Workers[0].Access) < atOnce {
			send()
		}
		if interval > 0 {
			send()
		}
		w.At(w.Now()+max(interval, time.Millisecond), step)
	}
	w.At(0, step)
	w.Run(until)
	return float64(len(w.Workers[0].Access)) / until.Seconds()
}

// What is said of answers and tasks is compared with runs: of clients that ask again when they have their answer, and of
// requests at a fixed rate, each with a route whose answers wait for no thread, for one, and with a kept connection.
func TestHowAnswersOutrunTasks(t *testing.T) {
	const work = `[{sleep: "uniform(15ms, 35ms)"}]`
	for _, c := range []struct {
		name, text    string
		closed, fixed [2]float64 // answers a second, from and to
	}{
		{
			"always, 400 tasks a second", "routes: {GET /: {async: " + work + ", background: [{def: [{sleep: 100ms}]}]}}",
			[2]float64{1500, 1650},
			[2]float64{950, 1000},
		},
		{
			"sometimes, 400 tasks a second", "routes: {GET /: {def: " + work + ", background: [{def: [{sleep: 75ms}]}]}}",
			[2]float64{380, 480},
			[2]float64{500, 1000},
		},
		{
			"never, 120 tasks a second", database + "routes: {GET /: {depends: [session], def: [{query: 5ms}], background: [{def: [{sleep: 20ms}]}]}}",
			[2]float64{110, 125},
			[2]float64{0, 125},
		},
	} {
		for i, on := range stacks {
			got := answered(t, i, c.text, 40, 0)
			check.Equal(t, fmt.Sprintf("%s, %s: 40 clients get %.4g/s", c.name, on.vintage, got), got >= c.closed[0] && got <= c.closed[1], true)
			got = answered(t, i, c.text, 0, time.Millisecond)
			check.Equal(t, fmt.Sprintf("%s, %s: of 1000/s get %.4g/s", c.name, on.vintage, got), got >= c.fixed[0] && got <= c.fixed[1], true)
		}
	}
}
