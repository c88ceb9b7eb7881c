package hypercorn

import (
	"bytes"

	"github.com/target-server/target-server/server/http1"
)

// Successor is what takes over a connection that asks for HTTP/2: the H2Protocol
// of a ProtocolWrapper.
type Successor interface {
	// Take makes what speaks on the connection from now on.
	Take(c *Conn) Speaker
}

// Speaker is the successor on one connection. All of it is called by the
// connection's task, which reads on when it returns.
type Speaker interface {
	// Initiate is called first. asked is the request that asked for the upgrade (its
	// HTTP2-Settings among its fields), or nil for a client that knew: then what it
	// sent follows with Data, its preface included.
	Initiate(asked *http1.Head)
	// Data takes what the task has read; nothing is the end. It does not keep it.
	Data(p []byte)
	// Closed is called when the connection is gone, or closed for being idle.
	Closed()
}

// preface is how HTTP/2 begins, as h11 takes it for a request.
const preface = "PRI * HTTP/2.0\r\n\r\n"

// succeeds hands the connection over if the head asks for it
// (H11Protocol._check_protocol). Upgrades of requests with a body are not heard.
func (c *Conn) succeeds(h *http1.Head) bool {
	next := c.endpoint.Behaviour.Successor
	if next == nil {
		return false
	}
	switch {
	case string(h.Method) == "PRI" && string(h.Target) == "*" && h.Version == "2.0":
		c.speaker = next.Take(c)
		c.speaker.Initiate(nil)
		c.speaker.Data(append([]byte(preface), c.buffer[c.used:]...))
	case asksForH2C(h):
		dst := c.appendOwn(appendStatus(nil, 101))
		c.Write(append(appendLine(appendLine(dst, "connection", "upgrade"), "upgrade", "h2c"), "\r\n"...))
		c.speaker = next.Take(c)
		c.speaker.Initiate(h)
		if rest := c.buffer[c.used:]; len(rest) > 0 {
			c.speaker.Data(rest)
		}
	default:
		return false
	}
	c.consume(len(c.buffer))
	return true
}

func asksForH2C(h *http1.Head) bool {
	asks := false
	for _, f := range h.Fields {
		switch {
		case bytes.EqualFold(f.Name, []byte("upgrade")):
			asks = bytes.EqualFold(bytes.TrimSpace(f.Value), []byte("h2c"))
		case bytes.EqualFold(f.Name, []byte("content-length")), bytes.EqualFold(f.Name, []byte("transfer-encoding")):
			return false
		}
	}
	return asks
}

// speak gives the successor what the task has read.
func (c *Conn) speak() {
	p := c.buffer
	c.consume(len(p))
	if len(p) > 0 || c.told {
		c.speaker.Data(p)
	}
}

// Endpoint is what the connection shares with others.
func (c *Conn) Endpoint() *Endpoint { return c.endpoint }

// Terminated tells whether the server is about to end: WorkerContext.terminated.
func (e *Endpoint) Terminated() bool { return e.terminated }

// Idle says whether the connection is: Updated of TCPServer.protocol_send. Where
// the task that waits for the end of an idle one must end first, then is called
// when it has, and otherwise at once.
func (c *Conn) Idle(idle bool, then func()) {
	if idle {
		c.idle.start(c)
		then()
		return
	}
	if !c.idle.stop() {
		then()
		return
	}
	c.then = append(c.then, then)
}

// End closes the connection: Closed of TCPServer.protocol_send.
func (c *Conn) End() { c.close() }

// Enter and Exit count a task of the connection's group, which ends after them.
func (c *Conn) Enter() { c.guests++ }

// Exit is the end of such a task.
func (c *Conn) Exit() {
	c.guests--
	c.leaveGroup()
}
