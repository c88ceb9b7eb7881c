package uvicorn

import (
	"bytes"
	"fmt"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// highWaterLimit is how many unread body bytes a request may hold before reading from its connection pauses:
// flow_control.HIGH_WATER_LIMIT.
const highWaterLimit = 65536

// Conn is one connection: Uvicorn's protocol object together with its transport. Requests are parsed as their bytes
// come and answered in order.
type Conn struct {
	eventloop.Stream
	endpoint  *Endpoint
	cycle     *Cycle // the newest request
	working   *Cycle // the newest that was started; those parsed ahead follow it, linked by next
	blocked   *Cycle // has an answer that waits until the client reads
	rest      []byte // bytes of an incomplete head, or pipelined ones that wait for an answer
	ahead     int    // bytes of requests that are parsed and wait for their turn
	idle      eventloop.Timer
	first     Cycle // saves an allocation while requests come one after another
	parser    http1.Parser
	place     int32 // in its set of the Endpoint
	input     input
	broken    broken
	webSocket webSocketState
}

// input is how much of the newest request has come: what h11 calls their_state.
type input uint8

const (
	idle  input = iota // none of the next one's head; for h11, start_next_cycle was called
	begun              // its head
	ended              // all of it; h11 then parses no further one before the answer
)

// broken is why h11 refuses to send on a connection.
type broken uint8

const (
	isWhole     broken = iota
	hasRefused         // bytes that were not a request have been answered
	hasTimedOut        // the keep-alive timer tried to close a connection that owed an answer
)

// String is h11's error for an answer that is sent all the same.
func (b broken) String() string {
	if b == hasTimedOut {
		return "Can't send data when our state is ERROR"
	}
	return "can't handle event type Response when role=SERVER and state=MUST_CLOSE"
}

// ConnectionMade adds the connection to those that the concurrency limit counts and Shutdown closes.
func (c *Conn) ConnectionMade() { c.endpoint.connections.add(c) }

// EOFReceived closes the connection: eof_received of both protocol classes.
func (c *Conn) EOFReceived() (stays bool) { return false }

// ConnectionLost lets the running request finish, and drops its answer: a handler does not learn that its client has
// left.
func (c *Conn) ConnectionLost() {
	c.endpoint.connections.remove(c)
	if c.working != nil && c.working.unfinished() {
		c.endpoint.orphans.add(c)
		c.endpoint.ReportClientLeft(c.working)
	}
	c.Loop().Cancel(&c.idle)
	if c.webSocket == noHandshake && c.cycle != nil && !c.cycle.complete { // otherwise it is no longer told
		c.cycle.disconnected = true
	}
	for cycle := c.working; cycle != nil; cycle = cycle.next {
		cycle.dropBody()
	}
	if c.webSocket == noHandshake && c.cycle != nil {
		c.cycle.notify()
	}
	c.takeRest()
	c.rest = nil
	c.countAhead(-c.ahead)
	c.ResumeWriting()
}

// PauseWriting is called when too much is unread by the client. It does nothing: the next answer checks WritingPaused.
func (c *Conn) PauseWriting() {}

// ResumeWriting sends the answer that waited for the client to read.
func (c *Conn) ResumeWriting() {
	if b := c.blocked; b != nil {
		c.blocked = nil
		c.Loop().Soon(b)
	}
}

// DataReceived parses what came. Any byte stops the keep-alive timer, except those that follow a WebSocket handshake,
// which nothing reads.
func (c *Conn) DataReceived(p []byte) {
	if c.webSocket != noHandshake {
		return
	}
	c.Loop().Cancel(&c.idle)
	if len(c.rest) > 0 {
		c.rest = append(c.takeRest(), p...)
		p = c.rest
	}
	c.parse(p)
}

// takeRest returns the remembered bytes and no longer counts them.
func (c *Conn) takeRest() []byte {
	c.endpoint.kept -= len(c.rest)
	return c.rest
}

// parse handles the events in buf, which contains all of rest if there is any, and keeps the bytes left over.
func (c *Conn) parse(buf []byte) {
	e := c.endpoint
	for !c.waits(buf) {
		event, n := c.parser.Next(e.Class.Dialect, buf, &e.head)
		switch event {
		case http1.HeadDone:
			if e.head.WebSocket {
				c.rest = nil
				c.refuseWebSocket(&e.head)
				return
			}
			c.addTrailers(buf[n:])
			c.request(&e.head)
		case http1.BodyData:
			c.body(buf[n-c.parser.BodyLen() : n])
		case http1.MessageDone:
			c.messageDone()
		case http1.Upgraded:
			c.complainOfUpgrade(e.Class.UpgradeWarnings.OnEnd)
		case http1.Bad:
			c.rest = nil
			if c.parser.BadTarget() && c.parser.Upgrade() {
				c.complainOfUpgrade(e.Class.UpgradeWarnings.OnHead)
			}
			c.refuse()
			return
		case http1.Crash:
			c.rest = nil
			c.Abort()
			return
		case http1.NeedData:
			c.keep(buf[n:])
			return
		}
		buf = buf[n:]
	}
	c.keep(buf)
}

// waits reports whether parsing must wait for an answer. h11 pauses at the end of a message (PAUSED), and the socket is
// read until more bytes have come. Where requests are parsed ahead, the real server remembers any number of them; here,
// parsing waits when they are too many.
func (c *Conn) waits(buf []byte) bool {
	switch {
	case c.endpoint.Class.ParsesAhead && c.crowded() && len(buf) > 0:
		c.PauseReading()
		return true
	case c.input != ended, c.endpoint.Class.ParsesAhead:
		return false
	case c.cycle.last():
		return false // h11 judges at once what follows a last message
	}
	if len(buf) > 0 || c.cycle.upgrades {
		c.PauseReading()
	}
	return true
}

// mostKept is how many bytes of an unfinished head a connection remembers. Uvicorn's httptools_impl has
// no bound; here, a client that exceeds this one, or what Host.MayBuffer allows, is disconnected.
const mostKept = 16 << 20

// keep remembers bytes for later. They are either the end of rest already, or in the loop's read buffer.
func (c *Conn) keep(buf []byte) {
	kept := &c.endpoint.kept
	switch {
	case len(buf) == 0:
		c.rest = nil
	case len(buf) > mostKept, !c.endpoint.MayBuffer(len(buf), *kept+len(buf)):
		c.rest = nil
		c.Abort()
		return
	case sameMemory(buf, c.rest):
		c.rest = buf
	default:
		c.rest = bytes.Clone(buf)
	}
	*kept += len(buf)
}

// sameMemory reports whether two slices have the same underlying array.
func sameMemory(a, b []byte) bool {
	a, b = a[:cap(a)], b[:cap(b)]
	return len(a) > 0 && len(b) > 0 && &a[len(a)-1] == &b[len(b)-1]
}

// request starts the request whose head is complete, or queues it.
func (c *Conn) request(h *http1.Head) {
	e := c.endpoint
	if e.Class.DisarmsOnRequest {
		c.Loop().Cancel(&c.idle)
	}
	if h.Upgrade {
		c.complainOfUpgrade(e.Class.UpgradeWarnings.OnHead)
	}
	if h.Asks {
		c.complainOfUpgrade(e.Class.UpgradeWarnings.OnFields)
	}
	before := c.cycle
	busy := c.owesAnswer()
	c.input = begun
	c.cycle = c.newCycle(h)
	c.cycle.decide(e, h)
	if busy {
		c.PauseReading()
		before.next = c.cycle
		c.countAhead(c.cycle.weight())
		return
	}
	c.cycle.start()
}

// countAhead counts bytes of requests that wait for their turn.
func (c *Conn) countAhead(bytes int) {
	c.ahead += bytes
	c.endpoint.ahead += bytes
}

// crowded reports whether the parsed requests that wait for their turn exceed the memory bound.
func (c *Conn) crowded() bool { return !c.endpoint.MayBuffer(c.ahead, c.endpoint.ahead) }

// newCycle uses the connection's own cycle if that is free.
func (c *Conn) newCycle(h *http1.Head) *Cycle {
	cycle := &c.first
	if cycle.conn != nil && cycle.task != done {
		cycle = &Cycle{}
	}
	cycle.reset(c, h)
	return cycle
}

// body counts body bytes, and keeps those that the application will read.
func (c *Conn) body(b []byte) {
	cycle := c.cycle
	if cycle.complete {
		return
	}
	if !cycle.keepBody(b) {
		c.Abort()
		return
	}
	if cycle.unread += int32(len(b)); cycle.unread > highWaterLimit {
		c.PauseReading()
	}
	cycle.notify()
}

// messageDone is called when all of the newest request has come.
func (c *Conn) messageDone() {
	c.input = ended
	c.closeByTrailer()
	if c.parser.Upgrade() {
		c.complainOfUpgrade(c.endpoint.Class.UpgradeWarnings.OnMessage)
	}
	if c.cycle.complete && !c.endpoint.Class.ParsesAhead {
		c.input = idle // it was answered before its body had come, so the next may follow
		c.ResumeReading()
	}
	if !c.cycle.complete {
		c.cycle.notify()
	}
}

func (c *Conn) complainOfUpgrade(complain bool) {
	if !complain {
		return
	}
	c.endpoint.Log.Warning("Unsupported upgrade request.")
	if c.endpoint.Class.UpgradeWarnings.NoLibrary {
		c.endpoint.Log.Warning("No supported WebSocket library detected. Please use 'pip install uvicorn[standard]', " +
			"or install 'websockets' or 'wsproto' manually.")
	}
}

// refuse answers bytes that are not a request, and closes. h11 raises an exception where the request before them is
// answered and has not ended, or where it is broken; that ends the connection (asyncio's "Fatal error:
// protocol.data_received() call failed").
func (c *Conn) refuse() {
	e := c.endpoint
	e.Log.Warning(refusalBody)
	answered := c.cycle != nil && c.cycle.complete
	sending := c.cycle != nil && c.cycle.sending()
	if c.broken != isWhole || e.Class.KeepsState && (answered && c.input != idle || sending) {
		why := hasRefused.String()
		if sending {
			why = "can't handle event type Response when role=SERVER and state=" + c.cycle.h11State()
		}
		e.Log.Loop(c.FatalError("uvicorn.protocols.http.h11_impl.H11Protocol") +
			"Traceback (most recent call last):\nh11._util.LocalProtocolError: " + why)
		c.Abort()
		return
	}
	for _, piece := range e.Class.Layout.Refusal(e, c.cycle) {
		c.WriteString(piece)
	}
	if e.Class.KeepsState {
		c.broken = hasRefused
	}
	c.Close()
}

// responseComplete is on_response_complete: a pipelined request starts, or the connection is idle.
func (c *Conn) responseComplete() {
	e := c.endpoint
	e.Answered++
	if c.Closing() {
		return
	}
	next := c.working.next
	if e.Class.ArmsBeforePipeline || next == nil {
		c.Loop().After(&c.idle, e.KeepAlive, (*idleTimeout)(c))
	}
	if next != nil {
		c.countAhead(-next.weight())
	}
	if crowded := e.Class.ParsesAhead && c.crowded(); !crowded {
		c.ResumeReading()
	}
	if next != nil {
		c.follow(next)
		return
	}
	if c.input == ended && !e.Class.ParsesAhead {
		c.input = idle
		c.parse(c.takeRest())
	}
}

// follow starts the next request of the queue, and parses the bytes that waited for room in it.
func (c *Conn) follow(next *Cycle) {
	next.start()
	if len(c.rest) > 0 {
		c.parse(c.takeRest())
	}
}

// idleTimeout closes an idle connection: timeout_keep_alive_handler.
type idleTimeout Conn

func (t *idleTimeout) Run() {
	c := (*Conn)(t)
	if c.owesAnswer() && c.endpoint.Class.KeepsState {
		c.broken = hasTimedOut
		c.endpoint.Log.Loop("Exception in callback H11Protocol.timeout_keep_alive_handler()\n" +
			"Traceback (most recent call last):\nh11._util.LocalProtocolError: " +
			"can't handle event type ConnectionClosed when role=SERVER and state=" + c.cycle.h11State())
		return
	}
	c.Close()
}

// exception is the exception that sending an answer raises on this connection, as Python names it, or nothing.
func (c *Conn) exception() string {
	switch {
	case c.broken != isWhole:
		return "h11._util.LocalProtocolError: " + c.broken.String()
	case c.Raises():
		return fmt.Sprintf("RuntimeError: unable to perform operation on "+
			"<TCPTransport closed=True reading=False %#x>; the handler is closed", c.Place())
	}
	return ""
}

// owesAnswer reports whether the newest request is not answered.
func (c *Conn) owesAnswer() bool { return c.cycle != nil && !c.cycle.complete }

// shutdown closes an idle connection now, and a busy one after its answer.
func (c *Conn) shutdown() {
	if c.owesAnswer() {
		c.cycle.keepAlive = false
		return
	}
	c.Close()
}
