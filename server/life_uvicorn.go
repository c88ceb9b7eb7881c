package server

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/server/uvicorn"
	"github.com/target-server/target-server/stacks"
)

// tick is how often Uvicorn's main_loop looks around, and ticksPerDate how many
// of its ticks pass between two values of the date header.
const (
	tick         = 100 * time.Millisecond
	ticksPerDate = 10
)

// uvicornLife is the coroutine uvicorn.Server.serve, step by step.
type uvicornLife struct {
	*Worker
	service      *uvicorn.Service
	timer        eventloop.Timer
	ticks        int
	shouldExit   bool
	forceExit    bool
	cancelled    bool
	deadline     time.Duration // of a graceful shutdown; never for none
	waiting      string        // what the log has said we wait for
	over         bool          // the loop of the real server is closed
	freesSignals bool          // by then
	killed       bool          // by a SIGTERM that came later
	terminated   bool          // SIGTERM was among the signals that came
	last         os.Signal     // the one that came last
	beaten       time.Duration // when the master was told last; never before
}

func newUvicornLife(w *Worker) life {
	return &uvicornLife{
		Worker: w, service: w.endpoint.(*uvicorn.Service),
		beaten: never, freesSignals: w.stack.Lifecycle.RaisesSignal || w.loop.Flavour().FreesSignals,
	}
}

// after goes on with f when d has passed: the timer of asyncio.sleep wakes the
// task, which runs in its turn.
func (l *uvicornLife) after(d time.Duration, f func()) {
	l.loop.After(&l.timer, d, eventloop.Func(func() { l.loop.Soon(eventloop.Func(f)) }))
}

// announce is Config.load and LifespanOn.startup.
func (l *uvicornLife) announce() {
	if boots := l.stack.Lifecycle.Boots; boots != "" {
		l.info(boots, os.Getpid())
	}
	l.info("Started server process [%d]", os.Getpid())
	l.info("Waiting for application startup.")
	l.info("Application startup complete.")
}

// opened is Server._log_started_message.
func (l *uvicornLife) opened(port int) {
	l.info(l.stack.Parent.Lines.Running, shownAddr(l.cfg, port))
}

// notOpened logs an address that cannot be served, as Server.startup does.
func (l *uvicornLife) notOpened(err error) {
	var failure *listen.Error
	if errors.As(err, &failure) {
		l.journal.Server(journal.Error, failure.Attempt())
	} else {
		l.journal.Server(journal.Error, err.Error())
	}
	l.info("Waiting for application shutdown.")
	l.info("Application shutdown complete.")
}

// begin is Server.main_loop.
func (l *uvicornLife) begin() { l.tick() }

// signals are Uvicorn's HANDLED_SIGNALS, and those to which it is deaf.
func (l *uvicornLife) signals() []os.Signal {
	return append([]os.Signal{syscall.SIGINT, syscall.SIGTERM}, supervisor.SignalsNamed(l.stack.Lifecycle.Deaf...)...)
}

// notify is Config.callback_notify, at the ticks that renew the date.
func (l *uvicornLife) notify() {
	if l.stack.Heartbeat != stacks.HeartbeatDate || l.beat == nil {
		return
	}
	if now := l.loop.Now(); l.beaten == never || now-l.beaten > l.cfg.Timeout/2 {
		l.beaten = now
		l.beat()
	}
}

// tick is Server.on_tick: it renews the date header and looks whether to end.
func (l *uvicornLife) tick() {
	if l.ticks%ticksPerDate == 0 {
		date := l.loop.Clock().Now().UTC().Format(http.TimeFormat)
		l.service.SetDefaults(http1.Line{Name: "date", Value: date}, http1.Line{Name: "server", Value: l.stack.Server})
		l.notify()
	}
	l.ticks++
	switch most := l.cfg.LimitMaxRequests; {
	case l.shouldExit:
	case most != config.None && l.service.Served >= most:
		if l.stack.Lifecycle.SaysWhyMaxRequests {
			l.info("Maximum request limit of %d exceeded. Terminating process.", most)
		}
	default:
		l.after(tick, l.tick)
		return
	}
	l.shutdown()
}

// signal is Server.handle_exit: the first signal asks for the end, a further
// SIGINT for an end without waiting.
func (l *uvicornLife) signal(sig os.Signal) {
	if sig != syscall.SIGINT && sig != syscall.SIGTERM {
		return
	}
	if l.over {
		l.late(sig)
		return
	}
	l.last = sig
	l.forceExit = l.forceExit || l.shouldExit && sig == syscall.SIGINT
	l.shouldExit = true
	l.terminated = l.terminated || sig == syscall.SIGTERM
}

// ended is how the process ends.
func (l *uvicornLife) ended() Ended { return Ended{Signal: l.diesBy()} }

