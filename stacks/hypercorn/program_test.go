package hypercorn_test

import (
	"fmt"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks/hypercorn"
)

// described is a stack that serves a program.
type described struct {
	*servertest.World
	name  string
	old   bool // 2023-03
	trio  bool
	stack *server.Stack
}

// threadName is that of a thread on any stack.
var threadName = regexp.MustCompile(`AnyIO worker thread|Trio worker thread \d+|wrapper from hypercorn.trio.task_group._handle|` +
	`wrapper from starlette.responses.StreamingResponse.__call__.<locals>.wrap`)

// describe runs a test for a program on every stack.
func describe(t *testing.T, text string, test func(t *testing.T, d *described)) {
	t.Helper()
	p, err := program.Read("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []described{
		{name: "asyncio, 2023-03", stack: hypercorn.Stack202303(), old: true},
		{name: "asyncio, current", stack: hypercorn.StackCurrent()},
		{name: "uvloop, 2023-03", stack: hypercorn.Uvloop202303(), old: true},
		{name: "uvloop, current", stack: hypercorn.UvloopCurrent()},
		{name: "trio, 2023-03", stack: hypercorn.Trio202303(), old: true, trio: true},
		{name: "trio, current", stack: hypercorn.TrioCurrent(), trio: true},
	} {
		t.Run(d.name, func(t *testing.T) {
			d.World = servertest.New(t, d.stack, func(c *config.Config) { c.Program = p })
			test(t, &d)
		})
	}
}

// printed compares what was logged, with THREAD for the name of a thread, and without its first line
// and Python's warnings.
func (d *described) printed(t *testing.T, want ...string) {
	t.Helper()
	var lines []string
	for _, line := range d.Workers[0].Lines {
		if !strings.Contains(line, "TrioDeprecationWarning") && !strings.Contains(line, "Running on") {
			lines = append(lines, threadName.ReplaceAllString(line, "THREAD"))
		}
	}
	check.Equal(t, "log", strings.Join(lines, "\n"), strings.Join(want, "\n"))
}

const lasting = `
dependencies:
  a: {def: [], yield: true, exit: [{log: exit a}, {sleep: 300ms}, {log: exit a ends}]}
  b: {depends: [a], async: [], yield: true, exit: [{log: exit b}]}
routes:
  GET /: {depends: [b], def: [], background: [{def: [{log: task 1}, {sleep: 1s}]}, {async: [{log: task 2}]}]}
  GET /long: {depends: [b], async: [], background: [{def: [{log: task 1}, {sleep: 9s}, {log: task 1 ends}]}, {async: [{log: task 2}]}]}
  GET /waits: {depends: [b], def: [{sleep: 9s}, {log: waited}]}
  GET /alone: {async: [{sleep: 9s}]}
  GET /sleeps: {depends: [b], async: [{sleep: 9s}]}
  GET /quick: {async: []}
  GET /slow: {def: [{sleep: 2s}]}
  GET /error: {depends: [b], async: [{raise: ValueError}]}
  GET /http: {depends: [b], async: [{raise: 503}]}
  GET /late: {depends: [b], async: [], background: [{def: [{sleep: 100ms}, {raise: KeyError}]}, {def: [{log: never}]}]}
`

// Tasks and exits run after the answer, while their connection serves its next requests. It is closed when it has been
// idle, whatever still runs.
func TestAConnectionGoesOnWhileTasksRun(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		c := d.Send(0, servertest.Request("/")+servertest.Request("/quick")+servertest.Request("/slow"))
		idle := d.Send(3*time.Second, servertest.Request("/long"))
		d.Run(14 * time.Second)
		check.Equal(t, "client", story(c), "0s 200 \n0s 200 \n2s 200 \n7s closed")
		check.Equal(t, "idle client", story(idle), "3s 200 \n8s closed")
		d.printed(t,
			"0s GET / 200", "0s task 1 on THREAD", "0s GET /quick 200",
			"1s task 2 on MainThread", "1s exit b on MainThread", "1s exit a on THREAD", "1.3s exit a ends on THREAD",
			"2s GET /slow 200", "3s GET /long 200", "3s task 1 on THREAD",
			"12s task 1 ends on THREAD", "12s task 2 on MainThread", "12s exit b on MainThread", "12s exit a on THREAD",
			"12.3s exit a ends on THREAD")
	})
}

// The last request of a connection is followed by its end, and only then by the tasks.
func TestAConnectionIsClosedBeforeTasksRun(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		c := d.Send(0, servertest.Request("/", "Connection: close"))
		d.Run(time.Minute)
		check.Equal(t, "client", story(c), "0s 200 Connection: close\n0s closed")
		d.printed(t, "0s GET / 200", "0s task 1 on THREAD",
			"1s task 2 on MainThread", "1s exit b on MainThread", "1s exit a on THREAD", "1.3s exit a ends on THREAD")
	})
}

