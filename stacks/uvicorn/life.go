package uvicorn

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
)

// tick is the period of Server.main_loop, and ticksPerDate how many of them pass before the date header is renewed.
const (
	tick         = 100 * time.Millisecond
	ticksPerDate = 10
)

// never marks a moment that has not come.
const never = time.Duration(-1)

// serverHeader is the value of the server header.
const serverHeader = "uvicorn"

// life is the coroutine uvicorn.Server.serve, step by step.
type life struct {
	*server.Worker
	endpoint *Endpoint
	version  *Version
	timer    eventloop.Timer
	ticks    int

	// As uvicorn.Server names them.
	shouldExit, forceExit bool
	captured              []os.Signal // _captured_signals

	deadline  time.Duration // of the graceful shutdown, or never
	waiting   string        // what the server was waiting for in the last log line about it
	cancelled bool          // tasks were cancelled, whose threads may still be running
	closed    bool          // the real server's loop is closed: all that is left of the process is threads
	killed    bool          // a SIGTERM came after that, and ends the process
	beaten    time.Duration // the last heartbeat to the master, or never
}

func newLife(w *server.Worker, e *Endpoint, v *Version) *life {
	return &life{Worker: w, endpoint: e, version: v, beaten: never}
}

// after runs f when d has passed, as asyncio.sleep does: its timer wakes the task, which runs when its step is due.
func (l *life) after(d time.Duration, f func()) {
	l.Loop().After(&l.timer, d, eventloop.Func(func() { l.Loop().Soon(eventloop.Func(f)) }))
}

// Announce is Config.load and LifespanOn.startup.
func (l *life) Announce() {
	if m := l.version.master; m != nil {
		l.Info(m.Boots, os.Getpid())
	}
	l.Info("Started server process [%d]", os.Getpid())
	l.Info("Waiting for application startup.")
	l.Info("Application startup complete.")
}

// Opened is Server._log_started_message.
func (l *life) Opened(port int) { l.Info(runningOn, l.LoggedAddr(port)) }

// NotOpened logs why the address cannot be opened, as Server.startup does.
func (l *life) NotOpened(err error) {
	var failure *listen.Error
	if errors.As(err, &failure) {
		l.Log(journal.Error, failure.Attempt())
	} else {
		l.Log(journal.Error, err.Error())
	}
	l.Info("Waiting for application shutdown.")
	l.Info("Application shutdown complete.")
}

// Begin is Server.main_loop.
func (l *life) Begin() { l.tick() }

// Signals are Uvicorn's HANDLED_SIGNALS, and those that a gunicorn worker handles by doing nothing.
func (l *life) Signals() []os.Signal {
	signals := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if m := l.version.master; m != nil {
		signals = append(signals, supervisor.SignalsNamed(m.Deaf...)...)
	}
	return signals
}

// notify is Config.callback_notify, which is called at the ticks that renew the date.
func (l *life) notify() {
	if l.version.master == nil {
		return
	}
	if now := l.Loop().Now(); l.beaten == never || now-l.beaten > l.Config().Timeout/2 {
		l.beaten = now
		l.Beat()
	}
}

// tick is Server.on_tick: it renews the date header, and checks whether to shut down.
func (l *life) tick() {
	if l.ticks%ticksPerDate == 0 {
		l.endpoint.SetDefaults(l.defaultLines()...)
		l.notify()
	}
	l.ticks++
	switch most := l.Config().LimitMaxRequests; {
	case l.shouldExit:
	case most != config.None && l.endpoint.Answered >= most:
		if l.version.saysWhyMaxRequests {
			l.Info("Maximum request limit of %d exceeded. Terminating process.", most)
		}
	default:
		l.after(tick, l.tick)
		return
	}
	l.shutdown()
}

// defaultLines are ServerState.default_headers: the date, then those of Config.load, in which a server of the user's own
// replaces Uvicorn's, and a date of the user's own replaces nothing.
func (l *life) defaultLines() []http1.Line {
	cfg := l.Config()
	var lines, own []http1.Line
	if cfg.DateHeader {
		date := l.Loop().Clock().Now().UTC().Format(http.TimeFormat)
		lines = append(lines, http1.Line{Name: "date", Value: date})
	}
	named := false
	for _, line := range cfg.HeaderLines() {
		named = named || line[0] == "server"
		own = append(own, http1.Line{Name: line[0], Value: latin1(line[1])})
	}
	if cfg.ServerHeader && !named {
		lines = append(lines, http1.Line{Name: "server", Value: serverHeader})
	}
	return append(lines, own...)
}

// latin1 encodes text, which config has checked.
func latin1(text string) string {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		b = append(b, byte(r))
	}
	return string(b)
}

// Handle is Server.handle_exit: the first signal starts the shutdown, and a SIGINT after it has the server wait for
// nothing.
func (l *life) Handle(sig os.Signal) {
	if sig != syscall.SIGINT && sig != syscall.SIGTERM {
		return
	}
	if l.closed {
		l.late(sig)
		return
	}
	l.captured = append(l.captured, sig)
	l.forceExit = l.forceExit || l.shouldExit && sig == syscall.SIGINT
	l.shouldExit = true
}

