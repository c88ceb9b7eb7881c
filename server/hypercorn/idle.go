package hypercorn

import "github.com/target-server/target-server/eventloop"

// idle is the task that ends an idle connection (TCPServer._run_idle): it waits
// for the keep-alive to pass or for the server to end.
type idle struct {
	conn  *Conn
	phase idlePhase
	left  int  // steps to go in this phase
	stops bool // it is cancelled, and whoever did so waits for its end
	timer eventloop.Timer
}

// idlePhase is where the task stands.
type idlePhase uint8

const (
	idleNone   idlePhase = iota
	idleFresh            // made, before its first step
	idleWaits            // for its time or for the server's end
	idleLeaves           // one of them has come: some steps later it closes the connection
	idleStops            // is cancelled: some steps later it has ended
)

// start makes the task.
func (i *idle) start(c *Conn) {
	if i.phase != idleNone {
		return
	}
	i.conn, i.phase, i.stops = c, idleFresh, false
	c.Loop().Soon(i)
}

// stop cancels the task. It tells whether the connection's task has to wait for
// that: idleStopped is called then.
func (i *idle) stop() (waits bool) {
	switch i.phase {
	case idleNone:
		return false
	case idleWaits:
		i.conn.Loop().Cancel(&i.timer)
		i.leave(idleStops, i.conn.endpoint.Behaviour.Tasks.Stopped-1)
	case idleLeaves:
		if i.left > 1 { // else the closing is shielded
			i.phase = idleStops
		}
	case idleFresh, idleStops:
	}
	i.stops = true
	return true
}

// terminate is the end of the server.
func (i *idle) terminate() {
	if i.phase == idleWaits {
		i.conn.Loop().Cancel(&i.timer)
		i.leave(idleLeaves, i.conn.endpoint.Behaviour.Tasks.Terminated)
	}
}

func (i *idle) leave(phase idlePhase, steps int) {
	i.phase, i.left = phase, steps
	i.conn.Loop().Soon(i)
}

// Run is a step of the task.
func (i *idle) Run() {
	switch i.phase {
	case idleFresh:
		i.begin()
		return
	case idleWaits: // its time is over
		i.leave(idleLeaves, i.conn.endpoint.Behaviour.Tasks.Expired)
		return
	case idleNone:
		return
	}
	if i.left--; i.left > 0 {
		i.conn.Loop().Soon(i)
		return
	}
	closes := i.phase == idleLeaves
	i.phase = idleNone
	if closes {
		i.conn.idleExpired()
	}
	i.end()
}

// begin is the task's first step; it has none if it was cancelled before.
func (i *idle) begin() {
	e := i.conn.endpoint
	switch {
	case i.stops:
		i.phase = idleNone
		i.end()
	case e.terminated:
		i.leave(idleLeaves, e.Behaviour.Tasks.Terminated)
	default:
		i.phase = idleWaits
		i.conn.Loop().After(&i.timer, e.KeepAlive, i)
	}
}

// end tells who waits for it.
func (i *idle) end() {
	if i.stops {
		i.stops = false
		i.conn.idleStopped()
	}
}
