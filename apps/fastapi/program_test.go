package fastapi_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/servertest"
)

// serve starts Uvicorn with a program.
func serve(t *testing.T, vintage, text string, change ...func(*config.Config)) *servertest.World {
	t.Helper()
	p, err := program.Read("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	change = append(change, func(c *config.Config) { c.Program = p })
	return newWorld(t, vintage, change...)
}

func limit(n int) func(*config.Config) { return func(c *config.Config) { c.Limit = n } }

// answers lists the status of each client's answer and when it came.
func answers(clients []*sim.Client) string {
	all := make([]string, len(clients))
	for i, c := range clients {
		status, _, _ := strings.Cut(servertest.Answer(c), " ")
		all[i] = fmt.Sprintf("%s %v", status, c.First())
	}
	return strings.Join(all, ", ")
}

// burst sends n requests, one every gap.
func burst(w *servertest.World, n int, gap time.Duration, line string) []*sim.Client {
	clients := make([]*sim.Client, n)
	for i := range clients {
		clients[i] = w.Send(time.Duration(i)*gap, line+" HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	return clients
}

// With a response model a request waits for a second thread. Where the newest waiter is served first, that is the request
// that has just had its first; where the oldest is, all calls run before any validation.
func TestResponseModelTakesASecondToken(t *testing.T) {
	for vintage, want := range map[string]string{
		config.Vintage202303:  "200 505ms, 200 505ms, 200 515ms, 200 515ms, 200 1.015s, 200 1.01s, 200 1.005s, 200 1s",
		config.VintageCurrent: "200 1s, 200 1s, 200 1s, 200 1s, 200 1s, 200 1.005s, 200 1.01s, 200 1.015s",
	} {
		w := serve(t, vintage, "routes: {GET /: {def: [{sleep: 500ms}], response_model: true, body: 2KiB}}", limit(4))
		clients := burst(w, 8, 5*time.Millisecond, "GET /")
		w.Run(time.Minute)
		check.Equal(t, vintage, answers(clients), want)
	}
}

const deadlock = `
pools: {db: {size: 1, overflow: 0, timeout: 2s}}
dependencies:
  session: {session: db}
  user: {depends: [session], def: [{query: 1ms}]}
routes:
  GET /: {depends: [session, user], def: [{query: 200ms}]}
`

// A request that holds a connection waits for a thread, and those with the threads wait for a connection, until the pool's
// timeout. The times are those of the real servers.
func TestDeadlockOfPoolAndThreads(t *testing.T) {
	for vintage, want := range map[string]string{
		config.Vintage202303:  "200 201ms, 200 2.401s, 200 2.803s, 200 2.602s, 500 2.202s, 500 2.201s",
		config.VintageCurrent: "200 201ms, 200 4.401s, 500 2.201s, 500 2.202s, 500 4.201s, 500 4.202s",
	} {
		w := serve(t, vintage, deadlock, limit(2))
		clients := burst(w, 6, 20*time.Millisecond, "GET /")
		w.Run(time.Minute)
		check.Equal(t, vintage, answers(clients), want)
		check.Equal(t, "exception", strings.Contains(strings.Join(w.Workers[0].Said, "\n"),
			"sqlalchemy.exc.TimeoutError: QueuePool limit of size 1 overflow 0 reached, connection timed out, timeout 2.00 "), true)
	}
}

const order = `
dependencies:
  a: {def: [{log: a}, {sleep: 10ms}], yield: true, exit: [{log: exit a}, {sleep: 10ms}]}
  b: {depends: [a], async: [{log: b}, {sleep: 10ms}], yield: true, exit: [{log: exit b}]}
  c: {depends: [a], def: [{log: c}, {sleep: 10ms}]}
routes:
  GET /: {depends: [b, c, a], def: [{log: handler}, {sleep: 10ms}], background: [{def: [{log: task 1}, {sleep: 10ms}]}, {async: [{log: task 2}]}]}
  GET /http: {depends: [b], def: [{raise: 503}], background: [{def: [{log: never}]}]}
  GET /error: {depends: [b], def: [{raise: ValueError}]}
  GET /late: {depends: [a], def: [], background: [{def: [{raise: KeyError}]}, {def: [{log: never}]}]}
`

// Dependencies run depth first and once, the answer comes after the handler, then tasks, then exits in reverse order.
func TestOrderOfARequest(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, order)
		w.Send(0, servertest.Request("/"))
		w.Run(time.Second)
		w.Printed(
			"0s a on AnyIO worker thread", "10ms b on MainThread", "20ms c on AnyIO worker thread",
			"30ms handler on AnyIO worker thread", "40ms GET / 200", "40ms task 1 on AnyIO worker thread",
			"50ms task 2 on MainThread", "50ms exit b on MainThread", "50ms exit a on AnyIO worker thread")
	})
}

