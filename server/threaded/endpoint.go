package threaded

import (
	"cmp"
	"net/netip"
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Endpoint is what the connections of one worker share.
type Endpoint struct {
	*http1.Host
	Behaviour *Behaviour

	// Turn, unless it is nil, is called when the main thread starts another turn: where one thread does everything,
	// before and after each connection; elsewhere, whenever something has woken it. Begun is called with each request.
	Turn, Begun func()

	main        main
	newest      *Conn // the connection accepted last
	connections int
	head        http1.Head // of the request that is being read
	scratch     []byte
	kept        int // bytes kept of all connections
}

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: e, reader: e.Behaviour.Reader()}
	c.Init(c)
	e.newest = c
	e.opened()
	return &c.Stream
}

// Connections is how many are open.
func (e *Endpoint) Connections() int { return e.connections }

// opened counts a connection, and pauses the listener if there are enough.
func (e *Endpoint) opened() {
	e.connections++
	e.sayFull(e.connections - 1)
	e.admit()
	if e.Behaviour.ChecksIdle == 0 {
		e.turn()
	}
}

// closed resumes the listener if there is room again.
func (e *Endpoint) closed() {
	e.connections--
	e.sayFull(e.connections + 1)
	e.admit()
	if e.Behaviour.ChecksIdle == 0 {
		e.turn()
	}
}

// sayFull logs that there are as many connections as there may be, or fewer again.
func (e *Endpoint) sayFull(before int) {
	b := e.Behaviour
	switch most := b.MaxConnections; {
	case b.SaysFull == "":
	case e.connections == most && before < most:
		e.Log.Loop(b.SaysFull)
	case e.connections < most && before == most:
		e.Log.Loop(b.SaysRoom)
	}
}

// Listening hands the endpoint its listener.
func (e *Endpoint) Listening(s *eventloop.Server) {
	e.main.listener = s
	e.woken()
}

// admit pauses the listener, or resumes it.
func (e *Endpoint) admit() {
	m := &e.main
	switch most := e.Behaviour.MaxConnections; {
	case m.listener == nil:
	case m.busy || m.stops || most > 0 && e.connections >= most:
		m.listener.Pause()
	default:
		m.listener.Resume()
	}
}

// AsBefore is for Stop.
const AsBefore = time.Duration(-1)

// CloseEach has every answer from now on close its connection.
func (e *Endpoint) CloseEach() { e.main.closing = true }

// Stop accepts no further connections, and has every answer close its own. Idle ones that have had an answer stay for
// that long at most; with AsBefore, for as long as they would have.
func (e *Endpoint) Stop(idle time.Duration) {
	e.main.closing, e.main.stops, e.main.lingers = true, true, idle
	e.admit()
	for _, c := range e.main.idle {
		if at := e.Loop().Now() + idle; idle >= 0 && c.served && c.deadline > at {
			c.deadline = at
		}
	}
	slices.SortStableFunc(e.main.idle, func(a, b *Conn) int { return cmp.Compare(a.deadline, b.deadline) })
	e.woken()
}

// Leave ends the main thread: it accepts nothing more, and no longer watches idle connections.
func (e *Endpoint) Leave() {
	e.occupied()
	for _, c := range e.main.idle {
		c.PauseReading()
	}
}

// Quiet reports whether no thread is busy and no connection waits for one.
func (e *Endpoint) Quiet() bool {
	s := e.Shared.Limiter.Statistics(0)
	return s.Borrowed == 0 && s.Waiting == 0
}

// Abort raises an exception in the thread that serves the connection accepted last, wherever that thread is. What the
// program did stays unfinished. Abort reports whether the thread continues, to answer.
func (e *Endpoint) Abort(exception string) (answers bool) {
	c := e.newest
	if c == nil || c.Closing() {
		return false
	}
	x := c.exchange
	c.exchange = nil
	c.blocked = nil
	c.Drop()
	if x != nil {
		x.abort()
	}
	if c.state != lingering && e.Behaviour.Aborted != nil {
		for _, piece := range e.Behaviour.Aborted(c, x, exception) {
			c.WriteString(piece)
		}
		c.finish()
		return true
	}
	c.Close()
	return false
}
