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

// sendHead is h11's send of a Response. last says that the answer must end the connection. It fails where h11 raises.
func (c *Conn) sendHead(status int, lines []http1.Line, f framing, last bool) error {
	if err := c.may(c.server == stateIdle || c.server == stateSendResponse, "Response"); err != nil {
		return err
	}
	e := c.endpoint
	c.continues, c.proposed = false, false
	e.scratch = c.appendHead(e.scratch[:0], status, lines, f, last)
	c.server = stateSendBody
	c.move()
	c.Write(e.scratch)
	return nil
}

// may is the check of h11's state machine before it sends: it fails, and breaks the connection, if the event cannot be
// sent.
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

// breaks is an error that h11 finds in what it is to send.
func (c *Conn) breaks(reason string) error {
	c.server = stateError
	c.move()
	return protocolError(reason)
}

// appendHead formats a head. The reason is empty. The application's lines come first, then the date and the server. If
// h11 itself ends the connection, that is said last and in title case, and the application's line is dropped. Before that
// comes the line with which h11 says how a body of unknown length ends.
func (c *Conn) appendHead(dst []byte, status int, lines []http1.Line, f framing, last bool) []byte {
	dst = appendStatus(dst, status)
	closes := !c.keepAlive || f == byClosing
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
	if last && !closes {
		dst = http1.AppendLine(dst, "connection", "close")
	}
	if f == byChunks {
		dst = http1.AppendLine(dst, "Transfer-Encoding", "chunked")
	}
	if closes {
		dst = http1.AppendLine(dst, "Connection", "close")
	}
	c.keepAlive = c.keepAlive && !closes && !last
	return append(dst, "\r\n"...)
}

// appendOwn appends the lines of Config.response_headers.
func (c *Conn) appendOwn(dst []byte) []byte {
	if !c.endpoint.NoDate {
		now := c.Loop().Clock().Now().UTC()
		dst = append(now.AppendFormat(append(dst, "date: "...), http.TimeFormat), "\r\n"...)
	}
	if c.endpoint.NoServer {
		return dst
	}
	return http1.AppendLine(dst, "server", c.endpoint.Version.Server)
}

func appendStatus(dst []byte, status int) []byte {
	return append(strconv.AppendInt(append(dst, "HTTP/1.1 "...), int64(status), 10), " \r\n"...)
}

// sendContinue sends 100 Continue.
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

// sendError sends an answer of Hypercorn's own.
func (c *Conn) sendError(status int) {
	_ = c.sendHead(status, closeLines(), byLength, false)
	_ = c.sendEnd()
}

// closeLines are the lines of such an answer.
func closeLines() []http1.Line {
	return []http1.Line{{Name: "content-length", Value: "0"}, {Name: "connection", Value: "close"}}
}
