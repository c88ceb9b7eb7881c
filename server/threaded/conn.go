package threaded

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/server/http1"
)

// Conn is one connection. It is read while it has a thread; where threads take whole requests, while it has none.
type Conn struct {
	eventloop.Stream
	endpoint *Endpoint
	lease    Lease
	state    state
	served   bool             // has had an answer
	parsing  bool             // parse runs
	ended    bool             // the client's side has
	trusted  bool             // its peer may name the scheme of a request
	exchange *Exchange        // running, or nil
	blocked  eventloop.Runner // what its thread does once a write has been taken, or nil
	untaken  []*Exchange      // answered, and left to the main thread to send
	bodyOf   *Exchange        // answered, while the rest of its body is read
	drained  int              // bytes dropped since the last answer
	reader   Reader
	rest     []byte          // received, not yet parsed
	pending  []byte          // received while rest was overlooked
	timer    eventloop.Timer // of an idle connection, or of the wait that its state names
	deadline time.Duration   // when an idle one is closed
	left     int             // how much was unsent when that was last looked at
}

// ConnectionMade is the end of accept.
func (c *Conn) ConnectionMade() {
	if trusts := c.endpoint.Behaviour.Trusts; trusts != nil {
		c.trusted = trusts(c.Peer().Addr())
	}
	switch c.endpoint.Behaviour.Takes {
	case AtAccept:
		c.takeThread()
	case AtRequest:
		c.idles(c.endpoint.KeepAlive)
	}
	c.endpoint.woken()
}

// ConnectionLost gives the thread back, unless it is still running a request.
func (c *Conn) ConnectionLost() {
	c.stirs()
	c.forget()
	if c.exchange == nil {
		c.releaseThread()
	} else {
		c.endpoint.ReportClientLeft(c.exchange)
	}
	if c.state == lingering {
		c.gone()
	}
	c.taken(false)
	c.unblock()
	c.endpoint.closed()
}

// Reader returns what reads the connection's requests.
func (c *Conn) Reader() Reader { return c.reader }

// Log returns where the server's lines go.
func (c *Conn) Log() http1.Log { return c.endpoint.Log }

// EOFReceived is the client's end, which may complete a request. While its thread works, a connection is not read and
// does not see it.
func (c *Conn) EOFReceived() (stays bool) {
	c.ended = true
	switch {
	case c.overlooks() && len(c.rest) > 0:
		c.stirs()
		c.endpoint.main.do(c.takeThread)
		return true
	case c.state == lingering:
		c.gone()
	case c.state == draining:
		c.finish()
	case c.readable():
		c.parse()
	case c.state == idle:
		c.endpoint.woken()
	}
	return c.exchange != nil || c.stuck()
}

// stuck reports whether the connection's thread waits for ever.
func (c *Conn) stuck() bool {
	r, ok := c.reader.(Stuck)
	return ok && c.ended && c.state == reading && r.Stuck()
}

// DataReceived parses what came, or has it wait for a thread.
func (c *Conn) DataReceived(p []byte) {
	if c.drains() {
		c.drain(len(p))
		return
	}
	if c.bodyOf == nil {
		c.stirs()
	}
	if c.overlooks() {
		c.pending = append([]byte(nil), p...) // which the real one leaves in the kernel until rest is dealt with
	} else {
		c.remember(p)
	}
	if c.readable() {
		c.parse()
		return
	}
	c.PauseReading()
	c.endpoint.woken()
	c.endpoint.main.do(c.takeThread)
}

// readable reports whether what has come can be parsed, rather than wait for a thread.
func (c *Conn) readable() bool {
	return c.endpoint.Behaviour.Takes == AtRequest || c.lease.Thread != nil || c.lease.Refused
}

// takeThread asks for a thread, and pauses reading until there is one.
func (c *Conn) takeThread() {
	shared := c.endpoint.Shared
	c.PauseReading()
	c.state = queued
	waits := c.lease.Acquire(shared, c) == limiter.Waiting
	if says := c.endpoint.Behaviour.SaysWaiting; waits && says != "" {
		c.Log().Loop(fmt.Sprintf(says, shared.Limiter.Statistics(shared.Loop.Polled()).Waiting))
	}
}

// Granted implements [limiter.Waiter].
func (c *Conn) Granted() { c.Loop().Soon((*serve)(c)) }

// serve is the step in which a thread starts to serve the connection.
type serve Conn

func (s *serve) Run() {
	c := (*Conn)(s)
	if c.state == queued {
		c.state = reading
	}
	c.lease.Begin(c.endpoint.Shared)
	if c.Closed() {
		c.releaseThread()
		return
	}
	if c.endpoint.Behaviour.Takes == AtRequest {
		c.serveRequest()
		return
	}
	c.ResumeReading()
	if wait := c.endpoint.Behaviour.AwaitsData; wait > 0 && !c.served && len(c.rest) == 0 {
		c.Loop().After(&c.timer, wait, eventloop.Func(c.leave))
		return
	}
	c.parse()
}

// releaseThread lets the thread serve the next connection.
func (c *Conn) releaseThread() { c.lease.Release(c.endpoint.Shared) }

