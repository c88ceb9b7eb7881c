package gunicorn

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/server/threaded"
)

// life is a sync or gthread worker (gunicorn.workers.base.Worker).
type life struct {
	*server.Worker
	endpoint *threaded.Endpoint
	version  *Version
	threads  bool            // the main thread accepts, and others serve (gthread); in sync, it does both
	beats    eventloop.Timer // of the next heartbeat, if no turn comes before
	timer    eventloop.Timer
	alive    bool // Worker.alive: the loop must continue
	left     bool // it has ended
	requests int
	status   int
}

func newLife(w *server.Worker, e *threaded.Endpoint, v *Version, threads bool) *life {
	l := &life{Worker: w, endpoint: e, version: v, threads: threads, alive: true}
	e.Turn, e.Begun = l.turn, l.begun
	return l
}

// Announce is Arbiter.spawn_worker.
func (l *life) Announce() { l.Info(boots, os.Getpid()) }

// Opened logs nothing: the master has.
func (l *life) Opened(int) {}

// NotOpened implements [server.Life].
func (l *life) NotOpened(err error) { l.Log(journal.Error, err.Error()) }

// Begin is the start of a sync worker's loop. That of gthread's main thread has started with the listener.
func (l *life) Begin() {
	if !l.threads {
		l.turn()
	}
}

// Signals are Worker.SIGNALS, except those that end the process.
func (l *life) Signals() []os.Signal {
	return supervisor.SignalsNamed("TERM", "INT", "QUIT", "ABRT", "USR1", "WINCH")
}

// turn is the top of the worker's loop, where it tells its master that it is alive.
func (l *life) turn() {
	if l.left {
		if l.version.wakesAtEnd { // it still waits for connections
			l.Beat()
		}
		return
	}
	l.Beat()
	switch {
	case l.alive:
	case l.threads: // with the events that came together with the one that has woken it
		l.left = true
		l.Loop().Soon(eventloop.Func(l.leaveLoop))
		return
	case l.endpoint.Connections() == 0:
		l.exit()
		return
	}
	if !l.threads { // select waits for half the timeout; gthread's main thread has a time of its own
		l.Loop().After(&l.beats, l.patience(), eventloop.Func(l.turnIdle))
	}
}

// patience is how long a sync worker waits for a connection before it beats again.
func (l *life) patience() time.Duration {
	if l.Config().Timeout <= 0 {
		return time.Second / 2
	}
	return l.Config().Timeout / 2
}

// turnIdle is a turn, unless a connection is served: a turn follows that anyway.
func (l *life) turnIdle() {
	if l.endpoint.Connections() == 0 {
		l.turn()
	}
}

// begun is the start of Worker.handle_request.
func (l *life) begun() {
	l.requests++
	if most := l.Config().LimitMaxRequests; l.alive && most != config.None && l.requests >= most {
		l.Info("Autorestarting worker after current request.")
		l.alive = false
		l.endpoint.CloseEach()
		if !l.threads {
			l.endpoint.Stop(0)
		}
	}
}

// Handle is the handler of one of Worker.SIGNALS.
func (l *life) Handle(sig os.Signal) {
	switch sig {
	case syscall.SIGTERM:
		l.terminate()
	case syscall.SIGINT, syscall.SIGQUIT:
		l.quit()
	case syscall.SIGABRT: // handle_abort
		l.alive = false
		l.raise(1)
	}
}

// terminate is handle_exit: running requests are finished.
func (l *life) terminate() {
	if !l.alive {
		return
	}
	l.alive = false
	switch {
	case !l.threads:
		l.endpoint.Stop(0)
		if l.endpoint.Connections() == 0 {
			l.exit()
		}
	case l.version.wakesAtEnd:
		l.leaveLoop()
	default: // the main thread's poll goes on, until something comes or its time is over
		l.endpoint.CloseEach()
	}
}

// quit is handle_quit, which sleeps before it exits.
func (l *life) quit() {
	const pause = 100 * time.Millisecond
	l.alive = false
	if l.threads {
		l.left = true
		l.endpoint.Leave()
	}
	l.endpoint.Stop(threaded.AsBefore)
	l.Loop().After(&l.timer, pause, eventloop.Func(func() { l.raise(0) }))
}

// raise is sys.exit in the worker's main thread, wherever that is. Other threads run on.
func (l *life) raise(status int) {
	if l.threads {
		l.left, l.status = true, status
		l.exit()
		return
	}
	l.endpoint.Stop(0)
	if !l.endpoint.Abort(fmt.Sprintf("SystemExit: %d", status)) {
		l.status = status
	}
	if l.endpoint.Connections() == 0 {
		l.exit()
	}
}

// NotAccepted is what Arbiter.spawn_worker logs about an exception of the worker's accept, which ends its main thread.
func (l *life) NotAccepted(err error) {
	const failed = 255 // sys.exit(-1)
	if l.left {
		return
	}
	failure := listen.AcceptError(err)
	l.Log(journal.Error, "Exception in worker process\n"+journal.Traceback+failure)
	if l.version.printsFailure {
		l.Log(journal.Unnamed, strings.TrimPrefix(failure, "OSError: "))
	}
	l.alive, l.left = false, true
	l.endpoint.Leave()
	l.raise(failed)
}

// leaveLoop is what gthread's main thread does once its loop has ended: it waits for the running requests and, in the
// newer version, for connections.
func (l *life) leaveLoop() {
	l.left = true
	if !l.version.wakesAtEnd {
		l.CloseListener()
		l.endpoint.Leave()
	}
	l.endpoint.Stop(l.version.idleAtEnd)
	l.drain(l.Loop().Now() + l.Config().GracefulTimeout)
}

// drainLook is how often drain looks whether it is done.
const drainLook = 10 * time.Millisecond

func (l *life) drain(deadline time.Duration) {
	done := l.endpoint.Quiet()
	if l.version.wakesAtEnd {
		done = l.endpoint.Connections() == 0
	}
	if done || l.Config().GracefulTimeout != config.NoTimeout && l.Loop().Now() >= deadline {
		l.exit()
		return
	}
	l.Loop().After(&l.timer, drainLook, eventloop.Func(func() { l.drain(deadline) }))
}

// exit is the end of Arbiter.spawn_worker. The process ends once its threads have.
func (l *life) exit() {
	l.left = true
	l.Info(exits, os.Getpid())
	if l.threads {
		l.StopWhenThreadsEnd()
		return
	}
	l.Loop().Stop()
}

// Ended is how the process ends.
func (l *life) Ended() server.Ended { return server.Ended{Status: l.status} }
