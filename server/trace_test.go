package server_test

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/tracetext"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/stacks/uvicorn"
	"github.com/target-server/target-server/trace"
)

// traced is what a trace has after the world has run, as text.
func traced(t *testing.T, w *servertest.World) string {
	t.Helper()
	lines, err := tracetext.Lines(w.Workers[0].Traced.Bytes())
	if err != nil {
		t.Error(err)
	}
	return strings.ReplaceAll(strings.Join(lines, "\n"), fmt.Sprint("worker=", os.Getpid()), "worker=PID")
}

// The whole trace of three requests for one thread, of which one is left by its client, and of an unknown path.
func TestTraceOfThreads(t *testing.T) {
	w := servertest.New(t, stacks.All()[0], func(c *config.Config) { c.Limit, c.Sleep = 1, distribution.Of(time.Second) })
	w.Trace(trace.PerfettoTrace)
	w.Get(time.Second, 1)
	w.Get(1100*time.Millisecond, 2)
	leaver := w.Get(1200*time.Millisecond, 3)
	w.Send(1300*time.Millisecond, servertest.Request("/nope"))
	w.At(1500*time.Millisecond, leaver.Close)
	w.Get(10*time.Second, 4) // and the lanes are used again
	w.Get(10*time.Second+100*time.Millisecond, 5)
	w.Run(time.Minute)
	check.Equal(t, "trace", traced(t, w), strings.Join([]string{
		`1s event loop: instant arrival flow=1`,
		`1s requests: begin GET /?id=1 of=1 id="1"`,
		`1s AnyIO worker thread #1: begin handler 1 flow=1 id="1"`,
		`1.1s event loop: instant arrival flow=2`,
		`1.1s requests/2: begin GET /?id=2 of=2 id="2"`,
		`1.1s waiting for a thread: begin 2 flow=2 id="2"`,
		`1.2s event loop: instant arrival flow=3`,
		`1.2s requests/3: begin GET /?id=3 of=3 id="3"`,
		`1.2s waiting for a thread/2: begin 3 flow=3 id="3"`,
		`1.3s event loop: instant answer status=404 target="/nope"`,
		`1.5s requests/3: instant client left`,
		`2s AnyIO worker thread #1: end`,
		`2s event loop: instant answer flow=1 status=200`,
		`2s requests: end wait=0 work=1 number=1 thread_number=1 worker=PID outcome="answered" status=200 client_left=false`,
		`2s waiting for a thread/2: end`,
		`2s AnyIO worker thread #1: begin handler 3 flow=3 id="3"`,
		`3s AnyIO worker thread #1: end`,
		`3s requests/3: end wait=0.8 work=1 number=2 thread_number=1 worker=PID outcome="client left" status=0 client_left=true`,
		`3s waiting for a thread: end`,
		`3s AnyIO worker thread #1: begin handler 2 flow=2 id="2"`,
		`4s AnyIO worker thread #1: end`,
		`4s event loop: instant answer flow=2 status=200`,
		`4s requests/2: end wait=1.9 work=1 number=3 thread_number=1 worker=PID outcome="answered" status=200 client_left=false`,
		`10s event loop: instant arrival flow=4`,
		`10s requests: begin GET /?id=4 of=4 id="4"`,
		`10s AnyIO worker thread #1: begin handler 4 flow=4 id="4"`,
		`10.1s event loop: instant arrival flow=5`,
		`10.1s requests/2: begin GET /?id=5 of=5 id="5"`,
		`10.1s waiting for a thread: begin 5 flow=5 id="5"`,
		`11s AnyIO worker thread #1: end`,
		`11s event loop: instant answer flow=4 status=200`,
		`11s requests: end wait=0 work=1 number=4 thread_number=1 worker=PID outcome="answered" status=200 client_left=false`,
		`11s waiting for a thread: end`,
		`11s AnyIO worker thread #1: begin handler 5 flow=5 id="5"`,
		`12s AnyIO worker thread #1: end`,
		`12s event loop: instant answer flow=5 status=200`,
		`12s requests/2: end wait=0.9 work=1 number=5 thread_number=1 worker=PID outcome="answered" status=200 client_left=false`,
	}, "\n"))
}

