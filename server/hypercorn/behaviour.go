package hypercorn

import (
	"net/netip"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Behaviour is what one version of Hypercorn decides differently from another.
type Behaviour struct {
	Dialect *http1.Dialect
	Tasks   Tasks

	// Server is the value of the server header (Config.response_headers).
	Server string

	// HintsStatus: a refusal has the status at which h11 hints; otherwise it is 400.
	HintsStatus bool

	// StartsAtOnce: the head of an answer is sent with http.response.start, whether
	// or not the client has left; otherwise with its body, and not to who has left.
	StartsAtOnce bool

	// LogsDepartures: a request whose client leaves before the answer has an access
	// line of its own, without status.
	LogsDepartures bool

	// ClosesStream: closing a connection also tells the request in work that its
	// client is gone (TCPServer.protocol_send of 0.14); otherwise the end of reading
	// does (_read_data of 0.18).
	ClosesStream bool

	// OwnsIdle: the task that waits for an idle connection's end belongs to the
	// connection's group, whose end waits for it.
	OwnsIdle bool

	// KeepAliveRequests is how many requests a connection may bring; the last of
	// them is answered with connection: close. 0 is no bound.
	KeepAliveRequests int

	// GathersOnce: the end of the server waits for the connections whose task had begun
	// when it came, and for no later ones (worker_serve of 0.14).
	GathersOnce bool

	// ForgivesEnds: the end of a request that has been answered already is overlooked
	// in HTTP/2; otherwise it costs the connection.
	ForgivesEnds bool

	// DrainsCancelled: the empty 500 of a cancelled request waits, in HTTP/2, for the
	// task that sends, which is cancelled as well: neither the connection nor the
	// server ever ends.
	DrainsCancelled bool

	// Successor takes over who asks for HTTP/2; nobody does where it is nil, and
	// the request is served as any other.
	Successor Successor
}

// OnTrio is the same version with trio's tasks.
func (b Behaviour) OnTrio() Behaviour {
	b.Tasks, b.OwnsIdle = Trio, true
	return b
}

// The versions of Hypercorn at the two vintages.
var (
	// H11v0143 is Hypercorn 0.14.3 with h11 0.14.0.
	H11v0143 = Behaviour{Dialect: &http1.H11v014, Tasks: Asyncio, Server: "hypercorn-h11", ClosesStream: true, GathersOnce: true, Successor: H2{"hypercorn-h2"}}
	// H11v0180 is Hypercorn 0.18.0 with h11 0.16.0.
	H11v0180 = Behaviour{
		Dialect: &http1.H11v016Eager, Tasks: Asyncio, Server: "hypercorn-h11", Successor: H2{"hypercorn-h2"},
		HintsStatus: true, ForgivesEnds: true, DrainsCancelled: true, StartsAtOnce: true, LogsDepartures: true, OwnsIdle: true, KeepAliveRequests: 1000,
	}
)

// Open makes it serve a worker's connections.
func (b Behaviour) Open(h *http1.Host) http1.Endpoint { return &Endpoint{Host: h, Behaviour: &b} }

// Endpoint is what the connections of one worker share: Hypercorn's WorkerContext.
type Endpoint struct {
	*http1.Host
	Behaviour *Behaviour

	// Requested, unless it is nil, is called for every request that begins
	// (WorkerContext.mark_request).
	Requested func()
	// Failed, unless it is nil, is called when an exception ends a connection's task.
	Failed func()
	// Emptied, unless it is nil, is called when the last connection's task has ended.
	Emptied func()

	terminated bool
	awaited    int     // connections that the end waits for
	open       int     // connections
	tasks      []*Conn // connections whose task has begun and not ended
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
func (e *Endpoint) Tasks() int { return len(e.tasks) }

// Terminate ends every idle connection, and every other after its answer:
// WorkerContext.terminated.
func (e *Endpoint) Terminate() {
	e.terminated = true
	e.awaited = len(e.tasks)
	for _, c := range e.tasks {
		c.awaited = true
		c.idle.terminate()
	}
}

// Cancel ends the task of every connection and of its requests. Each request that
// is not answered is told to cancelled, which tells whether a thread works for it.
// Its client gets an empty 500, or nothing, by Tasks.
func (e *Endpoint) Cancel(cancelled func(*Exchange) (works bool)) {
	e.raised()
	for _, c := range e.tasks {
		c.cancel(cancelled)
	}
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
	if c.awaited {
		e.awaited--
	}
	over := last == 0 || e.terminated && e.awaited == 0 && e.Behaviour.GathersOnce
	if over && e.Emptied != nil {
		e.Emptied()
	}
}
