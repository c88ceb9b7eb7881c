package uvicorn

import (
	"bytes"
	"fmt"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// highWaterLimit is how many body bytes nobody has read a request may hold
// before its connection is not read any more: flow_control.HIGH_WATER_LIMIT.
const highWaterLimit = 65536

// Conn is one connection: Uvicorn's protocol object together with its
// transport. Requests are parsed as their bytes come and answered in order.
type Conn struct {
	eventloop.Stream
	endpoint *Endpoint
	cycle    *Cycle // the newest request
	working  *Cycle // the last that was started: older where requests are parsed ahead, and first of their chain
	blocked  *Cycle // wants to answer, but the client does not read
	rest     []byte // of a head that is not complete, or behind a request in work
	ahead    int    // bytes of requests that are parsed and wait for their turn
	idle     eventloop.Timer
	first    Cycle // spares an allocation while requests come one after another
	parser   http1.Parser
	place    int32 // in its set of the Endpoint
	ended    bool  // all bytes of the newest request have come
	last     bool  // and it is the last, by its version or its Connection header
	between  bool  // h11 waits for the next request: start_next_cycle was called
	broken   broken
}

// broken is why h11 sends nothing any more on a connection.
type broken uint8

const (
	isWhole     broken = iota
	hasRefused         // bytes that were no request have been answered
	hasTimedOut        // the keep-alive timer has tried to end a connection that owed an answer
)

// String is what h11 says when an answer is tried all the same.
func (b broken) String() string {
	if b == hasTimedOut {
		return "Can't send data when our state is ERROR"
	}
	return "can't handle event type Response when role=SERVER and state=MUST_CLOSE"
}

// ConnectionMade enters the connection into the set that limits and shutdown see.
func (c *Conn) ConnectionMade() { c.endpoint.connections.add(c) }

// EOFReceived closes the connection: eof_received of both protocol classes.
func (c *Conn) EOFReceived() (stays bool) { return false }

// ConnectionLost lets the request in work go on, but drops its answer: nothing
// tells a handler that its client has left.
func (c *Conn) ConnectionLost() {
	c.endpoint.connections.remove(c)
	if c.working != nil && c.working.unfinished() {
		c.endpoint.orphans.add(c)
		c.endpoint.Deserted(c.working)
	}
	c.Loop().Cancel(&c.idle)
	if c.cycle != nil && !c.cycle.complete {
		c.cycle.disconnected = true
	}
	c.takeRest()
	c.rest = nil
	c.queue(-c.ahead)
	c.ResumeWriting()
}

// PauseWriting is called when the client leaves too many answers unread; the next
// answer asks the stream (WritingPaused).
func (c *Conn) PauseWriting() {}

// ResumeWriting lets the answer that waited for the client go on.
func (c *Conn) ResumeWriting() {
	if b := c.blocked; b != nil {
		c.blocked = nil
		c.Loop().Soon(b)
	}
}

// DataReceived parses what came. Any byte stops the keep-alive timer.
func (c *Conn) DataReceived(p []byte) {
	c.Loop().Cancel(&c.idle)
	if len(c.rest) > 0 {
		c.rest = append(c.takeRest(), p...)
		p = c.rest
	}
	c.parse(p)
}

// takeRest is what is remembered, which from then on does not count.
func (c *Conn) takeRest() []byte {
	c.endpoint.kept -= len(c.rest)
	return c.rest
}

// parse takes event after event out of buf, which is all of rest if there is
// any, and keeps what is left over.
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
			c.request(&e.head)
		case http1.BodyData:
			c.body(c.parser.BodyLen())
		case http1.MessageDone:
			c.messageDone()
		case http1.Upgraded:
			c.complainOfUpgrade(e.Class.UpgradeWarnings.OnEnd)
		case http1.Bad:
			c.rest = nil
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

// waits tells whether parsing must wait for the answer in work: h11 pauses at
// the end of a message (PAUSED), and only if something has come behind it the
// socket is not read any more. Where requests are parsed ahead, and the real server
// remembers all that come, it waits when they are too many.
func (c *Conn) waits(buf []byte) bool {
	switch {
	case c.endpoint.Class.ParsesAhead && c.crowded() && len(buf) > 0:
		c.PauseReading()
		return true
	case !c.ended, c.endpoint.Class.ParsesAhead:
		return false
	}
	if c.last {
		return false // h11 judges at once what follows a last message
	}
	if len(buf) > 0 || c.cycle.upgrades {
		c.PauseReading()
	}
	return true
}

// mostKept is what a client can make a connection remember at the most of a head
// that does not end. Uvicorn's httptools_impl has no bound; whoever goes beyond, or
// beyond what Host.MayKeep allows, is cut off.
const mostKept = 16 << 20

// keep remembers bytes for later. They are the end of rest already, or belong to
// the loop's read buffer.
func (c *Conn) keep(buf []byte) {
	kept := &c.endpoint.kept
	switch {
	case len(buf) == 0:
		c.rest = nil
	case len(buf) > mostKept, !c.endpoint.MayKeep(len(buf), *kept+len(buf)):
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

// sameMemory tells whether two slices end in one piece of memory.
func sameMemory(a, b []byte) bool {
	a, b = a[:cap(a)], b[:cap(b)]
	return len(a) > 0 && len(b) > 0 && &a[len(a)-1] == &b[len(b)-1]
}

// request starts the request whose head is complete, or puts it in line.
func (c *Conn) request(h *http1.Head) {
	e := c.endpoint
	if e.Class.DisarmsOnRequest {
		c.Loop().Cancel(&c.idle)
	}
	if h.Upgrade {
		c.complainOfUpgrade(e.Class.UpgradeWarnings.OnHead)
	}
	before := c.cycle
	busy := c.inWork()
	c.between = false
	c.cycle = c.newCycle(h)
	c.ended, c.last = false, !h.KeepAlive && !h.Upgrade
	c.cycle.decide(e, h)
	if busy {
		c.PauseReading()
		before.next = c.cycle
		c.queue(c.cycle.weight())
		return
	}
	c.cycle.start()
}

// queue counts what waits for its turn.
func (c *Conn) queue(bytes int) {
	c.ahead += bytes
	c.endpoint.ahead += bytes
}

// crowded tells whether more waits for its turn than may be remembered.
func (c *Conn) crowded() bool { return !c.endpoint.MayKeep(c.ahead, c.endpoint.ahead) }

// newCycle uses the connection's own cycle where it is free.
func (c *Conn) newCycle(h *http1.Head) *Cycle {
	cycle := &c.first
	if cycle.conn != nil && cycle.task != done {
		cycle = &Cycle{}
	}
	cycle.reset(c, h)
	return cycle
}

// body counts what came of a body that no handler reads.
func (c *Conn) body(n int) {
	if c.cycle.complete {
		return
	}
	if c.cycle.unread += int32(n); c.cycle.unread > highWaterLimit {
		c.PauseReading()
	}
}

// messageDone is the end of the newest request's bytes.
func (c *Conn) messageDone() {
	c.ended = true
	if c.parser.Upgrade() {
		c.complainOfUpgrade(c.endpoint.Class.UpgradeWarnings.OnMessage)
	}
	if c.cycle.complete && !c.endpoint.Class.ParsesAhead {
		c.ended, c.between = false, true // answered before its body had come: the next may follow
		c.ResumeReading()
	}
}

func (c *Conn) complainOfUpgrade(complain bool) {
	if !complain {
		return
	}
	c.endpoint.Log.Warning("Unsupported upgrade request.")
	if c.endpoint.Class.UpgradeWarnings.NoLibrary {
		c.endpoint.Log.Warning("No supported WebSocket library detected. Please use 'pip install uvicorn[standard]', or install 'websockets' or 'wsproto' manually.")
	}
}

// refuse answers bytes that are no request and closes. h11 cannot do so behind
// an answer whose request has not ended, nor when it is broken: the exception
// ends the connection (asyncio's "Fatal error: protocol.data_received() call
// failed").
func (c *Conn) refuse() {
	e := c.endpoint
	e.Log.Warning(refusalBody)
	answered := c.cycle != nil && c.cycle.complete
	if c.broken != isWhole || e.Class.KeepsState && answered && !c.between {
		e.Log.Loop(c.FatalError("uvicorn.protocols.http.h11_impl.H11Protocol") +
			"Traceback (most recent call last):\nh11._util.LocalProtocolError: can't handle event type Response when role=SERVER and state=MUST_CLOSE")
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

// responseComplete is on_response_complete: the connection idles, or the next
// request that has come already starts.
func (c *Conn) responseComplete() {
	e := c.endpoint
	e.Served++
	if c.Closing() {
		return
	}
	next := c.working.next
	if e.Class.ArmsBeforePipeline || next == nil {
		c.Loop().After(&c.idle, e.KeepAlive, (*idleTimeout)(c))
	}
	if next != nil {
		c.queue(-next.weight())
	}
	if crowded := e.Class.ParsesAhead && c.crowded(); !crowded {
		c.ResumeReading()
	}
	if next != nil {
		c.follow(next)
		return
	}
	if c.ended && !e.Class.ParsesAhead {
		c.ended, c.between = false, true
		c.parse(c.takeRest())
	}
}

// follow starts the request that is next in line, and goes on with what has waited for room.
func (c *Conn) follow(next *Cycle) {
	next.start()
	if len(c.rest) > 0 {
		c.parse(c.takeRest())
	}
}

// idleTimeout is the end of an idle connection.
type idleTimeout Conn

func (t *idleTimeout) Run() {
	c := (*Conn)(t)
	if c.inWork() && c.endpoint.Class.KeepsState {
		c.broken = hasTimedOut
		c.endpoint.Log.Loop("Exception in callback H11Protocol.timeout_keep_alive_handler()\nTraceback (most recent call last):\n" +
			"h11._util.LocalProtocolError: can't handle event type ConnectionClosed when role=SERVER and state=SEND_RESPONSE")
		return
	}
	c.Close()
}

// exception is what an answer raises on this connection, as Python names it, or
// nothing.
func (c *Conn) exception() string {
	switch {
	case c.broken != isWhole:
		return "h11._util.LocalProtocolError: " + c.broken.String()
	case c.Raises():
		return fmt.Sprintf("RuntimeError: unable to perform operation on <TCPTransport closed=True reading=False %#x>; the handler is closed", c.Place())
	}
	return ""
}

func (c *Conn) inWork() bool { return c.cycle != nil && !c.cycle.complete }

// shutdown closes an idle connection, and a busy one after its answer.
func (c *Conn) shutdown() {
	if c.inWork() {
		c.cycle.keepAlive = false
		return
	}
	c.Close()
}