// The wait of a request that the end of the server cancels is over then.
func TestTraceOfACancelledRequest(t *testing.T) {
	w := servertest.New(t, uvicorn.StackCurrent(), func(c *config.Config) {
		c.Limit, c.Sleep, c.GracefulTimeout = 1, distribution.Of(time.Second), 100*time.Millisecond
	})
	w.Trace(trace.PerfettoTrace)
	w.Get(time.Second, 1)
	w.Get(1100*time.Millisecond, 2)
	w.Signal(1200*time.Millisecond, syscall.SIGTERM)
	w.Run(time.Minute)
	var waits []string
	for line := range strings.SplitSeq(traced(t, w), "\n") {
		if strings.Contains(line, "waiting for a thread") || strings.Contains(line, `outcome="cancelled"`) {
			waits = append(waits, line)
		}
	}
	check.Equal(t, "trace", strings.Join(waits, "\n"), strings.Join([]string{
		`1.1s waiting for a thread: begin 2 flow=2 id="2"`,
		`1.4s waiting for a thread: end`,
		`1.4s requests: end wait=0 work=0.4 number=1 thread_number=1 worker=PID outcome="cancelled" status=500 client_left=false`,
		`1.4s requests/2: end wait=0.3 work=0 worker=PID outcome="cancelled" status=500 client_left=false`,
	}, "\n"))
}

// A handler that blocks the loop is drawn there, and one that awaits beside others.
func TestTraceOfTheLoop(t *testing.T) {
	for mode, want := range map[string][]string{
		"async-misuse": {
			`1s event loop: instant arrival flow=1`,
			`1s requests: begin GET /?id=1 of=1 id="1"`,
			`1s event loop: begin blocked: handler 1 flow=1 id="1"`,
			`2s event loop: end`,
			`2s event loop: instant answer flow=1 status=200`,
			`2s requests: end wait=0 work=1 number=1 thread_number=0 worker=PID outcome="answered" status=200 client_left=false`,
			`2s event loop: instant arrival flow=2`,
			`2s requests: begin GET /?id=2 of=2 id="2"`,
			`2s event loop: begin blocked: handler 2 flow=2 id="2"`,
			`3s event loop: end`,
			`3s event loop: instant answer flow=2 status=200`,
			`3s requests: end wait=0 work=1 number=2 thread_number=0 worker=PID outcome="answered" status=200 client_left=false`,
		},
		"cooperative": {
			`1s event loop: instant arrival flow=1`,
			`1s requests: begin GET /?id=1 of=1 id="1"`,
			`1s tasks on the loop: begin handler 1 flow=1 id="1"`,
			`1.5s event loop: instant arrival flow=2`,
			`1.5s requests/2: begin GET /?id=2 of=2 id="2"`,
			`1.5s tasks on the loop/2: begin handler 2 flow=2 id="2"`,
			`2s tasks on the loop: end`,
			`2s event loop: instant answer flow=1 status=200`,
			`2s requests: end wait=0 work=1 number=1 thread_number=0 worker=PID outcome="answered" status=200 client_left=false`,
			`2.5s tasks on the loop/2: end`,
			`2.5s event loop: instant answer flow=2 status=200`,
			`2.5s requests/2: end wait=0 work=1 number=2 thread_number=0 worker=PID outcome="answered" status=200 client_left=false`,
		},
	} {
		w := servertest.New(t, stacks.All()[0], func(c *config.Config) { c.Mode, c.Sleep = mode, distribution.Of(time.Second) })
		w.Trace(trace.PerfettoTrace)
		w.Get(time.Second, 1)
		w.Get(1500*time.Millisecond, 2)
		w.Run(time.Minute)
		check.Equal(t, mode, traced(t, w), strings.Join(want, "\n"))
	}
}

