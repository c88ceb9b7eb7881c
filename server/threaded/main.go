package threaded

import (
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// main is the thread that accepts. It also watches idle connections, and may spend a while on nothing but waiting for
// one connection to end.
type main struct {
	listener *eventloop.Server
	closing  bool          // every answer closes its connection
	stops    bool          // nothing is accepted any more
	lingers  time.Duration // once it stops, how long a connection may still be idle, or AsBefore
	idle     []*Conn       // in the order of their deadlines
	check    eventloop.Timer
	busy     bool
	waits    []func() // what it does once it is no longer busy
}

// do has the main thread do something as soon as it can.
func (m *main) do(what func()) {
	if m.busy {
		m.waits = append(m.waits, what)
		return
	}
	what()
}

// occupied keeps the main thread from everything else until free is called.
func (e *Endpoint) occupied() {
	e.main.busy = true
	e.admit()
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
		e.admit()
		e.woken()
	}
}

// woken is one turn of the main thread: it closes connections that have been idle for too long, and then waits for the
// next event, for ChecksIdle at most. Once it stops, it does not wait longer than for the next of them.
func (e *Endpoint) woken() {
	if e.Behaviour.ChecksIdle == 0 || e.main.busy {
		return
	}
	now, wait := e.Loop().Now(), e.Behaviour.ChecksIdle
	for len(e.main.idle) > 0 && e.main.idle[0].deadline <= now {
		e.main.idle[0].Close()
		e.main.idle = e.main.idle[1:]
	}
	if e.main.stops && len(e.main.idle) > 0 {
		wait = min(wait, e.main.idle[0].deadline-now)
	}
	e.Loop().After(&e.main.check, wait, eventloop.Func(e.woken))
	e.turn()
}

// turn reports that the main thread starts another turn.
func (e *Endpoint) turn() {
	if e.Turn != nil {
		e.Turn()
	}
}

// keepsMore reports whether a connection may stay open after an answer: gthread keeps as many idle ones as it may have
// connections less its threads.
func (e *Endpoint) keepsMore() bool {
	if e.main.closing || e.KeepAlive == 0 {
		return false
	}
	most := e.Behaviour.MaxConnections
	return most == 0 || len(e.main.idle) < most-e.Shared.Limiter.Statistics(0).Limit
}

// idles starts the idle timer: without a sign of the client the connection is closed after that time.
func (c *Conn) idles(most time.Duration) {
	e := c.endpoint
	if e.Behaviour.ChecksIdle == 0 {
		c.awaits(most)
		return
	}
	if e.main.stops && e.main.lingers >= 0 {
		most = min(most, e.main.lingers)
	}
	c.deadline = c.Loop().Now() + most
	e.main.idle = append(e.main.idle, c)
}

// stirs stops the idle timer: the client has sent something.
func (c *Conn) stirs() {
	c.Loop().Cancel(&c.timer)
	m := &c.endpoint.main
	if i := slices.Index(m.idle, c); i >= 0 {
		m.idle = slices.Delete(m.idle, i, i+1)
	}
}
