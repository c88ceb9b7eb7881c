package hypercorn

import (
	"bytes"

	"github.com/target-server/target-server/server/http1"
)

// Successor takes over a connection that asks for HTTP/2: the H2Protocol of a ProtocolWrapper.
type Successor interface {
	// Take makes the speaker that has the connection from now on.
	Take(c *Conn) Speaker
}

// Speaker is the successor on one connection. The connection's task calls it, and reads on when it returns.
type Speaker interface {
	// Initiate is called first. asked is the request that asked for the upgrade, with HTTP2-Settings among its fields. It
	// is nil for a client with prior knowledge, whose bytes follow with Data, the preface included.
	Initiate(asked *http1.Head)
	// Data takes what the task has read, or nothing for the end. It does not keep p. It reports whether the task must wait
	// for a call of Proceed before it reads on.
	Data(p []byte) (waits bool)
	// Writable is called when the client has read enough of what was written.
	Writable()
	// Closed is called when the connection is gone, or closed for being idle.
	Closed()
	// Cancel is called when the connection's tasks are cancelled. cancelled is the argument of Endpoint.Cancel.
	Cancel(cancelled func(x http1.Exchange) (works bool))
	// Hopeless reports whether its tasks wait for something that only the client could send.
	Hopeless() bool
	// Strand is called when nothing is read any more and the speaker is hopeless.
	Strand()
}

// preface is the beginning of HTTP/2, which h11 takes for a request.
const preface = "PRI * HTTP/2.0\r\n\r\n"

// successor is the step that hands the connection over, if the head asks for that (H11Protocol._check_protocol).
// Requests with a body cannot upgrade.
func (c *Conn) successor(h *http1.Head) func() {
	next := c.endpoint.Version.Successor
	switch {
	case next == nil:
		return nil
	case string(h.Method) == "PRI" && string(h.Target) == "*" && h.Version == "2.0":
		rest := append([]byte(preface), c.buffer[c.used:]...)
		return func() { c.handOver(next, nil, rest) }
	case asksForH2C(h):
		asked, rest := clone(h), bytes.Clone(c.buffer[c.used:])
		return func() {
			dst := c.appendOwn(appendStatus(nil, 101))
			c.Write(append(http1.AppendLine(http1.AppendLine(dst, "connection", "upgrade"), "upgrade", "h2c"), "\r\n"...))
			c.handOver(next, asked, rest)
		}
	}
	return nil
}

// handOver gives the connection to its successor. The bytes after the request, rest, are handled in the same step.
func (c *Conn) handOver(next Successor, asked *http1.Head, rest []byte) {
	c.consume(len(c.buffer))
	c.speaker = next.Take(c)
	c.speaker.Initiate(asked)
	c.buffer = rest
	c.endpoint.kept += len(rest)
}

// clone is a copy of a head, which outlives the read that it came with.
func clone(h *http1.Head) *http1.Head {
	copied := *h
	copied.Method, copied.Target = bytes.Clone(h.Method), bytes.Clone(h.Target)
	copied.Path, copied.Query = bytes.Clone(h.Path), bytes.Clone(h.Query)
	copied.Fields = make([]http1.Field, len(h.Fields))
	for i, f := range h.Fields {
		copied.Fields[i] = http1.Field{Name: bytes.Clone(f.Name), Value: bytes.Clone(f.Value)}
	}
	return &copied
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

// speak gives the successor what the task has read. It reports whether the task waits.
func (c *Conn) speak() (waits bool) {
	p := c.buffer
	c.consume(len(p))
	if len(p) == 0 && !c.told || !c.speaker.Data(p) {
		return false
	}
	c.awaits = forSpeaker
	c.leaveGroup()
	return true
}

// Proceed has the task go on, if it waits for its speaker.
func (c *Conn) Proceed() {
	if c.awaits == forSpeaker && !c.cancelled {
		c.awaits = forNothing
		c.goOn()
	}
}

// Idle sets whether the connection is idle: Updated of TCPServer.protocol_send. then is called when the idle task has
// ended, or at once if none has to end.
func (c *Conn) Idle(idle bool, then func()) {
	if idle && c.idle.stops { // there is one idle task at a time
		c.then = append(c.then, func() { c.Idle(idle, then) })
		return
	}
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
