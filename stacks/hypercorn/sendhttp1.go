package hypercorn

import (
	"net/http"
	"strconv"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// inParts returns the request's parts.
func (x *Exchange) inParts() *parts {
	if x.parts == nil {
		x.parts = &parts{owner: x}
	}
	return x.parts
}

func (x *Exchange) messages() *queue  { return &x.queue }
func (x *Exchange) connection() *Conn { return x.conn }

// placeFree has the connection's task go on if it waits for a place in the queue.
func (x *Exchange) placeFree() {
	if x.conn.stream == x {
		x.conn.wake(forPlace)
	}
}

// placed is the task of the connection when a request's queue has a place again.
func (c *Conn) placed() {
	x := c.stream
	if !putWaiting(x, x.parts, c.unput) {
		c.awaits = forPlace
		return
	}
	if c.unput == disconnect {
		c.stream = nil
		c.awaits = forGroup
		c.leaveGroup()
		return
	}
	c.goOn()
}

// KeepBody implements [http1.ASGI].
func (x *Exchange) KeepBody() { x.inParts().keeps = true }

// Receive implements [http1.ASGI].
func (x *Exchange) Receive(next func(http1.Received)) { x.inParts().receive(next) }

// Send implements [http1.ASGI].
func (x *Exchange) Send(m http1.Message, next eventloop.Runner) (suspends bool, exception string) {
	return x.inParts().send(m, next)
}

func (x *Exchange) progress() (s stage, closed bool) { return x.stage, x.closed }

// before: a lock before what is written; what the queue is told, on trio, is a checkpoint.
func (x *Exchange) before(part sendPart) (steps int) {
	if part == sendsClosed {
		return x.conn.library().Checks
	}
	return x.conn.library().Locks
}

// begins is the first of a part of a Send. It reports whether that hangs, because the request's queue is full.
func (x *Exchange) begins(part sendPart) (hangs bool) {
	c := x.conn
	switch part {
	case sendsEnd:
		if !c.endpoint.Version.StartsAtOnce {
			c.endpoint.Log.Access(x, x.Answer().Status)
		}
	case sendsClosed:
		x.complete()
		return c.closeStream()
	}
	return false
}

// complete tells the worker that the answer is complete. The task lasts until the application has ended.
func (x *Exchange) complete() {
	x.stage = answered
	x.count(x.sent)
	if x.task == taskRuns {
		x.task = taskLasts
		x.conn.outlasts(x)
	}
}

// acts writes a part, or ends the connection's cycle. It reports whether that must be waited for.
func (x *Exchange) acts(part sendPart) (waits bool) {
	c, p := x.conn, x.parts
	if part == sendsClosed {
		return x.recycles()
	}
	err := x.writePart(part)
	if err != nil && c.client != stateError {
		p.left, p.stage, p.raised = 0, sendDue, err.Error()
		return false
	}
	if c.library().ReadsItself && !c.Sends() { // only a write finds out that the connection is broken
		c.closeStream()
	}
	switch {
	case c.failed:
	case c.WritingPaused():
		x.draining = true
		c.blocked = x
		return true
	case c.library().ReadsItself:
		return p.after(c.library().Checks, sendWaits)
	case c.Closing():
		return p.after(1, sendWaits)
	}
	return false
}

// writePart writes a part of the answer, as h11 sends it.
func (x *Exchange) writePart(part sendPart) error {
	c, a := x.conn, x.Answer()
	switch part {
	case sendsHead:
		x.stage = headSent
		return c.sendHead(a.Status, a.Lines, x.frame(a), c.lastRequest())
	case sendsBody:
		return x.writeBody(x.parts.body)
	default:
		x.sent = c.Sends()
		return x.writeEnd()
	}
}

// frame chooses how the body ends. h11 answers HEAD with the head of GET.
func (x *Exchange) frame(a *http1.Answer) framing {
	p := x.parts
	value, sized := a.Lookup("content-length")
	switch {
	case sized:
		p.framing = byLength
		p.length, _ = strconv.Atoi(value)
	case a.Status == http.StatusNoContent, a.Status == http.StatusNotModified:
		p.framing = byLength
	case x.Version() < "1.1":
		p.framing = byClosing
	default:
		p.framing = byChunks
	}
	shown := p.framing
	if x.Method() == http.MethodHead && !x.lower {
		p.framing, p.length = byLength, 0
	}
	return shown
}

// writeBody is h11's send of Data.
func (x *Exchange) writeBody(body []byte) error {
	c, p := x.conn, x.parts
	if err := c.may(c.server == stateSendBody, "Data"); err != nil {
		return err
	}
	if p.framing == byChunks {
		b := append(strconv.AppendInt(c.endpoint.scratch[:0], int64(len(body)), 16), "\r\n"...)
		c.endpoint.scratch = append(append(b, body...), "\r\n"...)
		c.Write(c.endpoint.scratch)
		return nil
	}
	if p.length -= len(body); p.framing == byLength && p.length < 0 {
		return c.breaks("Too much data for declared Content-Length")
	}
	c.Write(body)
	return nil
}

// writeEnd is h11's send of an EndOfMessage.
func (x *Exchange) writeEnd() error {
	c, p := x.conn, x.parts
	if err := c.sendEnd(); err != nil {
		return err
	}
	switch {
	case p.framing == byChunks:
		c.WriteString("0\r\n\r\n")
	case p.framing == byLength && p.length > 0:
		return c.breaks("Too little data for declared Content-Length")
	}
	return nil
}

// acted is what follows a part that has left.
func (x *Exchange) acted(part sendPart) {
	c := x.conn
	x.draining = false
	if part == sendsClosed {
		return
	}
	if c.Closed() && !c.library().ReadsItself {
		c.closeStream()
	}
	if part == sendsEnd && c.endpoint.Version.StartsAtOnce {
		c.endpoint.Log.Access(x, x.Answer().Status)
	}
}

// recycles begins the connection's next request, or closes it: what recycle does once the request has been told. On trio
// it can be cancelled at both, which leaves the connection without an idle task, and open.
func (x *Exchange) recycles() (waits bool) {
	c, p, l := x.conn, x.parts, x.conn.library()
	again := !c.endpoint.terminated && c.states.next()
	c.wake(forRoom)
	switch {
	case p.cancelled:
		return false
	case again:
		c.idle.start(c)
		return p.after(l.Recycled, sendWaits)
	}
	c.close()
	if l.Closed > 0 {
		return p.after(l.Closed, sendWaits)
	}
	x.closing = !c.Closed()
	return x.closing
}

// ChecksSend implements [http1.SendCanceller].
func (x *Exchange) ChecksSend() bool { return x.conn.library().Shields }

// CancelSend implements [http1.SendCanceller]. Starlette cancels a stream that has just sent its end if that closes the
// connection, because the request then learns of it. On asyncio the await ends at once. On trio it ends where it next looks:
// before a lock, and where the connection's idle task is made or the connection is closed; both are then not done.
func (x *Exchange) CancelSend() (goesOn bool) {
	c, p := x.conn, x.parts
	if !p.sends() {
		return false
	}
	if c.library().Shields && p.left.first() == sendsClosed && p.stage == sendWaits {
		c.idle.forget()
		c.unshut = c.server != stateIdle && !c.Closing()
	}
	goesOn = p.abandon()
	if !goesOn {
		c.unclosed = c.unclosed || x.closing && c.endpoint.Version.SharesEnd
		x.draining, x.closing = false, false
		if c.blocked == x {
			c.blocked = nil
		}
	}
	return goesOn
}
