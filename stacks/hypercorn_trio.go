package stacks

import (
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/hypercorn"
)

// trioThreads is the limit of trio's own limiter (trio._threads.DEFAULT_LIMIT), and
// trioIdle how long a thread of its cache idles (trio._core._thread_cache.IDLE_TIMEOUT).
const (
	trioThreads = 40
	trioIdle    = 10 * time.Second
)

// hypercornTrio202303 is FastAPI 0.94.1 on Hypercorn 0.14.3 with trio 0.22.0, anyio
// 3.6.2, h11 0.14.0 and Python 3.11. A thread has a name and a number.
func hypercornTrio202303() *Stack {
	s := onTrio(hypercorn202303(), modes.Pool{Name: "Trio worker thread %d", MaxIdle: trioIdle, Alone: true})
	s.Defaults = hypercornDefaults202303("hypercorn-trio", "trio 0.22")
	s.HTTP = map[string]http1.Protocol{"auto": hypercorn.H11v0143.OnTrio()}
	s.Warnings = Warnings{
		AnyIO:  multiError("anyio/_backends/_trio.py:164", "class ExceptionGroup(BaseExceptionGroup, trio.MultiError):"),
		Raised: multiError("hypercorn/trio/task_group.py:25", "except trio.MultiError as error:"),
		Ended:  multiError("hypercorn/trio/tcp_server.py:71", "except (trio.MultiError, OSError):"),
	}
	return s
}

// hypercornTrioCurrent is FastAPI 0.165.0 on Hypercorn 0.18.0 with trio 0.35.0,
// anyio 4.16.0, h11 0.16.0 and Python 3.11. A thread at work is called after its work.
func hypercornTrioCurrent() *Stack {
	s := onTrio(hypercornCurrent(), modes.Pool{Name: "wrapper from hypercorn.trio.task_group._handle", MaxIdle: trioIdle, Alone: true})
	s.Defaults = hypercornDefaultsCurrent("hypercorn-trio", "trio 0.35")
	s.HTTP = map[string]http1.Protocol{"auto": hypercorn.H11v0180.OnTrio()}
	return s
}

// onTrio is Hypercorn with --worker-class trio.
func onTrio(s *Stack, threads modes.Pool) *Stack {
	s.Loops = map[string]eventloop.Flavour{"auto": eventloop.Trio}
	s.Modes, s.Order, s.Threads, s.OwnThreads = modes.OnTrio(), limiter.FIFO, threads, trioThreads
	s.AppError = "Error in ASGI Framework"
	return s
}

// multiError is what Python warns of where trio.MultiError is named in a file of a
// package, with the line of it.
func multiError(where, line string) string {
	return "/usr/local/lib/python3.11/site-packages/" + where +
		": TrioDeprecationWarning: trio.MultiError is deprecated since Trio 0.22.0; use BaseExceptionGroup (on Python 3.11 and later)" +
		" or exceptiongroup.BaseExceptionGroup (earlier versions) instead (https://github.com/python-trio/trio/issues/2211)\n  " + line
}
