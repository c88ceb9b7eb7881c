package node

import (
	"bytes"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Conn is one connection: a net.Socket with its parser and what connectionListener keeps of it.
type Conn struct {
	eventloop.Stream
	endpoint *Endpoint
	current  *message // the one whose answer may be sent: socket._httpMessage
	newest   *message // the last one that queues after it, or itself
	rest     []byte   // of an incomplete head
	idle     eventloop.Timer
	began    time.Duration // when the newest message did, or the connection
	queued   int           // bytes of answers whose turn has not come: outgoingData
	first    message       // saves an allocation while requests come one after another
	parser   http1.Parser
	place    int32 // in the server's list
	incoming incoming
	parsing  bool // a callback is running that will end with settle
	flooded  bool // too much is queued, and the socket is not read
	upgraded bool // the last complete head asked for an upgrade: until the next one, errors of parsing are ignored
}

// incoming is how much of the newest message has come.
type incoming uint8

const (
	nothing incoming = iota // it would be the connection's first
	inHead                  // it has begun
	inBody                  // its head is complete
	whole                   // all of it: the next one has not begun
)

// ConnectionMade is connectionListener.
func (c *Conn) ConnectionMade() {
	c.endpoint.add(c)
	c.began = c.Loop().Now()
}

// ConnectionLost lets the running requests finish, and drops their answers: the program does not learn of it.
func (c *Conn) ConnectionLost() {
	c.endpoint.remove(c)
	c.Loop().Cancel(&c.idle)
	c.keep(nil)
	for m := c.current; m != nil; m = m.next {
		c.endpoint.ReportClientLeft(m)
	}
}

// EOFReceived is socketOnEnd: a message that is cut short is answered with 400, and the socket does not stay half open.
func (c *Conn) EOFReceived() (stays bool) {
	if c.parser.Unfinished() && !c.upgraded {
		c.clientError(badRequest)
	}
	return false
}

// PauseWriting is called when too much is unread by the client. It does nothing: settle checks WritingPaused.
func (c *Conn) PauseWriting() {}

// ResumeWriting sends the answers that waited for the client to read.
func (c *Conn) ResumeWriting() {
	if !c.parsing {
		c.settle()
	}
}

// DataReceived is Parser::OnStreamRead and onParserExecute.
func (c *Conn) DataReceived(p []byte) {
	if len(c.rest) > 0 {
		p = append(c.rest, p...)
	}
	c.parsing = true
	c.parse(p)
	c.parsing = false
	if c.idle.Active() {
		c.touch()
	}
	c.settle()
}

// touch restarts or stops the keep-alive timer when bytes come, even if an answer has just set it before the end of its
// request's body.
func (c *Conn) touch() {
	if c.endpoint.version.RefreshesIdle {
		c.idles()
	} else {
		c.Loop().Cancel(&c.idle)
	}
}

// parse handles the events in buf, and keeps the bytes left over.
func (c *Conn) parse(buf []byte) {
	e := c.endpoint
	for !c.Closing() {
		event, n := c.parser.Next(e.version.Dialect, buf, &e.head)
		switch event {
		case http1.HeadDone:
			c.begin()
			c.incoming, c.upgraded = inBody, e.head.Upgrade
			c.request(&e.head)
		case http1.BodyData:
			c.body(c.parser.BodyLen())
		case http1.MessageDone:
			c.incoming = whole
			if c.parser.Trailed() {
				c.settle() // Parser::Flush of the trailers
			}
		case http1.Bad, http1.Crash, http1.TooLarge, http1.ExtensionTooLarge:
			if c.parseError(event) {
				return
			}
		case http1.NeedData:
			if c.parser.Unfinished() {
				c.begin()
			}
			c.keep(buf[n:])
			return
		}
		buf = buf[n:]
	}
}

// begin is on_message_begin.
func (c *Conn) begin() {
	if c.incoming == nothing || c.incoming == whole {
		c.incoming, c.began = inHead, c.Loop().Now()
	}
}

// expired reports whether a message takes too long to come (ConnectionsList::Expired).
func (c *Conn) expired(now time.Duration) bool {
	switch took := now - c.began; c.incoming {
	case nothing, inHead:
		return took > headersTimeout
	case inBody:
		return took > requestTimeout
	case whole:
	}
	return false
}

// mostKept is how many bytes of an unfinished head a connection remembers. Node's own bound counts less than it
// remembers: white space before values is free.
const mostKept = 128 << 10

// keep remembers bytes for later. They are in the loop's read buffer, or in what was remembered.
func (c *Conn) keep(buf []byte) {
	kept := &c.endpoint.kept
	*kept -= len(c.rest)
	switch {
	case len(buf) == 0:
		c.rest = nil
		return
	case len(buf) > mostKept, !c.endpoint.MayBuffer(len(buf), *kept+len(buf)):
		c.rest = nil
		c.Destroy()
		return
	}
	c.rest = bytes.Clone(buf)
	*kept += len(buf)
}

// The server's own answers, each in one piece.
const (
	badRequest         = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
	requestTimedOut    = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
	extensionsOverflow = "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n"
	headerOverflow     = "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n"
)

// parseError ends a connection whose bytes are wrong. If the head has many fields, a part of them was handed over
// before, and after that nextTick's callbacks run. After a request to upgrade, it only stops parsing: Parser::Execute
// returns no error while llhttp's flag of an upgrade is set. It reports whether that is so.
func (c *Conn) parseError(event http1.Event) (ignored bool) {
	if c.upgraded {
		c.begin()
		c.keep(nil)
		return true
	}
	answer := badRequest
	switch event {
	case http1.TooLarge:
		answer = headerOverflow
	case http1.ExtensionTooLarge:
		answer = extensionsOverflow
	}
	if c.incoming != inBody && len(c.endpoint.head.Fields) >= maxHeaderFields {
		c.settle()
	}
	c.clientError(answer)
	return false
}

// clientError is socketOnError: it answers, unless that would break into an answer that has been sent, and closes.
func (c *Conn) clientError(answer string) {
	if !c.Closing() && (c.current == nil || !c.current.ended) {
		c.WriteString(answer)
	}
	c.Destroy()
}

// body counts body bytes: the program does not read them.
func (c *Conn) body(n int) {
	if m := c.newest; m != nil {
		m.unread += int32(n)
		if int(m.unread) >= c.endpoint.version.HighWater {
			c.PauseReading()
		}
	}
	c.settle() // after on_body, unlike the other callbacks, nextTick's run
}

// settle runs nextTick's callbacks when a callback of libuv is over: resOnFinish for each answer that has left.
func (c *Conn) settle() {
	for m := c.current; m != nil && m.ended && !c.Closing() && !c.WritingPaused(); m = c.current {
		c.current = m.next
		if c.current == nil {
			c.newest = nil
		}
		m.finished = true
		if m.last {
			c.Close()
			return
		}
		if c.current == nil {
			c.idles()
		} else {
			c.current.flush()
		}
	}
	c.readAgain()
}

// readAgain resumes reading after too much was queued, or after a body, which is dropped from now on,
// had filled its buffer.
func (c *Conn) readAgain() {
	high := c.endpoint.version.HighWater
	c.flooded = c.flooded && (c.queued > high || c.WritingPaused())
	if c.flooded {
		return
	}
	if m := c.newest; m == nil || int(m.unread) < high {
		c.ResumeReading()
	}
}

// idles sets the keep-alive timer.
func (c *Conn) idles() {
	if d := c.endpoint.KeepAlive; d > 0 {
		c.Loop().After(&c.idle, d+c.endpoint.version.KeepAliveBuffer, (*socketOnTimeout)(c))
	}
}

// socketOnTimeout closes an idle connection.
type socketOnTimeout Conn

func (t *socketOnTimeout) Run() { (*Conn)(t).Destroy() }
