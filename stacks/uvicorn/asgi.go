package uvicorn

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// parts is what a Cycle has whose application sends its answer in parts, or reads what its client sends.
type parts struct {
	sends    bool // the application has called Send
	started  bool // the head has been sent (response_started)
	event    bool // message_event is set
	waking   bool // the step of the receiver that the event has woken is due
	keeps    bool // the body's bytes are kept
	bounded  bool // the body has a length
	receiver func(http1.Received)

	sender    eventloop.Runner // the rest of a send that waits until the client reads
	message   http1.Message    // that it then sends
	exception string           // that this has raised: the next send does

	left int64  // bytes of the body that the head has promised (expected_content_length)
	body []byte // received, and not yet read by the application
}

// inParts returns the parts of a cycle that has an application. message_event is set if anything of the request's body, or
// its end, came before.
func (c *Cycle) inParts() *parts {
	if c.parts == nil {
		c.parts = &parts{event: c.unread > 0 || c.received() || c.disconnected}
	}
	return c.parts
}

// received reports whether all of the request has come.
func (c *Cycle) received() bool { return c.conn.cycle != c || c.conn.input != begun }

// KeepBody implements [http1.ASGI].
func (c *Cycle) KeepBody() { c.inParts().keeps = true }

// Send implements [http1.ASGI]: RequestResponseCycle.send.
func (c *Cycle) Send(m http1.Message, next eventloop.Runner) (suspends bool, exception string) {
	p := c.inParts()
	p.sends = true
	switch {
	case p.exception != "":
		return false, p.exception
	case c.conn.WritingPaused() && !c.disconnected:
		m.Body = bytes.Clone(m.Body)
		p.message, p.sender = m, next
		c.conn.blocked = c
		return true, ""
	}
	return false, c.sendPart(m)
}

// sendOn is the rest of a send, once the client has read enough or has left.
func (c *Cycle) sendOn() {
	p := c.parts
	m, next := p.message, p.sender
	p.message, p.sender = http1.Message{}, nil
	p.exception = c.sendPart(m)
	next.Run()
}

// sendPart sends a message unless the client has left. It returns the exception that it raises, or nothing.
func (c *Cycle) sendPart(m http1.Message) (exception string) {
	switch {
	case c.disconnected && m.Start != nil && c.Answer() == nil:
		c.Reply(m.Start) // for those who report on the request
		return ""
	case c.disconnected:
		return ""
	case m.Start != nil:
		return c.sendHead(m.Start)
	case c.complete:
		return "RuntimeError: Unexpected ASGI message 'http.response.body' sent, after response already completed."
	}
	if exception := c.sendBodyPart(m.Body, m.More); exception != "" {
		return exception
	}
	if !m.More {
		c.completePart()
	}
	return ""
}

// sendHead sends http.response.start.
func (c *Cycle) sendHead(a *http1.Answer) (exception string) {
	e, p := c.conn.endpoint, c.parts
	p.started, c.expects = true, false
	c.Reply(a)
	e.Log.Access(c, a.Status)
	if exception := c.conn.exception(); exception != "" {
		return exception
	}
	e.scratch = e.Class.Layout.Head(e.scratch[:0], c, a)
	c.conn.Write(e.scratch)
	length, sized := a.Lookup("content-length")
	p.bounded = !c.chunked && (sized || !e.Class.KeepsState || !c.beforeChunks())
	if c.Method() != http.MethodHead {
		p.left, _ = strconv.ParseInt(length, 10, 64)
	}
	return ""
}

// sendBodyPart sends a part of the body.
func (c *Cycle) sendBodyPart(body []byte, more bool) (exception string) {
	e, p := c.conn.endpoint, c.parts
	if c.Method() == http.MethodHead {
		return ""
	}
	if p.bounded {
		if p.left -= int64(len(body)); p.left < 0 {
			return e.Class.TooLong
		}
	}
	if exception := c.conn.exception(); exception != "" {
		return exception
	}
	e.scratch = e.Class.Layout.Part(e.scratch[:0], c, body, more)
	c.conn.Write(e.scratch)
	if p.left != 0 && !more {
		return e.Class.TooShort
	}
	if !more && c.chunked {
		c.conn.WriteString(e.Class.Layout.Last())
	}
	return ""
}

// completePart is what follows the last part of the answer. The task lasts until the application has returned.
func (c *Cycle) completePart() {
	e := c.conn.endpoint
	sent := c.conn.Sends()
	if c.task == running {
		c.task = lasting
		e.lasting = append(e.lasting, c)
	}
	c.completed()
	if e.Finished != nil {
		e.Finished(c, sent)
	}
}

// endParts ends the application of a cycle that has sent in parts, if it is not complete (run_asgi).
func (c *Cycle) endParts(exception string) {
	e := c.conn.endpoint
	if exception == "" && !c.disconnected {
		e.Log.Error("ASGI callable returned without completing response.")
		c.conn.Close()
	}
	if e.Finished != nil {
		e.Finished(c, c.parts.started && !c.ClientLeft())
	}
}

// Receive implements [http1.ASGI]: RequestResponseCycle.receive.
func (c *Cycle) Receive(next func(http1.Received)) {
	p := c.inParts()
	p.receiver = nil
	if next == nil {
		return
	}
	if c.expects && !c.conn.Closing() {
		c.expects = false
		c.conn.WriteString("HTTP/1.1 100 Continue\r\n\r\n")
	}
	if c.disconnected || c.complete {
		next(http1.Received{Disconnect: true})
		return
	}
	if !c.conn.endpoint.Class.ParsesAhead || !c.conn.crowded() {
		c.conn.ResumeReading()
	}
	if p.receiver = next; p.event {
		c.deliver()
	}
}

// notify sets message_event.
func (c *Cycle) notify() {
	p := c.parts
	if p == nil {
		return
	}
	p.event = true
	if p.receiver != nil && !p.waking {
		p.waking = true
		c.conn.Loop().Soon((*receiving)(c))
	}
}

// receiving is the step of a receiver that message_event has woken.
type receiving Cycle

func (r *receiving) Run() {
	c := (*Cycle)(r)
	c.parts.waking = false
	if c.parts.receiver != nil {
		c.deliver()
	}
}

// deliver gives the receiver its message.
func (c *Cycle) deliver() {
	p := c.parts
	next, body := p.receiver, p.body
	p.receiver, p.event = nil, false
	if c.disconnected || c.complete {
		next(http1.Received{Disconnect: true})
		return
	}
	c.unread = 0
	c.dropBody()
	next(http1.Received{Body: body, More: !c.received()})
}

// keepBody keeps bytes of the body for the application. It reports whether there is room for them: Uvicorn has no bound
// but that it pauses reading, see body.
func (c *Cycle) keepBody(b []byte) bool {
	p, kept := c.parts, &c.conn.endpoint.kept
	if p == nil || !p.keeps {
		return true
	}
	if !c.conn.endpoint.MayBuffer(len(p.body)+len(b), *kept+len(b)) {
		return false
	}
	p.body = append(p.body, b...)
	*kept += len(b)
	return true
}

// dropBody forgets the bytes that are kept.
func (c *Cycle) dropBody() {
	if c.parts != nil {
		c.conn.endpoint.kept -= len(c.parts.body)
		c.parts.body = nil
	}
}

// sending reports whether the answer has begun in parts, and is not complete.
func (c *Cycle) sending() bool { return c.parts != nil && c.parts.started && !c.complete }

// h11State is h11's our_state while the answer is owed.
func (c *Cycle) h11State() string {
	if c.sending() {
		return "SEND_BODY"
	}
	return "SEND_RESPONSE"
}
