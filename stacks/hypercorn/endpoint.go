package hypercorn

import (
	"net/netip"
	"slices"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Endpoint is what the connections of one worker share: Hypercorn's WorkerContext.
type Endpoint struct {
	*http1.Host
	Version *Version

	// Requested, unless it is nil, is called for every request that begins
	// (WorkerContext.mark_request).
	Requested func()
	// Failed, unless it is nil, is called when an exception ends a connection's task.
	Failed func()
	// Emptied, unless it is nil, is called when the last connection's task has ended.
	Emptied func()

	terminated bool
	awaited    int                                 // connections that the end waits for
	open       int                                 // connections
	tasks      []*Conn                             // connections whose task has begun and not ended
	stranded   []*Conn                             // those of them whose task can only be cancelled, the oldest first
	forgotten  int                                 // and those of which nothing else is left
	missed     int                                 // forgotten ones that the end waits for
	cancelled  func(x http1.Exchange) (works bool) // is told who is cancelled, until that is done
	head       http1.Head
	scratch    []byte
	kept       int // bytes that connections remember
}

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: e, states: states{keepAlive: true}}
	c.Init(c)
	e.open++
	return &c.Stream
}

// Listening tells the endpoint of its listener, which it needs not.
func (e *Endpoint) Listening(*eventloop.Server) {}

// Connections is how many are open.
func (e *Endpoint) Connections() int { return e.open }

// Tasks is how many connections have a task that has not ended; it may outlive
// the connection.
func (e *Endpoint) Tasks() int { return len(e.tasks) + e.forgotten }

// Terminate ends every idle connection, and every other after its answer:
// WorkerContext.terminated.
func (e *Endpoint) Terminate() {
	e.terminated = true
	e.awaited, e.missed = e.Tasks(), e.forgotten
	for _, c := range e.tasks {
		c.awaited = true
		c.idle.terminate()
	}
}

// Cancel ends the task of every connection and of its requests. Each request that
// is not answered is told to cancelled, which tells whether a thread works for it.
// Its client gets an empty 500, or nothing, by Tasks.
func (e *Endpoint) Cancel(cancelled func(x http1.Exchange) (works bool)) {
	e.raised()
	e.cancelled = cancelled
	if e.forgotten > 0 {
		e.cancelRest()
	}
	e.awaited -= e.missed
	e.forgotten, e.missed = 0, 0
	for _, c := range e.tasks {
		c.cancel(cancelled)
	}
	e.emptied()
}

// cancelRest cancels once more what has not ended by being cancelled: the first task of a
// connection that has ends asyncio.gather, and with it worker_serve, and asyncio.run then cancels
// every task there is.
func (e *Endpoint) cancelRest() {
	cancelled := e.cancelled
	e.cancelled = nil
	if cancelled == nil || !e.Version.DrainsCancelled {
		return
	}
	e.Loop().Soon(eventloop.Func(func() {
		for _, c := range slices.Clone(e.tasks) {
			if c.speaker != nil {
				c.speaker.Cancel(cancelled)
			}
		}
	}))
}

// raised says that an exception ends the task of a connection.
func (e *Endpoint) raised() {
	if e.Failed != nil {
		e.Failed()
	}
}

// began and ended keep the set of tasks.
func (e *Endpoint) began(c *Conn) {
	c.place = len(e.tasks)
	e.tasks = append(e.tasks, c)
}

func (e *Endpoint) ended(c *Conn) {
	last := len(e.tasks) - 1
	e.tasks[c.place] = e.tasks[last]
	e.tasks[c.place].place = c.place
	e.tasks[last] = nil
	e.tasks = e.tasks[:last]
	e.stranded = slices.DeleteFunc(e.stranded, func(other *Conn) bool { return other == c })
	if c.awaited {
		e.awaited--
	}
	if c.cancelled {
		e.cancelRest()
	}
	e.emptied()
}

// emptied tells who waits for it that no task is left.
func (e *Endpoint) emptied() {
	over := e.Tasks() == 0 || e.terminated && e.awaited == 0 && e.Version.GathersOnce
	if over && e.Emptied != nil {
		e.Emptied()
	}
}

// mostStranded is how many connections are kept open whose task can only be cancelled. Hypercorn
// keeps them all; no client can tell the oldest of many from one that a proxy has closed.
const mostStranded = 256

// strand keeps a connection open of which nobody will hear any more.
func (e *Endpoint) strand(c *Conn) {
	if slices.Contains(e.stranded, c) {
		return
	}
	if e.stranded = append(e.stranded, c); len(e.stranded) > mostStranded {
		e.stranded[0].Abort()
	}
}

// forget keeps nothing of a connection that is gone but that its task has not ended.
func (e *Endpoint) forget(c *Conn) {
	if e.forgotten++; c.awaited {
		e.missed++
		c.awaited = false // not by itself
	}
	e.ended(c)
}
