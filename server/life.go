package server

import (
	"os"
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Life is a worker's start, signals and shutdown, with what it logs at each. Its methods belong to the loop's
// goroutine.
type Life interface {
	// Announce logs what the process says before it listens.
	Announce()
	// Opened logs that the address is open, and NotOpened that it could not be opened. Both are for a server without a
	// parent.
	Opened(port int)
	NotOpened(err error)
	// Begin is called when the listening socket is served.
	Begin()
	// Signals are the signals that it handles; all others have their default action.
	Signals() []os.Signal
	// Handle is called in a step of the loop for each signal that arrives.
	Handle(os.Signal)
	// Ended returns how the process is to end once the loop has stopped.
	Ended() Ended
}

// NotAccepting is a Life that reacts to connections that cannot be accepted, because a resource is missing.
type NotAccepting interface {
	// NotAccepted is called for the first of several failures or, if the loop's flavour tells each, for each.
	NotAccepted(err error)
}

// Announce logs what a server process says before it listens.
func (w *Worker) Announce() { w.life.Announce() }

// Open starts a server without a parent: it announces the server, opens the address and serves it. It logs a failure.
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

// Handles reports whether the worker, or its parent on its behalf, handles a signal. Any other signal kills it. Any
// goroutine may call it.
func (w *Worker) Handles(sig os.Signal) bool {
	return slices.Contains(w.life.Signals(), sig) || w.stack.Supervised && w.stack.Parent.SetsEvent(sig)
}

// Signal passes a signal to the worker's life. Any goroutine may call it.
func (w *Worker) Signal(sig os.Signal) {
	w.loop.Post(eventloop.Func(func() { w.life.Handle(sig) }))
}

// UnlessPID1 returns the signals given, which a life handles only to die of them, or none in the first process of a
// container: there the kernel drops a signal that has no handler.
func UnlessPID1(signals ...os.Signal) []os.Signal {
	if os.Getpid() == 1 {
		return nil
	}
	return signals
}

// threadsPoll is the interval at which a worker that ends checks whether threads still run: their end is not announced.
const threadsPoll = 10 * time.Millisecond

// StopWhenThreadsEnd stops the loop once no thread runs any more: a Python process does not end before its threads.
func (w *Worker) StopWhenThreadsEnd() {
	if w.runtime.Limiter.Statistics(0).Borrowed > 0 || w.runtime.Threads.Busy() > 0 {
		w.loop.After(&w.stopping, threadsPoll, eventloop.Func(w.StopWhenThreadsEnd))
		return
	}
	w.loop.Stop()
}