// A client that leaves ends neither the handler nor what follows it.
func TestTasksRunWithoutTheirClient(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		early := d.Send(0, servertest.Request("/waits"))
		d.At(time.Second, early.Close)
		late := d.Send(10*time.Second, servertest.Request("/"))
		d.At(10500*time.Millisecond, late.Abort)
		d.Run(time.Minute)
		lines := strings.Join(d.Workers[0].Lines, "\n")
		for _, want := range []string{"9s waited", "9s exit b", "9s exit a", "11s task 2", "11s exit a"} {
			check.Equal(t, want, strings.Contains(lines, want), true)
		}
		d.Signal(time.Minute, syscall.SIGTERM)
		d.Run(2 * time.Minute)
		check.Equal(t, "ended", d.End() < time.Minute+200*time.Millisecond, true)
	})
}

// An exception is logged where it has passed the last exit, and the connection goes on.
func TestExceptionsLeaveAConnectionOpen(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		c := d.Send(0, servertest.Request("/error"))
		d.Then(time.Second, c, servertest.Request("/http"))
		d.Then(2*time.Second, c, servertest.Request("/late"))
		d.Then(3*time.Second, c, servertest.Request("/quick"))
		d.Run(time.Minute)
		check.Equal(t, "client", story(c), "300ms 500 \n1.3s 503 \n2s 200 \n3s 200 \n8s closed")
		d.printed(t,
			"0s exit b on MainThread", "0s exit a on THREAD", "300ms exit a ends on THREAD", "300ms GET /error 500",
			"300ms ERROR: Error in ASGI Framework",
			"1s exit b on MainThread", "1s exit a on THREAD", "1.3s exit a ends on THREAD", "1.3s GET /http 503",
			"2s GET /late 200", "2.1s exit b on MainThread", "2.1s exit a on THREAD", "2.4s exit a ends on THREAD",
			"2.4s ERROR: Error in ASGI Framework", "3s GET /quick 200")
		said := d.Workers[0].Said
		check.Equal(t, "exception", strings.HasSuffix(said[len(said)-1], "\nKeyError"), true)
		if d.old && d.trio {
			warned := strings.Index(strings.Join(said, "\n"), "task_group.py:25: TrioDeprecationWarning")
			check.Equal(t, "warned before", warned >= 0 && warned < strings.Index(strings.Join(said, "\n"), "Error in ASGI"), true)
		}
	})
}

// On trio, asyncio.sleep raises wherever it is called.
func TestSleepRaisesOnTrio(t *testing.T) {
	describe(t, `
dependencies: {a: {async: [], yield: true, exit: [{log: exit}, {sleep: 1s}]}}
routes:
  GET /: {async: [{sleep: 1s}]}
  GET /task: {async: [], background: [{async: [{log: task}, {sleep: 1s}]}, {async: [{log: never}]}]}
  GET /exit: {depends: [a], async: []}
`, func(t *testing.T, d *described) {
		if !d.trio {
			t.Skip("the others have an asyncio loop")
		}
		for i, target := range []string{"/", "/task", "/exit"} {
			d.Send(time.Duration(i)*time.Second, servertest.Request(target))
		}
		d.Run(time.Minute)
		d.printed(t,
			"0s GET / 500", "0s ERROR: Error in ASGI Framework",
			"1s GET /task 200", "1s task on MainThread", "1s ERROR: Error in ASGI Framework",
			"2s GET /exit 200", "2s exit on MainThread", "2s ERROR: Error in ASGI Framework")
		said := d.Workers[0].Said
		check.Equal(t, "exception", strings.HasSuffix(said[len(said)-1], "\nRuntimeError: no running event loop"), true)
	})
}

// A shutdown closes idle connections at once, and waits for what their requests still do.
func TestAShutdownWaitsForTasks(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		c := d.Send(0, servertest.Request("/"))
		d.Signal(450*time.Millisecond, syscall.SIGTERM)
		d.Run(time.Minute)
		check.Equal(t, "client", story(c), "0s 200 \n500ms closed")
		check.Equal(t, "ended", fmt.Sprint(d.End()), "1.3s")
	})
}

