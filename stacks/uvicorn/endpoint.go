package uvicorn

import (
	"net/netip"
	"slices"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/trust"
)

// Endpoint is what the connections of one worker share: Uvicorn's ServerState, and the settings that its protocol
// classes read.
type Endpoint struct {
	*http1.Host
	Class *Class

	// LimitConcurrency answers a request with Unavailable once there are that many connections, its own included, or that
	// many tasks; 0 means no limit.
	LimitConcurrency int
	Unavailable      *http1.Answer
	// Direct: no proxy is trusted (--no-proxy-headers).
	Direct bool
	// Trusted are the proxies whose forwarded fields count.
	Trusted trust.List

	Answered    int // requests answered: Uvicorn's total_requests
	Tasks       int // requests started and not finished
	kept        int // bytes of all connections' incomplete heads, and of pipelined requests that wait unparsed
	ahead       int // bytes of all connections' requests that are parsed and wait for their turn
	connections set
	orphans     set      // lost connections whose request is still running
	lasting     []*Cycle // requests that go on after their answer, in its order
	unwinding   []unwinding
	onceUnwound func() // see OnceUnwound; or nil
	defaults    *defaults

	head     http1.Head
	trailers http1.Head // of the request with that head
	scratch  []byte
}

// defaults are the header lines at the top of every answer, as of one tick.
type defaults struct{ block []byte }

// SetDefaults replaces the header lines at the top of every answer, for requests that are parsed from now on.
func (e *Endpoint) SetDefaults(lines ...http1.Line) {
	var block []byte
	for _, l := range lines {
		block = http1.AppendLine(block, l.Name, l.Value)
	}
	e.defaults = &defaults{block}
}

// Listening does nothing: Uvicorn never stops accepting while it runs.
func (e *Endpoint) Listening(*eventloop.Server) {}

// Connections is how many connections are open.
func (e *Endpoint) Connections() int { return len(e.connections) }

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: e, place: -1}
	c.Init(c)
	return &c.Stream
}

// Shutdown closes idle connections at once, and the others after their answer (H11Protocol.shutdown,
// HttpToolsProtocol.shutdown).
func (e *Endpoint) Shutdown() {
	for _, c := range slices.Clone(e.connections) {
		c.shutdown()
	}
}

// set is a set of connections, each of which knows its place in it.
type set []*Conn

func (l *set) add(c *Conn) {
	c.place = int32(len(*l))
	*l = append(*l, c)
}

func (l *set) remove(c *Conn) {
	if c.place < 0 {
		return
	}
	last := len(*l) - 1
	(*l)[c.place], (*l)[last].place = (*l)[last], c.place
	(*l)[last] = nil
	*l = (*l)[:last]
	c.place = -1
}

// exceeded reports whether a request that is parsed now is beyond the concurrency limit.
func (e *Endpoint) exceeded() bool {
	n := e.LimitConcurrency
	return n > 0 && (len(e.connections) >= n || e.Tasks >= n)
}

// origin is where a request comes from according to a trusted proxy.
func (e *Endpoint) origin(c *Conn, h *http1.Head) (o origin, said bool) {
	if e.Direct {
		return o, false
	}
	return e.Class.Forwarded.read(&e.Trusted, c.Peer(), h)
}

// taskDone is the step in which a finished request leaves the set of tasks: one step after its end, since it is a done
// callback of asyncio's.
type taskDone Endpoint

func (t *taskDone) Run() { t.Tasks-- }
