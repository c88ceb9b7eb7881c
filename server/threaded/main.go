package threaded

import (
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// main is the thread that accepts: it watches connections that are idle and may,
// for a while, do nothing but wait for the end of one.
type main struct {
	listener *eventloop.Server
	stops    bool    // the server is about to end
	idle     []*Conn // in the order in which they will have been so for too long
	look     eventloop.Timer
	busy     bool
	waits    []func() // what it is to do then
}

// Listening tells the endpoint of its listener.
func (e *Endpoint) Listening(s *eventloop.Server) {
	e.main.listener = s
	e.woken()
}

// rest has the listener rest or go on.
func (e *Endpoint) rest() {
	m := &e.main
	switch most := e.Behaviour.MostConnections; {
	case m.listener == nil:
	case m.busy || m.stops || most > 0 && e.connections >= most:
		m.listener.Pause()
	default:
		m.listener.Resume()
	}
}

// do has the main thread do something, as soon as it can.
func (m *main) do(what func()) {
	if m.busy {
		m.waits = append(m.waits, what)
		return
	}
	what()
}

// occupied keeps the main thread from everything else until free.
func (e *Endpoint) occupied() {
	e.main.busy = true
	e.rest()
}

func (e *Endpoint) free() {
	m := &e.main
	m.busy = false
	for len(m.waits) > 0 && !m.busy {
		next := m.waits[0]
		m.waits = m.waits[1:]
		next()
	}
	if !m.busy {
		e.rest()
		e.woken()
	}
}

// woken is a pass of the main thread: it closes who has been idle too long, and
// waits for the next event, but not for longer than it should.
func (e *Endpoint) woken() {
	if e.Behaviour.Looks == 0 || e.main.busy {
		return
	}
	e.Loop().After(&e.main.look, e.Behaviour.Looks, eventloop.Func(e.woken))
	for len(e.main.idle) > 0 && e.main.idle[0].deadline <= e.Loop().Now() {
		e.main.idle[0].Close()
		e.main.idle = e.main.idle[1:]
	}
	e.turn()
}

// turn tells that the main thread begins anew.
func (e *Endpoint) turn() {
	if e.Turn != nil {
		e.Turn()
	}
}

// AsBefore is for Stop.
const AsBefore = time.Duration(-1)

// Stop takes no further connections, and has every answer close its own. Those that
// are idle stay for so long at most; AsBefore, as long as they would have.
func (e *Endpoint) Stop(idle time.Duration) {
	e.main.stops = true
	e.rest()
	for _, c := range e.main.idle {
		if at := e.Loop().Now() + idle; idle >= 0 && c.deadline > at {
			c.deadline = at
		}
	}
}

// Leave ends the main thread: nobody looks after idle connections any more.
func (e *Endpoint) Leave() { e.occupied() }

// Quiet tells whether no thread works, and nobody waits for one.
func (e *Endpoint) Quiet() bool {
	s := e.Shared.Limiter.Statistics(0)
	return s.Borrowed == 0 && s.Waiting == 0
}

// keepsMore tells whether a connection may stay open behind an answer: gthread
// keeps fewer than it has connections beside its threads.
func (e *Endpoint) keepsMore() bool {
	if e.main.stops || e.KeepAlive == 0 {
		return false
	}
	most := e.Behaviour.MostConnections
	return most == 0 || len(e.main.idle) < most-e.Shared.Limiter.Statistics(0).Limit
}

// idles has a connection be closed if nothing comes for so long.
func (c *Conn) idles(most time.Duration) {
	e := c.endpoint
	if e.Behaviour.Looks == 0 {
		c.awaits(most)
		return
	}
	c.deadline = c.Loop().Now() + most
	e.main.idle = append(e.main.idle, c)
}

// stirs is the end of that.
func (c *Conn) stirs() {
	c.Loop().Cancel(&c.idle)
	m := &c.endpoint.main
	if i := slices.Index(m.idle, c); i >= 0 {
		m.idle = slices.Delete(m.idle, i, i+1)
	}
}
