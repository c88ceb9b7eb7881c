package hypercorn

import (
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// recycle begins the connection's next request, or closes it (H11Protocol._maybe_recycle). It reports whether it hangs,
// and does neither, because the request's queue is full.
func (c *Conn) recycle() (hangs bool) {
	if c.closeStream() {
		return true
	}
	c.wake(forRoom)
	if !c.endpoint.terminated && c.states.next() {
		c.idle.start(c)
	} else {
		c.close()
	}
	return false
}

// closeStream tells the running request that its client has gone (H11Protocol._close_stream). It reports whether that
// hangs, because the request's queue is full.
func (c *Conn) closeStream() (hangs bool) {
	if c.speaker != nil {
		c.speaker.Closed()
	}
	x := c.stream
	if x == nil || c.awaits == forIdle { // there is no request, or it has not begun
		return false
	}
	hangs = x.clientGone()
	if !hangs {
		c.stream = nil
	}
	return hangs
}

// close is TCPServer._close: it ends our side, then the connection.
func (c *Conn) close() {
	if c.library().Closes > 0 {
		c.Loop().Soon((*shut)(c))
		return
	}
	c.CloseWrite()
	c.Close()
	c.idle.stop()
}

// shut is the step of close after its checkpoint. The idle task goes on.
type shut Conn

func (s *shut) Run() {
	if s.unshut {
		s.unshut = false
		return
	}
	s.CloseWrite()
	s.Close()
}

// closeAndLeave is close called by the task itself, which waits for the connection's end and then leaves.
func (c *Conn) closeAndLeave() {
	c.close()
	c.awaits = forClosed
	if c.Closed() {
		c.wake(forClosed)
	}
}

// afterClosing is the task after its close.
func (c *Conn) afterClosing() {
	if c.endpoint.Version.ClosesStream {
		c.closeStream()
	}
	c.endpoint.kept -= len(c.input)
	c.input = nil
	c.endReading()
}

// idleStopped is called when the idle task has ended after it was cancelled.
func (c *Conn) idleStopped() {
	for _, then := range c.then {
		c.Loop().Soon(eventloop.Func(then))
	}
	c.then = nil
	c.resume(forIdle)
	c.leaveGroup()
}

// idleExpired is TCPServer._initiate_server_close.
func (c *Conn) idleExpired() {
	c.closeStream()
	c.Close()
	c.leaveGroup()
}

// cancel cancels the task and those of its requests (asyncio.Task.cancel).
func (c *Conn) cancel(cancelled func(http1.Exchange) bool) {
	c.cancelled = true
	if x := c.running; x != nil {
		x.cancel(cancelled(x))
	}
	for x := c.lasting; x != nil; x = x.next {
		x.cancel(cancelled(x))
	}
	if c.speaker != nil {
		c.speaker.Cancel(cancelled)
	}
	c.awaits = forGroup
	c.leaveGroup()
}

// cancelAgain cancels what is left of them once more.
func (c *Conn) cancelAgain(cancelled func(http1.Exchange) bool) {
	if c.running != nil {
		c.running.cancelAgain()
	}
	for x := c.lasting; x != nil; x = x.next {
		x.cancelAgain()
	}
	if c.speaker != nil {
		c.speaker.Cancel(cancelled)
	}
}

// leave is the end of the task: it closes the connection.
func (c *Conn) leave() {
	c.close()
	c.awaits = forNothing
	c.endpoint.kept -= len(c.input) + len(c.buffer)
	c.input, c.buffer = nil, nil
	c.endpoint.ended(c)
}
