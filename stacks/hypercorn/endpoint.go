package hypercorn

import (
	"net/netip"
	"slices"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// Endpoint is what the connections of one worker share: Hypercorn's WorkerContext.
type Endpoint struct {
	*http1.Host
	Version *Version
	// NoDate and NoServer leave out lines of Config.response_headers (include_date_header, include_server_header).
	NoDate, NoServer bool

	// Requested, unless it is nil, is called for every request that begins (WorkerContext.mark_request).
	Requested func()
	// Failed, unless it is nil, is called when an exception ends a connection's task.
	Failed func()
	// Raised, unless it is nil, is called when the application has raised an exception, before that is logged. It is told
	// whether that was in the middle of an answer in parts.
	Raised func(streaming bool)
	// Crashed, unless it is nil, is called when a cancelled task ends the shutdown.
	Crashed func()
	// Uncaught, unless it is nil, is called when nothing catches an exception of a connection's task, as on trio: it ends the
	// worker.
	Uncaught func(exception string)
	// Emptied, unless it is nil, is called when the last connection's task has ended.
	Emptied func()

	terminated bool    // WorkerContext.terminated is set
	awaited    int     // connections that the end waits for
	open       int     // connections
	tasks      []*Conn // connections whose task has begun and not ended
	stranded   []*Conn // those of them whose task can only be cancelled, the oldest first
	forgotten  int     // and the number of those of which nothing but such a task is left
	missed     int     // forgotten ones that the end waits for
	kept       int     // bytes that connections remember

	// cancelled is what Cancel was given, until the tasks that have not ended by then are cancelled once more.
	cancelled func(x http1.Exchange) (works bool)

	head    http1.Head
	body    []byte // the part of a request's body that was parsed last
	scratch []byte
}

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: e, states: states{keepAlive: true}}
	c.Init(c)
	e.open++
	return &c.Stream
}

// Listening does nothing: Hypercorn never stops accepting while it runs.
func (e *Endpoint) Listening(*eventloop.Server) {}

// Connections is how many are open.
func (e *Endpoint) Connections() int { return e.open }

// Tasks is how many connections have a task that has not ended. A task may outlive its connection.
func (e *Endpoint) Tasks() int { return len(e.tasks) + e.forgotten }

// Terminate ends every idle connection now, and the others after their answer: WorkerContext.terminated.
func (e *Endpoint) Terminate() {
	e.terminated = true
	e.awaited, e.missed = e.Tasks(), e.forgotten
	for _, c := range e.tasks {
		c.awaited = true
		c.idle.terminate()
	}
}

// Cancel cancels the task of every connection and those of its requests. It calls cancelled with each request that is
// not answered, which reports whether a thread works for it. Its client gets an empty 500 or, on trio, nothing.
func (e *Endpoint) Cancel(cancelled func(x http1.Exchange) (works bool)) {
	e.cancelled = cancelled
	if e.forgotten > 0 {
		e.raised()
		e.cancelRest()
	}
	e.awaited -= e.missed
	e.forgotten, e.missed = 0, 0
	for _, c := range e.tasks {
		c.cancel(cancelled)
	}
	e.emptied()
}

// cancelRest cancels a second time what the first time did not end: the first cancelled task of a connection that ends
// also ends asyncio.gather, and with it worker_serve, and then asyncio.run cancels every task there is.
func (e *Endpoint) cancelRest() {
	cancelled := e.cancelled
	e.cancelled = nil
	if cancelled != nil && !e.Version.Library.Shields {
		e.after(restSteps, func() {
			for _, c := range slices.Clone(e.tasks) {
				c.cancelAgain(cancelled)
			}
		})
	}
}

// restSteps is how many steps lie between the end of that connection and the second cancellation: worker_serve still
// ends the lifespan.
const restSteps = 8

// after runs f after some steps.
func (e *Endpoint) after(steps int, f func()) {
	if steps == 0 {
		f()
		return
	}
	e.Loop().Soon(eventloop.Func(func() { e.after(steps-1, f) }))
}

// raised is called when an exception ends the task of a connection.
func (e *Endpoint) raised() {
	if e.Failed != nil {
		e.Failed()
	}
}

// logRaised logs an exception that the application has raised, if it has (task_group._handle).
func (e *Endpoint) logRaised(exception string, streaming bool) {
	if exception == "" {
		return
	}
	if e.Raised != nil {
		e.Raised(streaming)
	}
	e.Log.Error(failed + journal.Raised(exception))
}

// began adds a connection to those with a task, and ended removes it.
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
	if c.unclosed && !c.cancelled && c.awaited && e.Crashed != nil {
		e.Crashed()
	}
	if c.cancelled {
		e.raised()
		e.cancelRest()
	}
	e.emptied()
}

// emptied calls Emptied when no task is left that the end waits for.
func (e *Endpoint) emptied() {
	over := e.Tasks() == 0 || e.terminated && e.awaited == 0 && e.Version.GathersOnce
	if over && e.Emptied != nil {
		e.Emptied()
	}
}

// mostStranded is how many connections are kept open whose task can only be cancelled. Hypercorn keeps all of them; to
// a client, the oldest of many looks like one that a proxy has closed.
const mostStranded = 256

// strand keeps a connection open that does nothing any more.
func (e *Endpoint) strand(c *Conn) {
	if slices.Contains(e.stranded, c) {
		return
	}
	e.stranded = append(e.stranded, c)
	if len(e.stranded) > mostStranded {
		e.stranded[0].Abort()
	}
}

// forget drops a connection that is gone, and remembers only that its task has not ended.
func (e *Endpoint) forget(c *Conn) {
	e.forgotten++
	if c.awaited {
		e.missed++
		c.awaited = false // missed counts it
	}
	e.ended(c)
}
