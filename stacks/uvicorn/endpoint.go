package uvicorn

import (
	"net/netip"
	"slices"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Endpoint is what the connections of one worker share: Uvicorn's ServerState
// and the settings its protocol classes read.
type Endpoint struct {
	*http1.Host
	Class *Class

	// LimitConcurrency refuses a request with Unavailable when that many connections, or that many requests, exist; 0 is
	// no limit. The connection that asks counts too.
	LimitConcurrency int
	Unavailable      *http1.Answer

	Served      int // answers completed: Uvicorn's total_requests
	Tasks       int // requests started and not finished
	kept        int // bytes of heads that are not complete, or wait behind an answer, over all connections
	ahead       int // bytes of requests that are parsed and wait for their turn, over all connections
	connections set
	orphans     set // lost, but their request works on
	defaults    *defaults

	head    http1.Head
	scratch []byte
}

// defaults are the header lines on top of every answer, as of one tick.
type defaults struct{ block []byte }

// SetDefaults replaces the header lines on top of every answer; requests that
// are parsed from now on carry them.
func (e *Endpoint) SetDefaults(lines ...http1.Line) {
	var block []byte
	for _, l := range lines {
		block = http1.AppendLine(block, l.Name, l.Value)
	}
	e.defaults = &defaults{block}
}

// Listening does nothing: Uvicorn never lets its listener rest.
func (e *Endpoint) Listening(*eventloop.Server) {}

// Connections is how many connections are open.
func (e *Endpoint) Connections() int { return len(e.connections) }

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: e, place: -1}
	c.Init(c)
	return &c.Stream
}

// Shutdown asks every connection to end: idle ones at once, the others after
// their answer (H11Protocol.shutdown, HttpToolsProtocol.shutdown).
func (e *Endpoint) Shutdown() {
	for _, c := range slices.Clone(e.connections) {
		c.shutdown()
	}
}

// Cancel ends the task of every request in work. In a step of its own each is
// logged with what why says now, and answered with a if its client is there;
// those that have not had their first step are not heard of.
func (e *Endpoint) Cancel(a *http1.Answer, why func(*Cycle) string) {
	for _, c := range slices.Concat(e.connections, e.orphans) {
		if w := c.working; w != nil && w.unfinished() {
			w.cancel(a, why(w))
		}
	}
}

// failed is how Uvicorn begins the log of an application that raised something.
const failed = "Exception in ASGI application\nTraceback (most recent call last):\n"

// set is connections, each of which knows its place.
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

// exceeded tells whether a request that is parsed now is one too many.
func (e *Endpoint) exceeded() bool {
	n := e.LimitConcurrency
	return n > 0 && (len(e.connections) >= n || e.Tasks >= n)
}

// taskDone is the step in which a finished request leaves the set of tasks:
// one step after its end, as asyncio's done callbacks are.
type taskDone Endpoint

func (t *taskDone) Run() { t.Tasks-- }
