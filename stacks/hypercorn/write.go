package hypercorn

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/target-server/target-server/server/http1"
)

// protocolError is h11's LocalProtocolError.
type protocolError string

func (e protocolError) Error() string { return "h11._util.LocalProtocolError: " + string(e) }

// sendHead is h11's send of a Response; last is one that must end the connection.
// It fails where h11 raises.
func (c *Conn) sendHead(status int, lines []http1.Line, last bool) error {
	if err := c.may(c.server == stateIdle || c.server == stateSendResponse, "Response"); err != nil {
		return err
	}
	e := c.endpoint
	c.continues, c.proposed = false, false
	e.scratch = c.appendHead(e.scratch[:0], status, lines, last)
	c.server = stateSendBody
	c.move()
	c.Write(e.scratch)
	return nil
}

// may is the test of h11's state machine.
func (c *Conn) may(can bool, event string) error {
	switch {
	case c.server == stateError:
		return protocolError("Can't send data when our state is ERROR")
	case can:
		return nil
	}
	err := protocolError(fmt.Sprintf("can't handle event type %s when role=SERVER and state=%v", event, c.server))
	c.server = stateError
	c.move()
	return err
}

// appendHead spells a head. The reason is empty; what the application sends comes
// first, then the date and the server. A connection that h11 itself ends says so
// last, in title case, and nowhere else.
func (c *Conn) appendHead(dst []byte, status int, lines []http1.Line, last bool) []byte {
	dst = appendStatus(dst, status)
	closes := !c.keepAlive
	for _, l := range lines {
		if l.Name == "connection" {
			c.keepAlive = c.keepAlive && !strings.EqualFold(l.Value, "close")
			if closes {
				continue
			}
		}
		dst = http1.AppendLine(dst, l.Name, l.Value)
	}
	dst = c.appendOwn(dst)
	switch {
	case closes:
		dst = http1.AppendLine(dst, "Connection", "close")
	case last:
		dst = http1.AppendLine(dst, "connection", "close")
		c.keepAlive = false
	}
	return append(dst, "\r\n"...)
}

// appendOwn appends the lines of Config.response_headers.
func (c *Conn) appendOwn(dst []byte) []byte {
	now := c.Loop().Clock().Now().UTC()
	dst = append(now.AppendFormat(append(dst, "date: "...), http.TimeFormat), "\r\n"...)
	return http1.AppendLine(dst, "server", c.endpoint.Version.Server)
}

func appendStatus(dst []byte, status int) []byte {
	return append(strconv.AppendInt(append(dst, "HTTP/1.1 "...), int64(status), 10), " \r\n"...)
}

// sendContinue tells the client to go on with its body.
func (c *Conn) sendContinue() {
	c.continues = false
	c.Write(append(c.appendOwn(appendStatus(nil, http.StatusContinue)), "\r\n"...))
}

// sendEnd is h11's send of an EndOfMessage.
func (c *Conn) sendEnd() error {
	if err := c.may(c.server == stateSendBody, "EndOfMessage"); err != nil {
		return err
	}
	c.server = stateDone
	c.move()
	return nil
}

// sendError is an answer of Hypercorn's own.
func (c *Conn) sendError(status int) {
	_ = c.sendHead(status, []http1.Line{{Name: "content-length", Value: "0"}, {Name: "connection", Value: "close"}}, false)
	_ = c.sendEnd()
}

// recycle begins the next request of the connection, or closes it
// (H11Protocol._maybe_recycle). It does neither while the request's queue is full.
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

// PauseWriting is called when the client leaves too many answers unread; the next
// answer asks the stream (WritingPaused).
func (c *Conn) PauseWriting() {}

// ResumeWriting lets what waited for the client go on.
func (c *Conn) ResumeWriting() {
	if c.speaker != nil {
		c.speaker.Writable()
	}
	if b := c.blocked; b != nil {
		c.blocked = nil
		c.Loop().Soon(b)
	}
}