// Functions of a program have their own slices, and so have connections and the waits for them.
func TestTraceOfAProgram(t *testing.T) {
	const text = `
pools:
  db: {size: 1, overflow: 0, timeout: 500ms}
dependencies:
  user:
    def: [{sleep: 100ms}]
routes:
  GET /items/{id}:
    depends: [user]
    def:
      - query: 700ms
`
	p, err := program.Read("shop.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := servertest.New(t, stacks.All()[0], func(c *config.Config) { c.Program = p })
	w.Trace(trace.PerfettoTrace)
	w.Send(time.Second, servertest.Request("/items/a"))
	w.Send(1500*time.Millisecond, servertest.Request("/items/b"))
	w.Run(time.Minute)
	check.Equal(t, "trace", traced(t, w), strings.Join([]string{
		`1s event loop: instant arrival flow=1`,
		`1s requests: begin GET /items/a of=1 id="a"`,
		`1s AnyIO worker thread #1: begin dependency user a flow=1 id="a" function="dependency user" route="GET /items/{id}"`,
		`1.1s AnyIO worker thread #1: end`,
		`1.1s AnyIO worker thread #1: begin handler a flow=1 id="a" function="handler" route="GET /items/{id}"`,
		`1.1s connections of db: begin a id="a"`,
		`1.5s event loop: instant arrival flow=2`,
		`1.5s requests/2: begin GET /items/b of=2 id="b"`,
		`1.5s AnyIO worker thread #2: begin dependency user b flow=2 id="b" function="dependency user" route="GET /items/{id}"`,
		`1.6s AnyIO worker thread #2: end`,
		`1.6s AnyIO worker thread #2: begin handler b flow=2 id="b" function="handler" route="GET /items/{id}"`,
		`1.6s waiting for a connection of db: begin b id="b"`,
		`1.8s connections of db: end`,
		`1.8s AnyIO worker thread #1: end`,
		`1.8s waiting for a connection of db: end connected=true`,
		`1.8s connections of db: begin b id="b"`,
		`1.8s event loop: instant answer flow=1 status=200`,
		`1.8s requests: end wait=0 work=0.8 number=1 thread_number=1 route="GET /items/{id}" worker=PID outcome="answered" status=200 client_left=false`,
		`2.5s connections of db: end`,
		`2.5s AnyIO worker thread #2: end`,
		`2.5s event loop: instant answer flow=2 status=200`,
		`2.5s requests/2: end wait=0 work=1 number=2 thread_number=2 route="GET /items/{id}" worker=PID outcome="answered" status=200 client_left=false`,
	}, "\n"))
}

// crowd has clients of every kind use the first worker: more than it has threads, some that leave, some that send what is no
// request.
func crowd(w *servertest.World) {
	for i := range 30 {
		at := time.Second + time.Duration(i*i%17)*40*time.Millisecond
		c := w.Send(at, servertest.Request(fmt.Sprintf("/?id=%d&sleep=%dms", i, 100+i*37%400)))
		if i%4 == 0 {
			w.At(at+time.Duration(i)*9*time.Millisecond, c.Close)
		}
	}
	w.Send(1200*time.Millisecond, servertest.Request("/nope"))
	w.Send(1300*time.Millisecond, "garbage\r\n\r\n")
}

// On every stack, in every mode, what begins ends, no two slices of a track overlap, and each row has its slice. What a
// server does not end when it is told to stop does not end in the trace.
func TestTraceOfEveryStack(t *testing.T) {
	for _, stack := range stacks.All() {
		for _, mode := range stack.Modes {
			for _, stops := range []bool{false, true} {
				name := fmt.Sprint(stack.Defaults.Values.Stack, " ", stack.Defaults.Values.Vintage, " ", mode.Name, ", stops: ", stops)
				w := servertest.New(t, stack, func(c *config.Config) { c.Mode, c.Limit = mode.Name, min(c.Limit, 4) })
				w.Trace(trace.PerfettoTrace)
				crowd(w)
				if stops {
					w.Signal(1800*time.Millisecond, syscall.SIGTERM)
				}
				w.Run(time.Minute)
				lines := strings.Split(traced(t, w), "\n")
				unfinished := 0
				for _, wrong := range tracetext.Unbalanced(lines) {
					switch {
					case !stops || !strings.HasSuffix(wrong, "does not end"):
						t.Errorf("%s: %s (alone: %s)", name, wrong, check.Alone(t))
					case strings.Contains(wrong, " requests"):
						unfinished++
					}
				}
				check.Equal(t, name+": slices of requests", slicesOfRequests(lines)-unfinished, rowsOfProgram(w))
			}
		}
	}
}

func slicesOfRequests(lines []string) (n int) {
	for _, line := range lines {
		if strings.Contains(line, " requests") && strings.Contains(line, ": begin ") {
			n++
		}
	}
	return n
}

// rowsOfProgram are the first worker's rows of requests that have reached the program.
func rowsOfProgram(w *servertest.World) (n int) {
	for _, row := range w.Workers[0].Rows {
		if row.ID != "" {
			n++
		}
	}
	return n
}