// A request that fails is answered once its dependencies have exited, without background tasks.
func TestOrderOfAFailure(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, order)
		held := w.Send(0, servertest.Request("/http"))
		w.Run(time.Second)
		w.Printed("0s a on AnyIO worker thread", "10ms b on MainThread", "20ms exit b on MainThread",
			"20ms exit a on AnyIO worker thread", "30ms GET /http 503")
		check.Equal(t, "answer", servertest.Answer(held), document("503 Service Unavailable", `{"detail":"Service Unavailable"}`))
		w = serve(t, vintage, order)
		broken := w.Send(0, servertest.Request("/error"))
		w.Run(time.Second)
		w.Printed("0s a on AnyIO worker thread", "10ms b on MainThread", "20ms exit b on MainThread",
			"20ms exit a on AnyIO worker thread", "30ms GET /error 500", "30ms ERROR: Exception in ASGI application")
		check.Equal(t, "connection closed at", broken.Ended, 30*time.Millisecond)
	})
}

// An exception in a background task ends the connection and the tasks after it, but dependencies exit.
func TestAFailureAfterTheAnswer(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, order)
		c := w.Send(0, servertest.Request("/late"))
		w.Run(time.Second)
		w.Printed("0s a on AnyIO worker thread", "10ms GET /late 200", "10ms exit a on AnyIO worker thread",
			"20ms ERROR: Exception in ASGI application")
		check.Equal(t, "answered at", c.First(), 10*time.Millisecond)
		check.Equal(t, "connection closed at", c.Ended, 20*time.Millisecond)
	})
}

const chained = `
dependencies:
  a: {async: [], yield: true, exit: [{raise: OutOfPaper}]}
  b: {async: [], yield: true, exit: [{raise: 409}]}
routes:
  GET /first: {depends: [a], async: [{raise: KeyError}]}
  GET /http: {depends: [a], async: [{raise: 503}]}
  GET /handled: {depends: [b], async: [{raise: KeyError}]}
  GET /late: {depends: [b], async: []}
`

// An exception that is raised while another is handled is printed after that one. An HTTPException that comes too late to
// be answered is the cause of another exception.
func TestATracebackHasTheExceptionsBefore(t *testing.T) {
	const during = "\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n"
	const cause = "\n\nThe above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n" +
		"RuntimeError: Caught handled exception, but response already started."
	unavailable, conflict := "fastapi.exceptions.HTTPException: 503", "fastapi.exceptions.HTTPException: 409"
	servertest.Both(t, func(t *testing.T, vintage string) {
		if vintage == config.VintageCurrent {
			unavailable, conflict = unavailable+": Service Unavailable", conflict+": Conflict"
		}
		for path, want := range map[string]string{
			"/first":   "KeyError" + during + "app.OutOfPaper",
			"/http":    unavailable + during + "app.OutOfPaper",
			"/handled": "",
			"/late":    conflict + cause,
		} {
			w := serve(t, vintage, chained)
			w.Send(0, servertest.Request(path))
			w.Run(time.Second)
			_, said, _ := strings.Cut(strings.Join(w.Workers[0].Said, "\n"), "Traceback (most recent call last):\n")
			check.Equal(t, path, strings.TrimRight(said, "\n"), want)
		}
	})
}

const asyncSession = `
pools: {db: {size: 1, overflow: 0}}
dependencies:
  session: {session: db, async: []}
routes:
  GET /: {depends: [session], async: [{query: 100ms}, {sleep: 50ms}]}
`

// A session of coroutines keeps its connection until its exit, as one of def functions does. The times are those of the
// real servers.
func TestSessionOfCoroutines(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, asyncSession)
		clients := burst(w, 4, 20*time.Millisecond, "GET /")
		w.Run(time.Minute)
		check.Equal(t, "answers", answers(clients), "200 150ms, 200 300ms, 200 450ms, 200 600ms")
		check.Equal(t, "connections", w.Workers[0].Statistics().Pools[0].Peak, 1)
	})
}

const admitted = `
dependencies:
  lease: {async: [{log: enter}], yield: true, exit: [{log: exit}]}
routes:
  GET /: {depends: [lease], def: [{sleep: 1s}]}
`

