package server

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/listen"
)

// tick is how often Uvicorn's main_loop looks around, and ticksPerDate how many
// of its ticks pass between two values of the date header.
const (
	tick         = 100 * time.Millisecond
	ticksPerDate = 10
)

// life is where a worker stands between its start and its end: the coroutine
// uvicorn.Server.serve, step by step.
type life struct {
	listener     *eventloop.Server
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
}

// after goes on with f when d has passed: the timer of asyncio.sleep wakes the
// task, which runs in its turn.
func (w *Worker) after(d time.Duration, f func()) {
	w.loop.After(&w.life.timer, d, eventloop.Func(func() { w.loop.Soon(eventloop.Func(f)) }))
}

// Announce logs what a server process says before it listens.
func (w *Worker) Announce() {
	w.info("Started server process [%d]", os.Getpid())
	w.info("Waiting for application startup.")
	w.info("Application startup complete.")
}

// Open is the start of a server without a parent: it says that it starts, opens
// its address and serves it from then on. A failure to open it has been logged.
func (w *Worker) Open(open func() (listener eventloop.Handle, port int, err error)) (port int, err error) {
	w.Announce()
	listener, port, err := open()
	if err == nil {
		parentLog{&sync.Mutex{}, w.journal}.running(w.cfg, port)
		err = w.Start(listener)
	}
	if err != nil {
		w.startupFailed(err)
	}
	return port, err
}

// Start serves a listening socket from now on.
func (w *Worker) Start(listener eventloop.Handle) error {
	server, err := w.loop.Serve(listener, w.service.Accept, w.acceptFailed)
	if err != nil {
		return fmt.Errorf("watch the listening socket: %w", err)
	}
	w.life.listener = server
	w.tick()
	return nil
}

// acceptFailed logs that no connection can be taken. uvloop, which sheds, says
// nothing of it, so neither does the native log.
func (w *Worker) acceptFailed(err error, shed bool) {
	switch {
	case !shed:
		listener := w.life.listener
		w.journal.Server(Unnamed, listen.AcceptFailure(int(listener.Handle()), listener.Local(), w.cfg.Workers > 1, err))
	case w.cfg.LogFormat != "native":
		w.journal.Server(Warning, "whoever comes is accepted and closed: "+err.Error())
	}
}

// tick is Server.on_tick: it renews the date header and looks whether to end.
func (w *Worker) tick() {
	if w.life.ticks%ticksPerDate == 0 {
		date := w.loop.Clock().Now().UTC().Format(http.TimeFormat)
		w.service.SetDefaults(http1.Line{Name: "date", Value: date}, http1.Line{Name: "server", Value: w.stack.Server})
	}
	w.life.ticks++
	switch most := w.cfg.LimitMaxRequests; {
	case w.life.shouldExit:
	case most != config.None && w.service.Served >= most:
		if w.stack.Lifecycle.SaysWhyMaxRequests {
			w.info("Maximum request limit of %d exceeded. Terminating process.", most)
		}
	default:
		w.after(tick, w.tick)
		return
	}
	w.shutdown()
}

// Signal is Server.handle_exit: the first signal asks for the end, a further
// SIGINT for an end without waiting. It may be called from any goroutine.
func (w *Worker) Signal(sig os.Signal) {
	w.loop.Post(eventloop.Func(func() {
		if w.life.over {
			w.late(sig)
			return
		}
		w.life.forceExit = w.life.forceExit || w.life.shouldExit && sig == syscall.SIGINT
		w.life.shouldExit = true
		w.life.terminated = w.life.terminated || sig == syscall.SIGTERM
	}))
}

// late is a signal that comes when the loop is closed and only threads keep the
// process: it has its own action again where the loop, or Uvicorn, has given
// the handlers up.
func (w *Worker) late(sig os.Signal) {
	if !w.life.freesSignals {
		return
	}
	w.life.killed = sig == syscall.SIGTERM
	w.loop.Stop()
}

