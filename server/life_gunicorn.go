package server

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/server/threaded"
	"github.com/target-server/target-server/stacks"
)

// gunicornLife is a worker of gunicorn's own, sync or gthread:
// gunicorn.workers.base.Worker.
type gunicornLife struct {
	*Worker
	endpoint *threaded.Endpoint
	how      stacks.Gunicorn
	beats    eventloop.Timer // the next, if nothing happens until then
	timer    eventloop.Timer
	alive    bool
	left     bool // the worker's loop has ended
	requests int
	status   int
}

func newGunicornLife(w *Worker) life {
	l := &gunicornLife{Worker: w, endpoint: w.endpoint.(*threaded.Endpoint), how: w.stack.Lifecycle.Gunicorn, alive: true}
	l.endpoint.Turn, l.endpoint.Begun = l.turn, l.begun
	return l
}

// announce is Arbiter.spawn_worker.
func (l *gunicornLife) announce() { l.info(l.stack.Lifecycle.Boots, os.Getpid()) }

// opened says nothing: the master has.
func (l *gunicornLife) opened(int) {}

func (l *gunicornLife) notOpened(err error) { l.journal.Server(journal.Error, err.Error()) }

// begin is the start of the worker's loop; gthread's main thread has begun with the
// listener.
func (l *gunicornLife) begin() {
	if !l.how.Threads {
		l.turn()
	}
}

// signals are Worker.SIGNALS, but for those that end the process.
func (l *gunicornLife) signals() []os.Signal {
	return supervisor.SignalsNamed("TERM", "INT", "QUIT", "ABRT", "USR1", "WINCH")
}

// turn is the worker's loop at its beginning: it tells its master that it is alive.
func (l *gunicornLife) turn() {
	if l.left {
		return
	}
	if l.beat != nil {
		l.beat()
	}
	switch {
	case l.alive:
	case l.how.Threads:
		l.leaveLoop()
		return
	case l.endpoint.Connections() == 0:
		l.exit()
		return
	}
	if !l.how.Threads { // select waits for half the timeout; gthread's main thread looks by itself
		l.loop.After(&l.beats, l.patience(), eventloop.Func(l.turnIdle))
	}
}

// patience is how long a sync worker waits for a connection before it beats again.
func (l *gunicornLife) patience() time.Duration {
	if l.cfg.Timeout <= 0 {
		return time.Second / 2
	}
	return l.cfg.Timeout / 2
}

// turnIdle is a turn unless a connection is served, which ends in one.
func (l *gunicornLife) turnIdle() {
	if l.endpoint.Connections() == 0 {
		l.turn()
	}
}

// begun is Worker.handle_request at its start.
func (l *gunicornLife) begun() {
	l.requests++
	if most := l.cfg.LimitMaxRequests; l.alive && most != config.None && l.requests >= most {
		l.info("Autorestarting worker after current request.")
		l.alive = false
		l.endpoint.Stop(l.how.IdleAtEnd)
	}
}

// signal is the handler of one of Worker.SIGNALS.
func (l *gunicornLife) signal(sig os.Signal) {
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

// terminate is handle_exit: what is in work is finished.
func (l *gunicornLife) terminate() {
	if !l.alive {
		return
	}
	l.alive = false
	switch {
	case !l.how.Threads:
		l.endpoint.Stop(0)
		if l.endpoint.Connections() == 0 {
			l.exit()
		}
	case l.how.WakesAtEnd:
		l.leaveLoop()
	}
}

// quit is handle_quit, which sleeps before it exits.
func (l *gunicornLife) quit() {
	const pause = 100 * time.Millisecond
	l.alive = false
	l.endpoint.Stop(never)
	if l.how.Threads {
		l.left = true
		l.endpoint.Leave()
	}
	l.loop.After(&l.timer, pause, eventloop.Func(func() { l.raise(0) }))
}

// raise is sys.exit in the worker's main thread, wherever that stands. Threads run on.
func (l *gunicornLife) raise(status int) {
	if l.how.Threads {
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

// leaveLoop is what gthread's main thread does when its loop has ended: it waits for
// requests, and where it still looks after them, for connections.
func (l *gunicornLife) leaveLoop() {
	l.left = true
	l.endpoint.Stop(l.how.IdleAtEnd)
	if !l.how.WakesAtEnd {
		l.closeListener()
		l.endpoint.Leave()
	}
	l.drain(l.loop.Now() + l.cfg.GracefulTimeout)
}

// look is how often an end is looked for that nothing announces.
const look = 10 * time.Millisecond

func (l *gunicornLife) drain(deadline time.Duration) {
	done := l.endpoint.Quiet()
	if l.how.WakesAtEnd {
		done = l.endpoint.Connections() == 0
	}
	if done || l.cfg.GracefulTimeout != config.NoTimeout && l.loop.Now() >= deadline {
		l.exit()
		return
	}
	l.loop.After(&l.timer, look, eventloop.Func(func() { l.drain(deadline) }))
}

// exit is the end of Arbiter.spawn_worker. The process ends when no thread works.
func (l *gunicornLife) exit() {
	l.left = true
	l.info("%s", fmt.Sprintf(l.stack.Lifecycle.Exits, os.Getpid()))
	l.awaitThreads()
}

func (l *gunicornLife) awaitThreads() {
	if l.how.Threads && !l.endpoint.Quiet() {
		l.loop.After(&l.timer, look, eventloop.Func(l.awaitThreads))
		return
	}
	l.loop.Stop()
}

// ended is how the process ends.
func (l *gunicornLife) ended() Ended { return Ended{Status: l.status} }
