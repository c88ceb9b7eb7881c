package hypercorn

import (
	"fmt"
	"net/netip"
	"os"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// life is the coroutine worker_serve of hypercorn.asyncio.run. Its worker has a parent, which sets an event to stop it;
// the worker itself handles no signal.
type life struct {
	*server.Worker
	endpoint *Endpoint
	timer    eventloop.Timer
	asked    bool   // the parent's event is set
	crashed  bool   // worker_serve has ended by an exception
	uncaught string // that exception, on trio
	stage    lifeStage
	requests int
}

// lifeStage is how far the life of the worker has come.
type lifeStage uint8

const (
	serving  lifeStage = iota
	stopping           // the event was seen, or the last request that --limit-max-requests allows has begun
	leaving            // no connection has a task any more
)

func newLife(w *server.Worker, e *Endpoint) *life {
	l := &life{Worker: w, endpoint: e}
	warnings := &e.Version.Warnings
	e.Requested, e.Emptied, e.Crashed, e.Uncaught = l.requested, l.emptied, l.crash, l.fall
	e.Failed = func() { w.WarnOnce(warnings.Ended) }
	e.Raised = func(streaming bool) {
		if streaming {
			w.WarnOnce(warnings.Grouped)
		}
		w.WarnOnce(warnings.Raised)
	}
	w.SetHooks(server.Hooks{StartedInThread: func() { w.WarnOnce(warnings.AnyIO) }})
	return l
}

// tick is how often check_multiprocess_shutdown_event checks the event.
const tick = 100 * time.Millisecond

// Announce logs nothing: Hypercorn's first line comes when it listens. But a program that changes the number of threads
// uses AnyIO, and so gets its warning.
func (l *life) Announce() {
	if l.Config().Limit != threads {
		l.WarnOnce(l.endpoint.Version.Warnings.AnyIO)
	}
}

func (l *life) Opened(int) {}

func (l *life) NotOpened(err error) { l.Log(journal.Error, err.Error()) }

// Begin logs where it listens. From now on the worker checks the parent's event.
func (l *life) Begin() {
	if l.Listener() != nil {
		l.Info("Running on http://%s (CTRL + C to quit)", l.loggedAddr(l.Listener().Local()))
	}
	l.look()
}

// loggedAddr is utils.repr_socket_addr.
func (l *life) loggedAddr(a netip.AddrPort) string {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()).String()
}

// Signals are none: the parent alone handles them.
func (l *life) Signals() []os.Signal { return nil }

// Handle is what the parent does about a signal: it sets the event.
func (l *life) Handle(os.Signal) { l.asked = true }

// Ended is how the process ends.
func (l *life) Ended() server.Ended {
	if l.uncaught != "" {
		return server.Ended{Status: 1}
	}
	return server.Ended{}
}

// look is check_multiprocess_shutdown_event.
func (l *life) look() {
	switch {
	case l.stage != serving:
	case l.asked:
		l.stage = stopping
		l.raised(raiseSteps)
	default:
		l.Loop().After(&l.timer, tick, eventloop.Func(func() { l.Loop().Soon(eventloop.Func(l.look)) }))
	}
}

// raiseSteps is the number of steps between the task that checks the event, which ends by raising ShutdownError, and
// worker_serve, which catches it.
const raiseSteps = 2

// raised shuts down after that many steps.
func (l *life) raised(steps int) {
	if steps == 0 {
		l.shutdown()
		return
	}
	l.Loop().Soon(eventloop.Func(func() { l.raised(steps - 1) }))
}

// requested is WorkerContext.mark_request.
func (l *life) requested() {
	l.requests++
	if most := l.Config().LimitMaxRequests; most != config.None && l.requests > most && l.stage == serving {
		l.stage = stopping
		l.Loop().Soon(eventloop.Func(l.shutdown))
	}
}

// shutdown is the end of worker_serve: idle connections are closed, and the others have some time for their answers.
func (l *life) shutdown() {
	l.CloseListener()
	l.endpoint.Terminate()
	if l.endpoint.Tasks() == 0 {
		l.leave()
		return
	}
	l.Loop().After(&l.timer, l.Config().GracefulTimeout, eventloop.Func(l.timedOut))
}

// timedOut cancels what has not ended in time: requests that wait for a thread never get one, and the threads work on.
func (l *life) timedOut() {
	l.Runtime().Limiter.Abandon()
	l.endpoint.Cancel(func(x http1.Exchange) (works bool) {
		r := server.Held(x)
		works = r != nil && r.InThread()
		switch {
		case r == nil:
		case works && l.endpoint.Version.Library.Shields:
			r.Shield()
		default:
			r.Cancel()
		}
		return works
	})
}

// crash is the end of worker_serve by the CancelledError of a connection's task. Then asyncio cancels every task.
func (l *life) crash() {
	if l.crashed || l.stage != stopping {
		return
	}
	l.crashed = true
	l.Loop().Cancel(&l.timer)
	l.endpoint.after(crashSteps, func() {
		if l.stage == stopping {
			l.timedOut()
			l.endpoint.cancelRest()
		}
	})
}

// crashSteps is the number of steps between the end of that task and the others' cancellation.
const crashSteps = 3

// fall is the end of worker_serve by an exception that nothing catches, on trio: every task is cancelled at once.
func (l *life) fall(exception string) {
	if l.crashed || l.stage == leaving {
		return
	}
	l.crashed, l.uncaught = true, exception
	l.Loop().Cancel(&l.timer)
	l.stage = stopping
	l.CloseListener()
	l.endpoint.Terminate()
	l.Loop().Soon(eventloop.Func(l.timedOut))
}

const cancelledError = "asyncio.exceptions.CancelledError"

// emptied goes on when the last connection's task has ended.
func (l *life) emptied() {
	if l.stage == stopping {
		l.Loop().Cancel(&l.timer)
		l.stage = leaving
		l.Loop().Soon(eventloop.Func(l.leave))
	}
}

func (l *life) leave() {
	l.stage = leaving
	if l.crashed {
		exception := journal.Traceback + cancelledError
		if l.uncaught != "" {
			exception = l.endpoint.Version.uncaught(l.uncaught)
		}
		l.Log(journal.Unnamed, fmt.Sprintf("Process SpawnProcess-%d:\n%s", l.Number(), exception))
	}
	l.StopWhenThreadsEnd()
}