// The queue for threads is full for a request that has entered a dependency in a coroutine: the dependency exits, and the
// request is refused.
func TestRefusalAfterACoroutine(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := serve(t, vintage, admitted, limit(1), func(c *config.Config) { c.Queue = 0 })
		clients := burst(w, 2, 100*time.Millisecond, "GET /")
		w.Run(time.Minute)
		check.Equal(t, "answers", answers(clients), "200 1s, 503 100ms")
		w.Printed("0s enter on MainThread", "100ms enter on MainThread", "100ms exit on MainThread", "100ms GET / 503",
			"1s GET / 200", "1s exit on MainThread")
		check.Equal(t, "sums", w.Sums(), "accepted 2: held 0, answered 1, refused 1, cancelled 0, left 0; started 2")
	})
}

const cancelledExits = `
dependencies:
  a: {async: [{log: a}], yield: true, exit: [{log: exit a}, {sleep: 100ms}, {log: exited a}]}
  b: {def: [{log: b}], yield: true, exit: [{log: exit b}, {sleep: 100ms}]}
routes:
  GET /: {depends: [a, b], async: [{sleep: 5s}]}
  GET /task: {depends: [a, b], async: [], background: [{async: [{sleep: 5s}]}]}
`

// A second SIGINT cancels requests. Dependencies exit, at the older release def ones on the loop, before the error is
// logged and answered; the process ends after that.
func TestExitsOfACancelledRequest(t *testing.T) {
	for vintage, thread := range map[string]string{config.Vintage202303: "MainThread", config.VintageCurrent: "AnyIO worker thread"} {
		for target, answer := range map[string]string{"/": "500", "/task": "200"} {
			w := serve(t, vintage, cancelledExits)
			c := w.Send(0, servertest.Request(target))
			w.Signal(950*time.Millisecond, syscall.SIGINT)
			w.Signal(1350*time.Millisecond, syscall.SIGINT)
			w.Run(time.Minute)
			got := strings.Join(w.Workers[0].Lines, "\n")
			_, exits, _ := strings.Cut(got, "INFO: Finished server process [PID]\n")
			_, exits, _ = strings.Cut(exits, "\n")
			want := "1.4s exit b on " + thread + "\n1.5s exit a on MainThread\n1.6s exited a on MainThread\n" +
				"1.6s ERROR: Exception in ASGI application"
			if answer == "500" {
				want += "\n1.6s GET / 500"
			}
			check.Equal(t, vintage+" "+target, exits, want)
			check.Equal(t, "answer", strings.HasPrefix(servertest.Answer(c), answer), true)
			check.Equal(t, "end", w.End(), 1600*time.Millisecond)
		}
	}
}

// When the graceful time-out has passed, the tasks are cancelled twice: the exit that is about to get a thread does not
// run, and the one outside it does.
func TestExitsAfterTheGracefulTimeout(t *testing.T) {
	for target, line := range map[string]string{"/": "\n2.2s GET / 500", "/task": ""} {
		w := serve(t, config.VintageCurrent, cancelledExits, func(c *config.Config) { c.GracefulTimeout = time.Second })
		w.Send(0, servertest.Request(target))
		w.Signal(950*time.Millisecond, syscall.SIGINT)
		w.Run(time.Minute)
		_, exits, _ := strings.Cut(strings.Join(w.Workers[0].Lines, "\n"), "INFO: Finished server process [PID]\n")
		check.Equal(t, target, exits, "2.1s exit a on MainThread\n2.2s exited a on MainThread\n"+
			"2.2s ERROR: Exception in ASGI application"+line)
		check.Equal(t, "end", w.End(), 2200*time.Millisecond)
	}
}

// The article's programs as files are the same as its modes: every line of the log, and every byte to the clients.
func TestBuiltInProgramsAreTheArticles(t *testing.T) {
	for _, mode := range []string{"threadpool", "async-misuse", "cooperative"} {
		servertest.Both(t, func(t *testing.T, vintage string) {
			run := func(change func(*config.Config)) string {
				w := newWorld(t, vintage, change)
				var clients []*sim.Client
				for i := range 60 {
					clients = append(clients, w.Send(time.Duration(i)*7*time.Millisecond, servertest.Request(fmt.Sprintf("/?id=%d%%22x", i))))
				}
				clients = append(clients, w.Send(0, servertest.Request("/")), w.Send(0, servertest.Request("/openapi.json")),
					w.Send(0, servertest.Request("/nope")), w.Send(0, "POST / HTTP/1.1\r\nHost: x\r\n\r\n"))
				w.Run(time.Hour)
				var all strings.Builder
				all.WriteString(w.Workers[0].Stdout.String())
				for _, c := range clients {
					fmt.Fprintln(&all, c.First(), c.Text())
				}
				return all.String()
			}
			p, err := program.ReadBuiltin(mode)
			if err != nil {
				t.Fatal(err)
			}
			article := run(func(c *config.Config) { c.Mode = mode })
			check.Equal(t, mode, run(func(c *config.Config) { c.Program = p }), article)
		})
	}
}