// After the graceful time-out tasks are cancelled: dependencies exit, and nothing is logged. The older FastAPI runs def
// exits on the loop, for the generator is closed; on trio, a function in a thread ends first, and what does not wait
// follows it.
func TestAGracefulTimeOutCancelsTasks(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		d.Send(0, servertest.Request("/long"))
		d.Signal(950*time.Millisecond, syscall.SIGTERM)
		d.Run(time.Minute)
		switch {
		case d.trio && d.old:
			d.printed(t, "0s GET /long 200", "0s task 1 on THREAD", "9s task 1 ends on THREAD", "9s task 2 on MainThread",
				"9s exit b on MainThread", "9s exit a on MainThread", "9.3s exit a ends on MainThread")
		case d.trio:
			d.printed(t, "0s GET /long 200", "0s task 1 on THREAD", "9s task 1 ends on THREAD", "9s task 2 on MainThread",
				"9s exit b on MainThread", "9s exit a on THREAD", "9.3s exit a ends on THREAD")
		case d.old:
			d.printed(t, "0s GET /long 200", "0s task 1 on THREAD", "4s exit b on MainThread", "4s exit a on MainThread",
				"4.3s exit a ends on MainThread", "9s task 1 ends on THREAD")
		default:
			d.printed(t, "0s GET /long 200", "0s task 1 on THREAD", "4s exit b on MainThread", "4s exit a on THREAD",
				"4.3s exit a ends on THREAD", "9s task 1 ends on THREAD")
		}
		check.Equal(t, "ended", d.End() >= 9*time.Second && d.End() < 9400*time.Millisecond, true)
	})
}

// A request that is cancelled before its answer is answered once its dependencies have exited; on trio it is not.
func TestAGracefulTimeOutCancelsARequest(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		c := d.Send(0, servertest.Request("/waits"))
		d.Signal(950*time.Millisecond, syscall.SIGTERM)
		d.Run(time.Minute)
		if d.trio {
			check.Equal(t, "client", story(c), "9.3s closed")
			check.Equal(t, "sums", d.Sums(), "accepted 1: held 0, answered 0, refused 0, cancelled 0, left 1; started 1")
		} else {
			check.Equal(t, "client", story(c), "4.3s 500 connection: close\n4.3s closed")
			check.Equal(t, "sums", d.Sums(), "accepted 1: held 0, answered 0, refused 0, cancelled 1, left 0; started 1")
		}
	})
}

// When the first cancelled connection has ended, asyncio cancels the rest again: exits in threads run on, and the others
// begin.
func TestASecondCancellation(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		if d.trio || d.old {
			t.Skip("trio cancels once, and the older FastAPI's exits are over by then")
		}
		first, second := d.Send(0, servertest.Request("/alone")), d.Send(0, servertest.Request("/sleeps"))
		d.Signal(950*time.Millisecond, syscall.SIGTERM)
		d.Run(time.Minute)
		check.Equal(t, "first", story(first), "4s 500 connection: close\n4s closed")
		check.Equal(t, "second", story(second), "4s 500 connection: close\n4s closed")
		d.printed(t, "4s GET /alone 500", "4s exit b on MainThread", "4s exit a on THREAD", "4s GET /sleeps 500",
			"4.3s exit a ends on THREAD")
		check.Equal(t, "ended", d.End() >= 4300*time.Millisecond && d.End() < 4400*time.Millisecond, true)
	})
}

// The connection of an HTTP/2 client serves further requests while tasks run, and exceptions do not close it.
func TestAnHTTP2ConnectionGoesOnWhileTasksRun(t *testing.T) {
	describe(t, lasting, func(t *testing.T, d *described) {
		c := d.Send(0, http2.ClientPreface+h2Settings()+h2Get(1, "GET", "/", true))
		d.Then(500*time.Millisecond, c, h2Get(3, "GET", "/slow", true))
		d.Then(3*time.Second, c, h2Get(5, "GET", "/error", true))
		d.Then(4*time.Second, c, h2Get(7, "GET", "/late", true)+h2Get(9, "GET", "/slow", true))
		d.Run(time.Minute)
		d.printed(t,
			"0s GET / 200", "0s task 1 on THREAD",
			"1s task 2 on MainThread", "1s exit b on MainThread", "1s exit a on THREAD", "1.3s exit a ends on THREAD",
			"2.5s GET /slow 200",
			"3s exit b on MainThread", "3s exit a on THREAD", "3.3s exit a ends on THREAD", "3.3s GET /error 500",
			"3.3s ERROR: Error in ASGI Framework",
			"4s GET /late 200", "4.1s exit b on MainThread", "4.1s exit a on THREAD", "4.4s exit a ends on THREAD",
			"4.4s ERROR: Error in ASGI Framework", "6s GET /slow 200")
		check.Equal(t, "client", servertest.Ending(c), "11s closed")
	})
}
