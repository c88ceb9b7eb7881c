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

// start makes the task, or lets its time begin again.
func (i *idle) start(c *Conn) {
	if i.phase != idleNone {
		if i.phase == idleWaits && c.endpoint.Version.RestartsIdle {
			c.Loop().Cancel(&i.timer)
			c.Loop().After(&i.timer, c.endpoint.KeepAlive, i)
		}
		return
	}
	i.conn, i.stops = c, false
	i.leave(idleFresh, 1+c.tasks().Locks)
}

// stop cancels the task. It tells whether the connection's task has to wait for
// that: idleStopped is called then.
func (i *idle) stop() (waits bool) {
	if i.conn == nil { // there never was one
		return false
	}
	if i.conn.tasks().Locks > 0 {
		i.conn.Loop().Soon((*idleLock)(i))
		return true
	}
	switch i.phase {
	case idleNone:
		return false
	case idleWaits:
		i.conn.Loop().Cancel(&i.timer)
		i.leave(idleStops, i.conn.tasks().Stopped-1)
	case idleLeaves:
		if i.left > 1 { // else the closing is shielded
			i.phase = idleStops
		}
	case idleFresh, idleStops:
	}
	i.stops = true
	return true
}

// idleLock is the step of who has waited for the lock to cancel the task, and then
// does not wait for its end.
type idleLock idle

func (l *idleLock) Run() {
	i := (*idle)(l)
	switch i.phase {
	case idleFresh:
		i.stops = true
		return
	case idleWaits:
		i.conn.Loop().Cancel(&i.timer)
		i.phase = idleNone
	case idleNone, idleLeaves, idleStops: // the closing is shielded
	}
	i.conn.idleStopped()
}

// terminate is the end of the server.
func (i *idle) terminate() {
	if i.phase == idleWaits {
		i.conn.Loop().Cancel(&i.timer)
		i.leave(idleLeaves, i.conn.tasks().Terminated)
	}
}

// leave goes on after some steps.
func (i *idle) leave(phase idlePhase, steps int) {
	i.phase, i.left = phase, steps
	if steps == 0 {
		i.Run()
		return
	}
	i.conn.Loop().Soon(i)
}

// Run is a step of the task.
func (i *idle) Run() {
	switch i.phase {
	case idleWaits: // its time is over
		i.leave(idleLeaves, i.conn.tasks().Expired)
		return
	case idleNone:
		return
	case idleFresh, idleLeaves, idleStops:
	}
	if i.left--; i.left > 0 {
		i.conn.Loop().Soon(i)
		return
	}
	if i.phase == idleFresh {
		i.begin()
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
		i.leave(idleLeaves, i.conn.tasks().Terminated)
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
