package hypercorn

import (
	"net/http"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/journal"
)

// collision is what happens on trio when the connection's task and that of its request, which has just begun, both want
// to send. h11's state changes at once, but a write comes a step later, after the lock; and closing has a step during
// which the stream is busy, so that a write raises. The order of the two tasks in each of two turns decides. On asyncio
// the connection's task has both steps before the request's has its first.
type collision struct {
	conn     *Conn
	request  *Exchange
	socket   bool // bytes follow a WebSocket handshake; otherwise they follow the connection's last request
	turn     int
	appFirst [2]bool // in each turn, the request's task was first
}

// The exceptions in which it may end.
const (
	busyStream = "trio.BusyResourceError: another task is currently sending data on this SocketStream"
	afterLast  = "h11._util.RemoteProtocolError: Got data when expecting EOF"
	noSocket   = "AttributeError: 'WSStream' object has no attribute 'connection'"
	answering  = "h11._util.LocalProtocolError: can't handle event type Response when role=SERVER and state=SEND_BODY"
	inError    = "h11._util.LocalProtocolError: Can't send data when our state is ERROR"
)

// collides reports whether an error after a request meets the request's answer, which it then decides upon.
func (c *Conn) collides() bool {
	x := c.running
	if !c.library().Shields || x == nil || x.task != taskDue || x.Held() != nil {
		return false
	}
	c.collide(x, false)
	return true
}

// collide begins a collision.
func (c *Conn) collide(x *Exchange, socket bool) {
	x.task, c.awaits = taskCollides, forNothing
	(&collision{conn: c, request: x, socket: socket}).wait()
}

// wait awaits a turn of both tasks.
func (k *collision) wait() {
	turn := k.turn
	step := func(app bool) eventloop.Func {
		return func() {
			if turn == k.turn {
				k.appFirst[turn] = app
				k.turn++
				k.proceed()
			}
		}
	}
	loop := k.conn.Loop()
	loop.Soon(step(true))
	loop.Soon(step(false))
}

// proceed is what follows a turn.
func (k *collision) proceed() {
	switch {
	case k.conn.cancelled:
		k.request.abandon()
	case k.turn == 1:
		k.wait()
	case k.socket:
		k.handshake()
	default:
		k.refusal()
	}
}

// refusal is the end of a collision of 400 with an answer.
func (k *collision) refusal() {
	c, x := k.conn, k.request
	e := c.endpoint
	status := x.Answer().Status
	switch k.appFirst {
	case [2]bool{false, false}: // 400 is sent, and what the application sends is dropped
		e.Log.Access(x, status)
		c.sendError(http.StatusBadRequest)
		k.close()
	case [2]bool{false, true}: // the request's task closes the connection while the other one writes
		e.Log.Access(x, status)
		k.raise(afterLast + journal.During + busyStream)
	case [2]bool{true, false}: // the connection is closed when the answer is to be written
		x.clientGone()
		e.Log.Access(x, status)
		k.close()
	default: // the answer is to be written while the connection is being closed
		e.logRaised(busyStream, false)
		e.Log.Access(x, http.StatusInternalServerError)
		k.close()
	}
}

// close ends both tasks.
func (k *collision) close() {
	k.conn.closeAndLeave()
	k.over(false)
}

// handshake is the end of a collision of the answer to a WebSocket handshake with the bytes that follow it. It always
// raises.
func (k *collision) handshake() {
	c, x := k.conn, k.request
	e := c.endpoint
	if e.Version.DropsHandshakes {
		if k.appFirst[0] {
			_ = c.sendHead(http.StatusForbidden, closeLines(), byLength, false)
		}
		k.raise(noSocket)
		return
	}
	switch k.appFirst {
	case [2]bool{true, false}, [2]bool{true, true}:
		_ = c.sendHead(http.StatusForbidden, closeLines(), byLength, false)
		e.logRaised(inError, false)
		k.raise(answering)
	case [2]bool{false, false}:
		_ = c.sendHead(http.StatusBadRequest, closeLines(), byLength, false)
		e.logRaised(answering, false)
		k.raise(inError)
	default:
		e.logRaised(answering, false)
		k.raise(busyStream)
	}
	x.closed = true
}

// raise ends the worker.
func (k *collision) raise(exception string) {
	k.over(false)
	k.conn.crash(exception)
}

// over is the end of the request's task.
func (k *collision) over(sent bool) {
	x := k.request
	x.stage = answered
	x.end(sent)
}

// crash is an exception in the connection's task, which cancels the tasks of its group. On trio nothing catches it: it
// cancels all tasks of all connections, and ends the worker.
func (c *Conn) crash(exception string) {
	if c.library().Shields && c.endpoint.Uncaught != nil {
		c.awaits = forGroup
		c.endpoint.Uncaught(exception)
		return
	}
	if x := c.running; x != nil {
		x.cancel(false)
	}
	c.endReading()
}
