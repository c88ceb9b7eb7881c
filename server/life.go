package server

import (
	"os"
	"slices"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/stacks"
)

// life is what a worker is between its start and its end: what it says when,
// which signals it takes, and how it shuts down. All of it belongs to the loop.
type life interface {
	// announce is what the process says before it listens.
	announce()
	// opened is what a server without a parent says when its address is open, and
	// notOpened when it cannot be.
	opened(port int)
	notOpened(err error)
	// begin is called when the listening socket is served from now on.
	begin()
	// signals are those that it handles; all others have their default action.
	signals() []os.Signal
	// signal is called in a step of the loop for each that has come.
	signal(os.Signal)
	// ended is how the process is to end when the loop has stopped.
	ended() Ended
}

// newLife makes the life that a stack names.
func newLife(w *Worker) life {
	switch w.stack.Life {
	case stacks.LifeNode:
		return &nodeLife{Worker: w}
	case stacks.LifeWaitress:
		return &waitressLife{Worker: w}
	case stacks.LifeFlask:
		return &flaskLife{Worker: w}
	case stacks.LifeHypercorn:
		return newHypercornLife(w)
	case stacks.LifeGunicorn:
		return newGunicornLife(w)
	case stacks.LifeTomcat:
		return &tomcatLife{Worker: w}
	default:
		return newUvicornLife(w)
	}
}

// Announce logs what a server process says before it listens.
func (w *Worker) Announce() {
	if w.cfg.Limit != w.stack.Defaults.Values.Limit {
		w.warnOnce(w.stack.Warnings.AnyIO)
	}
	w.life.announce()
}

// Open is the start of a server without a parent: it says that it starts, opens
// its address and serves it from then on. A failure to open it has been logged.
func (w *Worker) Open(open func() (listener eventloop.Handle, port int, err error)) (port int, err error) {
	w.Announce()
	listener, port, err := open()
	if err == nil {
		w.life.opened(port)
		err = w.Start(listener)
	}
	if err != nil {
		w.life.notOpened(err)
	}
	return port, err
}

// OnBeat has beat called whenever the worker tells its master that it is alive.
// Call it before Start.
func (w *Worker) OnBeat(beat func()) { w.beat = beat }

// Handles tells whether a signal is the worker's to handle, or its parent's for it, from any goroutine; of another it dies.
func (w *Worker) Handles(sig os.Signal) bool {
	return slices.Contains(w.life.signals(), sig) || w.stack.Supervised && w.stack.Parent.SetsEvent(sig)
}

// Signal passes a signal on, from any goroutine.
func (w *Worker) Signal(sig os.Signal) {
	w.loop.Post(eventloop.Func(func() { w.life.signal(sig) }))
}

// fatal is the signals given, which a life takes only to die of them, or none in the first process of a container: there the
// kernel drops what has no handler.
func fatal(signals ...os.Signal) []os.Signal {
	if os.Getpid() == 1 {
		return nil
	}
	return signals
}