// Ended is how the process ends.
func (l *life) Ended() server.Ended { return server.Ended{Signal: l.diesBy()} }

// late is a signal that comes when the loop is closed and only threads keep the process from ending. It has its default
// action again if the loop or Uvicorn has removed its handlers.
func (l *life) late(sig os.Signal) {
	if !l.version.raisesSignal && !l.Loop().Flavour().FreesSignals {
		return
	}
	l.killed = sig == syscall.SIGTERM
	l.Loop().Stop()
}

// shutdown is Server.shutdown: it stops accepting, closes idle connections, and waits for the others.
func (l *life) shutdown() {
	l.Info("Shutting down")
	l.CloseListener()
	if m := l.version.master; m != nil {
		l.Info("%s", m.Closing)
	}
	l.endpoint.Shutdown()
	l.deadline = never
	if l.Config().GracefulTimeout != config.NoTimeout && l.version.master == nil {
		l.deadline = l.Loop().Now() + tick + l.Config().GracefulTimeout
	}
	l.after(tick, l.drain)
}

// drain waits for connections to close, and then for tasks to end.
func (l *life) drain() {
	what := ""
	switch {
	case l.forceExit:
	case l.endpoint.Connections() > 0:
		what = "connections to close"
	case l.endpoint.Tasks > 0:
		what = "background tasks to complete"
	}
	if what == "" {
		l.finish()
		return
	}
	pause := tick
	if l.deadline != never {
		pause = min(pause, l.deadline-l.Loop().Now())
	}
	if pause <= 0 {
		l.Log(journal.Error, fmt.Sprintf("Cancel %d running task(s), timeout graceful shutdown exceeded", l.endpoint.Tasks))
		l.cancel(l.version.timedOut)
		l.finish()
		return
	}
	if what != l.waiting {
		l.waiting = what
		l.Info("Waiting for %s. (CTRL+C to force quit)", what)
	}
	l.after(pause, l.drain)
}

// finish ends the application and the loop. A forced end cancels the running tasks, as asyncio.run does when serve has
// returned.
func (l *life) finish() {
	if l.forceExit {
		l.Info("Finished server process [%d]", os.Getpid())
		if l.diesBy() != 0 { // before anything is cancelled
			l.Loop().Stop()
			return
		}
		if l.endpoint.Tasks > 0 {
			l.cancel(l.version.interrupted)
			l.Log(journal.Error, journal.Traceback+l.version.interrupted+"\n") // of the lifespan task
		}
		l.later(l.leave)
		return
	}
	l.Info("Waiting for application shutdown.")
	l.later(func() {
		l.Info("Application shutdown complete.")
		l.Info("Finished server process [%d]", os.Getpid())
		l.leave()
	})
}

// later runs f after the steps that the application takes for its shutdown.
func (l *life) later(f func()) {
	l.Loop().Soon(eventloop.Func(func() { l.Loop().Soon(eventloop.Func(f)) }))
}

// cancel cancels the task of every request: those that wait for a thread never get one, those whose
// client is there are answered with 500, and the threads run to their end.
func (l *life) cancel(reason string) {
	l.cancelled = true
	l.Runtime().Limiter.Abandon()
	answer := l.endpoint.Class.ServerError
	l.endpoint.Cancel(answer, func(c *Cycle) string {
		r := server.Held(c)
		if r != nil {
			r.Cancel()
			if l.forceExit {
				r.CancelAll()
			}
		}
		if r != nil && !r.Started() && c.Answer() == nil { // a refused one waits for its client, not for a thread
			return l.version.noThread + journal.During + cancellation(reason)
		}
		return reason
	})
}

// cancellation is the last exception of a chain.
func cancellation(chain string) string { return chain[strings.LastIndex(chain, "\n")+1:] }

// leave ends the process. Unless that dies of a signal, asyncio.run cancels the tasks that have not ended, and waits for
// them.
func (l *life) leave() {
	if !l.cancelled || l.diesBy() != 0 {
		l.exit()
		return
	}
	if !l.forceExit { // otherwise it has just cancelled them for the first time
		l.endpoint.CancelAgain()
	}
	l.endpoint.OnceUnwound(l.exit)
}

// exit stops the loop, after the threads have ended: a Python process does not end before its threads, unless it dies
// of a signal.
func (l *life) exit() {
	if m := l.version.master; m != nil && l.diesBy() == 0 {
		l.Info(m.Exits, os.Getpid())
	}
	l.closed = true
	if l.cancelled && l.diesBy() == 0 {
		l.StopWhenThreadsEnd()
		return
	}
	l.Loop().Stop()
}

// diesBy is the signal that the process dies of, or 0: Uvicorn raises the captured signals again, the last one first.
// SIGINT becomes a KeyboardInterrupt, which Uvicorn's main catches to exit with 0; in a worker of gunicorn it has its
// default action.
func (l *life) diesBy() syscall.Signal {
	m := l.version.master
	if n := len(l.captured); n > 0 && m != nil && m.RaisesInterrupt && l.captured[n-1] == syscall.SIGINT {
		return syscall.SIGINT
	}
	if l.killed || l.version.raisesSignal && slices.Contains(l.captured, os.Signal(syscall.SIGTERM)) {
		return syscall.SIGTERM
	}
	return 0
}