// shutdown is Server.shutdown: no new connections, idle ones closed, the
// others waited for.
func (w *Worker) shutdown() {
	w.info("Shutting down")
	if w.life.listener != nil { // where somebody else has the address there is none
		if err := w.life.listener.Close(); err != nil {
			w.journal.Server(Error, err.Error())
		}
	}
	w.service.Shutdown()
	w.life.deadline = never
	if w.cfg.GracefulTimeout != config.NoTimeout {
		w.life.deadline = w.loop.Now() + tick + w.cfg.GracefulTimeout
	}
	w.after(tick, w.drain)
}

// drain waits for connections and then for tasks.
func (w *Worker) drain() {
	what := ""
	switch {
	case w.life.forceExit:
	case w.service.Connections() > 0:
		what = "connections to close"
	case w.service.Tasks > 0:
		what = "background tasks to complete"
	}
	if what == "" {
		w.finish()
		return
	}
	pause := tick
	if w.life.deadline != never {
		pause = min(pause, w.life.deadline-w.loop.Now())
	}
	if pause <= 0 {
		w.journal.Server(Error, fmt.Sprintf("Cancel %d running task(s), timeout graceful shutdown exceeded", w.service.Tasks))
		w.cancel(w.stack.Lifecycle.TimedOut)
		w.finish()
		return
	}
	if what != w.life.waiting {
		w.life.waiting = what
		w.info("Waiting for %s. (CTRL+C to force quit)", what)
	}
	w.after(pause, w.drain)
}

// finish ends the application and the loop. A forced end cancels what runs, as
// asyncio.run does when serve has returned.
func (w *Worker) finish() {
	if w.life.forceExit {
		w.info("Finished server process [%d]", os.Getpid())
		if w.diesBy() != 0 { // before anything is cancelled
			w.loop.Stop()
			return
		}
		if w.service.Tasks > 0 {
			w.cancel(w.stack.Lifecycle.Interrupted)
			w.journal.Server(Error, traceback+w.stack.Lifecycle.Interrupted+"\n") // of the lifespan task
		}
		w.later(w.leave)
		return
	}
	w.info("Waiting for application shutdown.")
	w.later(func() {
		w.info("Application shutdown complete.")
		w.info("Finished server process [%d]", os.Getpid())
		w.leave()
	})
}

// later runs f when the application has had its turns.
func (w *Worker) later(f func()) {
	w.loop.Soon(eventloop.Func(func() { w.loop.Soon(eventloop.Func(f)) }))
}

// How Python tells of exceptions, without the lines of its source.
const (
	traceback = "Traceback (most recent call last):\n"
	during    = "\n\nDuring handling of the above exception, another exception occurred:\n\n" + traceback
)

// cancel cancels the task of every request: those that wait never start, those
// whose client is there are answered 500, and what runs in a thread runs on.
func (w *Worker) cancel(reason string) {
	w.life.cancelled = true
	w.shared.Limiter.Abandon()
	answer := w.service.Behaviour.ServerError
	w.service.Cancel(answer, func(c *http1.Cycle) string {
		r, held := c.Held().(*request)
		if held {
			r.cancel()
		}
		if held && r.started == never {
			return w.stack.Lifecycle.InLine + during + cancellation(reason)
		}
		return reason
	})
}

// cancellation is the last exception of a chain.
func cancellation(chain string) string { return chain[strings.LastIndex(chain, "\n")+1:] }

// leave stops the loop when no thread works any more: a Python process does
// not end before its threads have, unless it dies by a signal.
func (w *Worker) leave() {
	w.life.over = true
	if w.life.cancelled && w.diesBy() == 0 && w.shared.Limiter.Statistics(0).Borrowed > 0 {
		w.after(10*time.Millisecond, w.leave)
		return
	}
	w.loop.Stop()
}

func (w *Worker) info(format string, args ...any) {
	w.journal.Server(Info, fmt.Sprintf(format, args...))
}
