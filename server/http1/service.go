package http1

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Service is what the connections of one worker share: Uvicorn's ServerState
// and the settings its protocol classes read.
type Service struct {
	Behaviour *Behaviour
	Handler   http.Handler
	Log       Log
	KeepAlive time.Duration // how long an idle connection stays open after an answer

	// LimitConcurrency refuses a request with Unavailable when that many
	// connections, or that many requests, exist; 0 is no limit. The connection
	// that asks counts too, as in Uvicorn.
	LimitConcurrency int
	Unavailable      *Answer

	// MostKept is how many bytes of heads that do not end all connections together
	// may make the worker remember, beyond a small share of each.
	MostKept int

	// KeepFields: a Cycle remembers its request's fields and when it was
	// parsed, for access log formats that show them.
	KeepFields bool

	// Finished, unless it is nil, is called when a request's task ends that has
	// had its turn, with whether its answer is on its way to the client. A request
	// that comes behind others and never has its turn does not count.
	Finished func(c *Cycle, sent bool)

	// Template is what every request that the handler gets is made of; its
	// context is theirs. None is an empty one.
	Template *http.Request

	Served      int // answers completed: Uvicorn's total_requests
	Tasks       int // requests started and not finished
	kept        int // bytes of heads that are not complete, or wait behind an answer, over all connections
	connections set
	orphans     set // lost, but their request works on
	defaults    *defaults

	request http.Request // handed to the handler, made anew for each request
	url     url.URL
	head    Head
	scratch []byte
}

// Log is told what a client, or the reader of the real server's log, can see.
type Log interface {
	// Access is called when the head of an answer is sent.
	Access(c *Cycle, status int)
	Info(message string)
	Warning(message string)
	Error(message string)
	Loop(message string) // of the event loop itself, without a level
}

// defaults are the header lines on top of every answer, as of one tick.
type defaults struct{ block []byte }

// SetDefaults replaces the header lines on top of every answer; requests that
// are parsed from now on carry them.
func (s *Service) SetDefaults(lines ...Line) {
	var block []byte
	for _, l := range lines {
		block = appendLine(block, l.Name, l.Value)
	}
	s.defaults = &defaults{block}
}

// Connections is how many connections are open.
func (s *Service) Connections() int { return len(s.connections) }

// Accept makes the connection of an accepted socket.
func (s *Service) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{service: s, place: -1}
	c.Init(c)
	return &c.Stream
}

// Shutdown asks every connection to end: idle ones at once, the others after
// their answer (H11Protocol.shutdown, HttpToolsProtocol.shutdown).
func (s *Service) Shutdown() {
	for _, c := range slices.Clone(s.connections) {
		c.shutdown()
	}
}

// Cancel ends the task of every request in work. In a step of its own each is
// logged with what why says now, and answered with a if its client is there;
// those that have not had their first step are not heard of.
func (s *Service) Cancel(a *Answer, why func(*Cycle) string) {
	for _, c := range slices.Concat(s.connections, s.orphans) {
		if w := c.working; w != nil && !w.finished {
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
func (s *Service) exceeded() bool {
	n := s.LimitConcurrency
	return n > 0 && (len(s.connections) >= n || s.Tasks >= n)
}

// taskDone is the step in which a finished request leaves the set of tasks:
// one step after its end, as asyncio's done callbacks are.
type taskDone Service

func (t *taskDone) Run() { t.Tasks-- }