// late is a signal that comes when the loop is closed and only threads keep the
// process: it has its own action again where the loop, or Uvicorn, has given
// the handlers up.
func (l *uvicornLife) late(sig os.Signal) {
	if !l.freesSignals {
		return
	}
	l.killed = sig == syscall.SIGTERM
	l.loop.Stop()
}

// shutdown is Server.shutdown: no new connections, idle ones closed, the
// others waited for.
func (l *uvicornLife) shutdown() {
	l.info("Shutting down")
	l.closeListener()
	if closing := l.stack.Lifecycle.Closing; closing != "" {
		l.info("%s", closing)
	}
	l.service.Shutdown()
	l.deadline = never
	if l.cfg.GracefulTimeout != config.NoTimeout && !l.stack.Lifecycle.EndsInItsOwnTime {
		l.deadline = l.loop.Now() + tick + l.cfg.GracefulTimeout
	}
	l.after(tick, l.drain)
}

// drain waits for connections and then for tasks.
func (l *uvicornLife) drain() {
	what := ""
	switch {
	case l.forceExit:
	case l.service.Connections() > 0:
		what = "connections to close"
	case l.service.Tasks > 0:
		what = "background tasks to complete"
	}
	if what == "" {
		l.finish()
		return
	}
	pause := tick
	if l.deadline != never {
		pause = min(pause, l.deadline-l.loop.Now())
	}
	if pause <= 0 {
		l.journal.Server(journal.Error, fmt.Sprintf("Cancel %d running task(s), timeout graceful shutdown exceeded", l.service.Tasks))
		l.cancel(l.stack.Lifecycle.TimedOut)
		l.finish()
		return
	}
	if what != l.waiting {
		l.waiting = what
		l.info("Waiting for %s. (CTRL+C to force quit)", what)
	}
	l.after(pause, l.drain)
}

// finish ends the application and the loop. A forced end cancels what runs, as
// asyncio.run does when serve has returned.
func (l *uvicornLife) finish() {
	if l.forceExit {
		l.info("Finished server process [%d]", os.Getpid())
		if l.diesBy() != 0 { // before anything is cancelled
			l.loop.Stop()
			return
		}
		if l.service.Tasks > 0 {
			l.cancel(l.stack.Lifecycle.Interrupted)
			l.journal.Server(journal.Error, journal.Traceback+l.stack.Lifecycle.Interrupted+"\n") // of the lifespan task
		}
		l.later(l.leave)
		return
	}
	l.info("Waiting for application shutdown.")
	l.later(func() {
		l.info("Application shutdown complete.")
		l.info("Finished server process [%d]", os.Getpid())
		l.leave()
	})
}

// later runs f when the application has had its turns.
func (l *uvicornLife) later(f func()) {
	l.loop.Soon(eventloop.Func(func() { l.loop.Soon(eventloop.Func(f)) }))
}

// cancel cancels the task of every request: those that wait never start, those
// whose client is there are answered 500, and what runs in a thread runs on.
func (l *uvicornLife) cancel(reason string) {
	l.cancelled = true
	l.shared.Limiter.Abandon()
	answer := l.service.Behaviour.ServerError
	l.service.Cancel(answer, func(c *uvicorn.Cycle) string {
		r, held := c.Held().(*request)
		if held {
			r.cancel()
		}
		if held && r.started == never {
			return l.stack.Lifecycle.InLine + journal.During + cancellation(reason)
		}
		return reason
	})
}

// cancellation is the last exception of a chain.
func cancellation(chain string) string { return chain[strings.LastIndex(chain, "\n")+1:] }

// leave stops the loop when no thread works any more: a Python process does
// not end before its threads have, unless it dies by a signal.
func (l *uvicornLife) leave() {
	if exits := l.stack.Lifecycle.Exits; exits != "" && !l.over && l.diesBy() == 0 {
		l.info(exits, os.Getpid())
	}
	l.over = true
	if l.cancelled && l.diesBy() == 0 && l.shared.Limiter.Statistics(0).Borrowed > 0 {
		l.after(10*time.Millisecond, l.leave)
		return
	}
	l.loop.Stop()
}

// diesBy is the signal that the process raises again when it has ended, or 0. A
// raised SIGINT is Python's KeyboardInterrupt, which Uvicorn's main takes for a
// good end; in a worker of gunicorn it has its default action.
func (l *uvicornLife) diesBy() syscall.Signal {
	if l.stack.Lifecycle.RaisesInterrupt && l.last == syscall.SIGINT {
		return syscall.SIGINT
	}
	if l.killed || l.stack.Lifecycle.RaisesSignal && l.terminated {
		return syscall.SIGTERM
	}
	return 0
}
