package server

import (
	"net/netip"
	"os"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/hypercorn"
	"github.com/target-server/target-server/server/journal"
)

// hypercornLife is the coroutine worker_serve of hypercorn.asyncio.run. Its worker
// has a parent, which sets an event when it is to end; the worker itself handles
// no signal.
type hypercornLife struct {
	*Worker
	endpoint  *hypercorn.Endpoint
	timer     eventloop.Timer
	asked     bool // the parent's event is set
	ends      bool // and seen, or the last of --limit-max-requests has begun
	cancelled bool // what did not end in time
	over      bool
	requests  int
}

func newHypercornLife(w *Worker) life {
	l := &hypercornLife{Worker: w, endpoint: w.endpoint.(*hypercorn.Endpoint)}
	l.endpoint.Requested, l.endpoint.Emptied = l.requested, l.emptied
	l.endpoint.Failed = func() { l.warnOnce(l.stack.Warnings.Ended) }
	return l
}

// announce says nothing: Hypercorn speaks when it listens.
func (l *hypercornLife) announce() {}

func (l *hypercornLife) opened(int) {}

func (l *hypercornLife) notOpened(err error) { l.journal.Server(journal.Error, err.Error()) }

// begin says where it listens, and looks after the parent's event from now on.
func (l *hypercornLife) begin() {
	if l.listener != nil {
		l.info("Running on http://%s (CTRL + C to quit)", l.shownAddr(l.listener.Local()))
	}
	l.look()
}

// shownAddr is utils.repr_socket_addr.
func (l *hypercornLife) shownAddr(a netip.AddrPort) string {
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()).String()
}

// signals are none: the parent alone handles them.
func (l *hypercornLife) signals() []os.Signal { return nil }

// signal is what the parent does about a signal: it sets the event.
func (l *hypercornLife) signal(os.Signal) { l.asked = true }

// ended is how the process ends.
func (l *hypercornLife) ended() Ended { return Ended{} }

// look is check_multiprocess_shutdown_event.
func (l *hypercornLife) look() {
	switch {
	case l.ends:
	case l.asked:
		l.ends = true
		l.raised(raiseSteps)
	default:
		l.loop.After(&l.timer, tick, eventloop.Func(func() { l.loop.Soon(eventloop.Func(l.look)) }))
	}
}

// raiseSteps are those between the task that looks after the event, which ends by
// raising ShutdownError, and worker_serve, which catches it.
const raiseSteps = 2

// raised shuts down when so many steps have passed.
func (l *hypercornLife) raised(steps int) {
	if steps == 0 {
		l.shutdown()
		return
	}
	l.loop.Soon(eventloop.Func(func() { l.raised(steps - 1) }))
}

// requested is WorkerContext.mark_request.
func (l *hypercornLife) requested() {
	l.requests++
	if most := l.cfg.LimitMaxRequests; most != config.None && l.requests > most && !l.ends {
		l.ends = true
		l.loop.Soon(eventloop.Func(l.shutdown))
	}
}

// shutdown is the end of worker_serve: idle connections are closed, the others
// have some time for their answers.
func (l *hypercornLife) shutdown() {
	l.ends = true
	l.closeListener()
	l.endpoint.Terminate()
	if l.endpoint.Tasks() == 0 {
		l.leave()
		return
	}
	l.loop.After(&l.timer, l.cfg.GracefulTimeout, eventloop.Func(l.timedOut))
}

// timedOut cancels what has not ended in time: those that wait for a thread never
// have one, and what runs in a thread runs on.
func (l *hypercornLife) timedOut() {
	l.cancelled = true
	l.shared.Limiter.Abandon()
	l.endpoint.Cancel(func(x http1.Exchange) (works bool) {
		r, held := x.Held().(*request)
		works = held && r.inThread()
		if held && (!works || !l.endpoint.Behaviour.Tasks.Shields) {
			r.cancel()
		}
		return works
	})
}

// emptied goes on when the last connection's task has ended.
func (l *hypercornLife) emptied() {
	if l.ends && !l.over {
		l.loop.Cancel(&l.timer)
		l.over = true
		l.loop.Soon(eventloop.Func(l.leave))
	}
}

// leave stops the loop when no thread works any more: a Python process does not
// end before its threads have.
func (l *hypercornLife) leave() {
	l.over = true
	if l.shared.Limiter.Statistics(0).Borrowed > 0 {
		l.loop.After(&l.timer, 10*time.Millisecond, eventloop.Func(l.leave))
		return
	}
	l.loop.Stop()
}
