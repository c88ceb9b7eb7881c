package hypercorn

import (
	"strings"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
)

// trioThreads is the limit of trio's own limiter (trio._threads.DEFAULT_LIMIT). AnyIO's RunVar does not change it, and
// so --limit has no effect. trioIdle is how long a thread stays in its cache (trio._core._thread_cache.IDLE_TIMEOUT).
const (
	trioThreads = 40
	trioIdle    = 10 * time.Second
)

// Trio202303 is FastAPI 0.94.1 on Hypercorn 0.14.3 with trio 0.22.0, anyio 3.6.2, h11 0.14.0 and Python 3.11. The
// threads are numbered.
func Trio202303() *server.Stack {
	v := H11v0143.OnTrio()
	v.Warnings = Warnings{
		AnyIO:   multiError("anyio/_backends/_trio.py:164", "class ExceptionGroup(BaseExceptionGroup, trio.MultiError):"),
		Grouped: multiError("anyio/_backends/_trio.py:188", "except trio.MultiError as exc:"),
		Raised:  multiError("hypercorn/trio/task_group.py:25", "except trio.MultiError as error:"),
		Ended:   multiError("hypercorn/trio/tcp_server.py:71", "except (trio.MultiError, OSError):"),
	}
	s := onTrio(Stack202303(), v, modes.Pool{Name: "Trio worker thread %d", MaxIdle: trioIdle, Alone: true})
	s.Defaults = defaults202303("hypercorn-trio", "trio 0.22")
	s.Defaults.Ignores = ignores()
	return s
}

// TrioCurrent is FastAPI 0.165.0 on Hypercorn 0.18.0 with trio 0.35.0, anyio 4.16.0, h11 0.16.0 and Python 3.11. A
// thread is named after the function that it runs.
func TrioCurrent() *server.Stack {
	threads := modes.Pool{
		Name: "wrapper from hypercorn.trio.task_group._handle", MaxIdle: trioIdle, Alone: true,
		Subtask: "wrapper from starlette.responses.StreamingResponse.__call__.<locals>.wrap",
	}
	s := onTrio(StackCurrent(), H11v0180.OnTrio(), threads)
	s.Defaults = defaultsCurrent("hypercorn-trio", "trio 0.35")
	s.Defaults.Ignores = ignores()
	return s
}

// onTrio is Hypercorn with --worker-class trio.
func onTrio(s *server.Stack, v Version, threads modes.Pool) *server.Stack {
	s.Guide, s.Serve = guideTrio, v.Serve
	s.Loops = map[string]eventloop.Flavour{"auto": eventloop.Trio}
	s.Modes, s.Order, s.Threads, s.OwnThreads = modes.OnTrio(), limiter.FIFO, threads, trioThreads
	s.Terms = program.Terms{program.AsyncPool: {
		Reason:   "SQLAlchemy's AsyncAdaptedQueuePool is asyncio's, and this stack runs on trio",
		Accepted: "queries in def functions, or another stack such as --stack hypercorn",
	}}
	return s
}

// noTrioLimit is why --limit has no effect.
const noTrioLimit = "the real program sets anyio's limit, and on trio AnyIO uses another one, always 40; " +
	"only PUT /limit on the admin address changes it"

// ignores are the settings without effect on trio.
func ignores() map[string]string { return map[string]string{"limit": noTrioLimit} }

var guideTrio = server.Guide{
	For: "Hypercorn with --worker-class trio: 40 threads, whatever --limit says. Each turn of the event loop runs its tasks in a slightly " +
		"shuffled order. The head of an answer may arrive one turn before its body, and a turn may take long. Choose it to see what code that " +
		"was written for asyncio does on trio.",
	Options: options("has no effect: " + noTrioLimit),
	Modes: map[string]string{
		"cooperative": "every request gets 500 at once, because asyncio.sleep finds no running event loop",
	},
	Differs: []string{
		"Python's warnings at --vintage 2023-03 name files in /usr/local/lib/python3.11/site-packages, wherever the real packages are",
	},
}

// multiError is Python's warning about trio.MultiError, with the place that names it, a file of a package, and its
// line.
func multiError(where, line string) string {
	return "/usr/local/lib/python3.11/site-packages/" + where +
		": TrioDeprecationWarning: trio.MultiError is deprecated since Trio 0.22.0; use BaseExceptionGroup " +
		"(on Python 3.11 and later) or exceptiongroup.BaseExceptionGroup (earlier versions) instead " +
		"(https://github.com/python-trio/trio/issues/2211)\n  " + line
}

// uncaught is what multiprocessing prints of an exception that has ended a worker: at the newer version, each nursery on
// its way has put it into a group.
func (v *Version) uncaught(exception string) string {
	if !v.StartsAtOnce {
		return journal.Raised(exception)
	}
	const group = "ExceptionGroup: Exceptions from Trio nursery (1 sub-exception)\n"
	var b strings.Builder
	indent := "  "
	for level := range 3 {
		mark := indent + "| "
		if level == 0 {
			b.WriteString(indent + "+ Exception Group " + journal.Traceback)
		} else {
			b.WriteString(mark + "Exception Group " + journal.Traceback)
		}
		b.WriteString(mark + group + indent + "+-+---------------- 1 ----------------\n")
		indent += "  "
	}
	for line := range strings.SplitSeq(journal.Raised(exception), "\n") {
		b.WriteString(indent + "| " + line + "\n")
	}
	return b.String() + indent + "+------------------------------------"
}