// parse takes one event after another out of what is kept, until a request is running or bytes are missing.
func (c *Conn) parse() {
	e := c.endpoint
	c.parsing = true
	for event := http1.HeadDone; event != http1.NeedData && c.reads(); {
		var n int
		e.head.Trusted = c.trusted
		event, n = c.reader.Next(c.rest, c.ended, &e.head)
		c.sendEarly()
		switch event {
		case http1.HeadDone:
			c.begin(&e.head)
		case http1.Bad, http1.Crash:
			c.refuseInTurn(event)
		}
		c.consume(n)
		switch event {
		case http1.BodyData:
			c.bodyRead(n)
		case http1.MessageDone:
			c.bodyEnded()
		}
	}
	c.parsing = false
	switch {
	case !c.reads():
	case len(c.pending) > 0:
		p := c.pending
		c.pending = nil
		c.remember(p)
		c.parse()
	default:
		c.await()
	}
}

// overlooks reports whether the connection is idle and its thread may have left bytes unparsed.
func (c *Conn) overlooks() bool {
	return c.state == idle && c.endpoint.Behaviour.Between == Overlooked
}

// reads reports whether the next request is to be read now.
func (c *Conn) reads() bool {
	return c.state == reading && c.exchange == nil && c.blocked == nil && !c.Closing()
}

// await waits for more bytes: with the thread in the middle of a request, without it between two requests if it is
// given back there.
func (c *Conn) await() {
	if c.ended {
		if !c.stuck() {
			c.finish()
		}
		return
	}
	b := c.endpoint.Behaviour
	if b.Takes == AtRequest {
		c.stirs()
		c.idles(c.endpoint.KeepAlive)
	}
	if b.Between == Stays && c.served && len(c.rest) == 0 {
		c.releaseThread()
	}
	if c.Unsent() == 0 { // otherwise ResumeWriting does
		c.ResumeReading()
	}
}

// begin has the program answer a request.
func (c *Conn) begin(h *http1.Head) {
	e := c.endpoint
	x := &Exchange{conn: c, KeepAlive: h.KeepAlive}
	c.exchange = x
	x.Remember(e.Host, &c.Stream, h)
	if h.Scheme != "" {
		x.ForwardedScheme(h.Scheme)
	}
	e.Keep(&x.BaseExchange, h)
	c.PauseReading()
	if e.Begun != nil {
		e.Begun()
	}
	x.Keeps = e.keepsMore()
	for _, piece := range e.Behaviour.Layout.Interim(c, h) {
		c.WriteString(piece)
	}
	if c.lease.Refused {
		e.Refuse(x, e.QueueFull)
	} else {
		e.Handle(x, h)
	}
	if e.Behaviour.Takes == AtRequest {
		c.takeThread()
		return
	}
	x.start()
}

// Head returns what was read of the request that is refused.
func (c *Conn) Head() *http1.Head { return &c.endpoint.head }

// BodyOf returns the answered request whose body is being refused, or nil.
func (c *Conn) BodyOf() *Exchange { return c.bodyOf }

// Refused returns an exchange for the access line of a request that is refused.
func (c *Conn) Refused() *Exchange {
	x := &Exchange{conn: c, bare: true}
	x.Remember(c.endpoint.Host, &c.Stream, c.Head())
	x.Reply(&http1.Answer{})
	return x
}

// refuse answers bytes that are not a request, and closes.
func (c *Conn) refuse() {
	for _, piece := range c.endpoint.Behaviour.Layout.Refusal(c) {
		c.WriteString(piece)
	}
	c.bodyOf = nil
	if c.endpoint.Behaviour.Buffers > 0 {
		c.finish()
		return
	}
	c.whenTaken((*finishes)(c))
}

// finishes is what follows a refusal.
type finishes Conn

func (f *finishes) Run() { (*Conn)(f).finish() }

// answered continues after an answer: the connection ends, or does what Behaviour.Between says.
func (c *Conn) answered(stays bool) {
	x := c.exchange
	c.exchange, c.lease.Refused = nil, false
	switch {
	case c.Closed():
		c.releaseThread()
	case !stays:
		c.end()
	default:
		c.between(x)
	}
}

// maxKept is how many bytes a client may send that are not yet a whole request. Beyond that, or beyond
// what Host.MayBuffer allows, the connection is closed.
const maxKept = 1 << 20

// remember keeps bytes until they are parsed.
func (c *Conn) remember(p []byte) {
	e := c.endpoint
	if kept := len(c.rest) + len(p); kept > maxKept || !e.MayBuffer(kept, e.kept+len(p)) {
		c.Abort()
		return
	}
	e.kept += len(p)
	c.rest = append(c.rest, p...)
}

// consume drops bytes that have been parsed, unless all have been dropped meanwhile.
func (c *Conn) consume(n int) {
	n = min(n, len(c.rest))
	c.endpoint.kept -= n
	c.rest = c.rest[n:]
	if len(c.rest) == 0 {
		c.rest = nil
	}
}

// forget drops the remaining bytes.
func (c *Conn) forget() { c.consume(len(c.rest)) }
