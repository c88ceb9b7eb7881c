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
	// Data takes what the task has read; nothing is the end. It does not keep it. It tells
	// whether the task must not read on before it calls Proceed.
	Data(p []byte) (waits bool)
	// Writable is called when the client has read enough of what was written.
	Writable()
	// Closed is called when the connection is gone, or closed for being idle.
	Closed()
	// Cancel is called when the connection's tasks are cancelled. cancelled is what Endpoint.Cancel
	// was given.
	Cancel(cancelled func(x http1.Exchange) (works bool))
	// Hopeless tells whether its tasks wait for what only the client could send.
	Hopeless() bool
	// Strand is called when nothing is read any more and it is hopeless.
	Strand()
}

// preface is how HTTP/2 begins, as h11 takes it for a request.
const preface = "PRI * HTTP/2.0\r\n\r\n"

// successor is the step that hands the connection over, if the head asks for it
// (H11Protocol._check_protocol). Upgrades of requests with a body are not heard.
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

// handOver gives the connection to its successor, with what came behind the request, which is
// dealt with in the same step.
func (c *Conn) handOver(next Successor, asked *http1.Head, rest []byte) {
	c.consume(len(c.buffer))
	c.speaker = next.Take(c)
	c.speaker.Initiate(asked)
	c.buffer = rest
	c.endpoint.kept += len(rest)
}

// clone is a head that outlives the read it came with.
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

// speak gives the successor what the task has read. It tells whether the task waits.
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

// Proceed goes on with the task where it waits for its speaker.
func (c *Conn) Proceed() {
	if c.awaits == forSpeaker && !c.cancelled {
		c.awaits = forNothing
		c.goOn()
	}
}

// Idle says whether the connection is: Updated of TCPServer.protocol_send. Where
// the task that waits for the end of an idle one must end first, then is called
// when it has, and otherwise at once.
func (c *Conn) Idle(idle bool, then func()) {
	if idle && c.idle.stops { // one task at a time
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
