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
	current  *message // whose turn it is to be sent: socket._httpMessage
	newest   *message // last in line behind it, or itself
	rest     []byte   // of a head that is not complete
	idle     eventloop.Timer
	began    time.Duration // when the connection, or the message at hand, did
	queued   int           // bytes of answers whose turn has not come: outgoingData
	first    message       // spares an allocation while requests come one after another
	parser   http1.Parser
	place    int32 // in the server's list
	waits    bool  // for the rest of a message, or for a first one
	headed   bool  // the message's head is complete
	amid     bool  // a message has begun
	parsing  bool  // a callback is under way that ends with settle
	flooded  bool  // too much is queued: the socket is not read
}

// ConnectionMade is connectionListener.
func (c *Conn) ConnectionMade() {
	c.endpoint.add(c)
	c.waits, c.began = true, c.Loop().Now()
}

// ConnectionLost lets the requests in work go on, but drops their answers: nothing tells the program.
func (c *Conn) ConnectionLost() {
	c.endpoint.remove(c)
	c.Loop().Cancel(&c.idle)
	c.keep(nil)
	for m := c.current; m != nil; m = m.next {
		c.endpoint.Deserted(m)
	}
}

// EOFReceived is socketOnEnd: what comes to an end amid a message is answered, and the socket does not stay half open.
func (c *Conn) EOFReceived() (stays bool) {
	if c.parser.Unfinished() {
		c.clientError(badRequest)
	}
	return false
}

// PauseWriting is called when the client leaves too many answers unread: the next ones wait.
func (c *Conn) PauseWriting() {}

// ResumeWriting lets them go on.
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

// touch is what bytes do to the keep-alive timer, also to one that an answer within their body has set.
func (c *Conn) touch() {
	if c.endpoint.version.RefreshesIdle {
		c.idles()
	} else {
		c.Loop().Cancel(&c.idle)
	}
}

// parse takes event after event out of buf and keeps what is left over.
func (c *Conn) parse(buf []byte) {
	s := c.endpoint
	for !c.Closing() {
		event, n := c.parser.Next(s.version.Dialect, buf, &s.head)
		switch event {
		case http1.HeadDone:
			c.begin()
			c.headed = true
			c.request(&s.head)
		case http1.BodyData:
			c.body(c.parser.BodyLen())
		case http1.MessageDone:
			c.waits, c.amid = false, false
			if c.parser.Trailed() {
				c.settle() // Parser::Flush of the trailers
			}
		case http1.Bad, http1.Crash:
			c.parseError(badRequest)
		case http1.TooLarge:
			c.parseError(headerOverflow)
		case http1.ExtensionTooLarge:
			c.parseError(extensionsOverflow)
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
	if !c.amid {
		c.amid, c.waits, c.headed, c.began = true, true, false, c.Loop().Now()
	}
}

// expired tells whether a message takes too long to come (ConnectionsList::Expired).
func (c *Conn) expired(now time.Duration) bool {
	if !c.waits {
		return false
	}
	took := now - c.began
	return !c.headed && took > headersTimeout || took > requestTimeout
}

// mostKept is what a connection may make the process remember at the most of a head that does not end. Node counts less
// than it keeps in mind: white space before values is free.
const mostKept = 128 << 10

// keep remembers bytes for later; they belong to the loop's read buffer, or to what was remembered.
func (c *Conn) keep(buf []byte) {
	kept := &c.endpoint.kept
	*kept -= len(c.rest)
	switch {
	case len(buf) == 0:
		c.rest = nil
		return
	case len(buf) > mostKept, !c.endpoint.MayKeep(len(buf), *kept+len(buf)):
		c.rest = nil
		c.Destroy()
		return
	}
	c.rest = bytes.Clone(buf)
	*kept += len(buf)
}

// Answers of the server itself, whole.
const (
	badRequest         = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"
	requestTimedOut    = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n"
	extensionsOverflow = "HTTP/1.1 413 Payload Too Large\r\nConnection: close\r\n\r\n"
	headerOverflow     = "HTTP/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n"
)

// parseError ends a connection whose bytes are wrong. A head of many fields has been handed over in part by then, which runs
// what nextTick has.
func (c *Conn) parseError(answer string) {
	if headed := c.amid && c.headed; !headed && len(c.endpoint.head.Fields) >= maxHeaderFields {
		c.settle()
	}
	c.clientError(answer)
}

// clientError is socketOnError: it answers, unless an answer is on its way that would be spoiled, and closes.
func (c *Conn) clientError(answer string) {
	if !c.Closing() && (c.current == nil || !c.current.ended) {
		c.WriteString(answer)
	}
	c.Destroy()
}

// body counts what came of a body that nobody reads.
func (c *Conn) body(n int) {
	if m := c.newest; m != nil {
		if m.unread += int32(n); int(m.unread) >= c.endpoint.version.HighWater {
			c.PauseReading()
		}
	}
	c.settle() // on_body, unlike the other callbacks, runs what nextTick has
}

// settle is what happens when a callback is over: resOnFinish for each answer that has left.
func (c *Conn) settle() {
	for m := c.current; m != nil && m.ended && !c.Closing() && !c.WritingPaused(); m = c.current {
		c.current = m.next
		if c.current == nil {
			c.newest = nil
		}
		m.gone = true
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

// readAgain goes on reading where too much was queued, or where a body that is dropped from now on filled its buffer.
func (c *Conn) readAgain() {
	high := c.endpoint.version.HighWater
	if c.flooded = c.flooded && (c.queued > high || c.WritingPaused()); c.flooded {
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

// socketOnTimeout is the end of an idle connection.
type socketOnTimeout Conn

func (t *socketOnTimeout) Run() { (*Conn)(t).Destroy() }
