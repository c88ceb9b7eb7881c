package server

import (
	"os"
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Life is what a worker is between its start and its end: what it says when, which signals it takes, and how it shuts
// down. All of it belongs to the loop's goroutine.
type Life interface {
	// Announce is what the process says before it listens.
	Announce()
	// Opened is what a server without a parent says when its address is open, and NotOpened when it cannot be.
	Opened(port int)
	NotOpened(err error)
	// Begin is called when the listening socket is served.
	Begin()
	// Signals are those that it handles; all others have their default action.
	Signals() []os.Signal
	// Handle is called in a step of the loop for each signal that has come.
	Handle(os.Signal)
	// Ended is how the process is to end after the loop has stopped.
	Ended() Ended
}

// Announce logs what a server process says before it listens.
func (w *Worker) Announce() { w.life.Announce() }

// Open is the start of a server without a parent: it says that it starts, opens its address and serves it. A failure to
// open it has been logged.
func (w *Worker) Open(open func() (listener eventloop.Handle, port int, err error)) (port int, err error) {
	w.Announce()
	listener, port, err := open()
	if err == nil {
		w.life.Opened(port)
		err = w.Start(listener)
	}
	if err != nil {
		w.life.NotOpened(err)
	}
	return port, err
}

// Handles tells whether a signal is the worker's to handle, or its parent's for it, from any goroutine; of another it dies.
func (w *Worker) Handles(sig os.Signal) bool {
	return slices.Contains(w.life.Signals(), sig) || w.stack.Supervised && w.stack.Parent.SetsEvent(sig)
}

// Signal passes a signal on, from any goroutine.
func (w *Worker) Signal(sig os.Signal) {
	w.loop.Post(eventloop.Func(func() { w.life.Handle(sig) }))
}

// Fatal is the signals given, which a life takes only to die of them, or none in the first process of a container: there
// the kernel drops a signal that has no handler.
func Fatal(signals ...os.Signal) []os.Signal {
	if os.Getpid() == 1 {
		return nil
	}
	return signals
}

// threadsPoll is how often a worker that ends looks whether its threads still run: nothing announces their end.
const threadsPoll = 10 * time.Millisecond

// StopAfterThreads stops the loop when no thread runs any more: a Python process does not end before its threads.
func (w *Worker) StopAfterThreads() {
	if w.runtime.Limiter.Statistics(0).Borrowed > 0 {
		w.loop.After(&w.stopping, threadsPoll, eventloop.Func(w.StopAfterThreads))
		return
	}
	w.loop.Stop()
}
