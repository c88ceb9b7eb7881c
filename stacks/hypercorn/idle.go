package hypercorn

import "github.com/target-server/target-server/eventloop"

// idle is the task that closes an idle connection (TCPServer._run_idle): it waits for the keep-alive time to pass, or
// for the server to end.
type idle struct {
	conn  *Conn
	phase idlePhase
	left  int  // steps to go in this phase
	stops bool // it is cancelled, and the task that did so waits for its end
	timer eventloop.Timer
}

// idlePhase is how far the task has come.
type idlePhase uint8

const (
	idleNone   idlePhase = iota // there is no task
	idleFresh                   // it is made, and has not had its first step
	idleWaits                   // for its time or for the server's end
	idleLeaves                  // one of them has come: some steps later it closes the connection
	idleStops                   // it is cancelled: some steps later it has ended
)

// start makes the task. If there is one, its time starts again, in versions where that is so.
func (i *idle) start(c *Conn) {
	if i.phase != idleNone {
		if i.phase == idleWaits && c.endpoint.Version.RestartsIdle {
			c.Loop().Cancel(&i.timer)
			c.Loop().After(&i.timer, c.endpoint.KeepAlive, i)
		}
		return
	}
	i.conn, i.stops = c, false
	i.leave(idleFresh, 1+c.library().Locks)
}

// stop cancels the task. It reports whether the connection's task must wait for its end: then idleStopped will be called.
func (i *idle) stop() (waits bool) {
	if i.conn == nil { // there never was one
		return false
	}
	if i.conn.library().Locks > 0 {
		i.conn.Loop().Soon((*idleLock)(i))
		return true
	}
	switch i.phase {
	case idleNone:
		return false
	case idleWaits:
		i.conn.Loop().Cancel(&i.timer)
		i.leave(idleStops, i.conn.library().Stopped-1)
	case idleLeaves:
		if i.left > 1 { // otherwise it is closing the connection, which is shielded
			i.phase = idleStops
		}
	case idleFresh, idleStops:
	}
	i.stops = true
	return true
}

// idleLock is the step in which a task gets the lock that it needs to cancel the idle task. It does not wait for the
// idle task's end.
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

// forget has the task not be made, if it is not yet: the task that makes it was cancelled.
func (i *idle) forget() {
	if i.phase == idleFresh {
		i.phase = idleNone
		i.end()
	}
}

// terminate is called when the server shuts down.
func (i *idle) terminate() {
	if i.phase == idleWaits {
		i.conn.Loop().Cancel(&i.timer)
		i.leave(idleLeaves, i.conn.library().Terminated)
	}
}

// leave begins a phase that lasts some steps.
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
		i.leave(idleLeaves, i.conn.library().Expired)
		return
	case idleNone:
		return
	case idleFresh, idleLeaves, idleStops:
	}
	i.left--
	if i.left > 0 {
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

// begin is the task's first step. If it was cancelled before, it runs no line of the task.
func (i *idle) begin() {
	e := i.conn.endpoint
	switch {
	case i.stops:
		i.phase = idleNone
		i.end()
	case e.terminated:
		i.leave(idleLeaves, i.conn.library().Terminated)
	default:
		i.phase = idleWaits
		i.conn.Loop().After(&i.timer, e.KeepAlive, i)
	}
}

// end resumes the task that waits for the end of this one.
func (i *idle) end() {
	if i.stops {
		i.stops = false
		i.conn.idleStopped()
	}
}
