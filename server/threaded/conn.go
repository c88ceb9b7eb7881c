package threaded

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
)

// Conn is one connection. It is read while it has a thread, or until it takes one.
type Conn struct {
	eventloop.Stream
	endpoint            *Endpoint
	thread              *modes.Thread // that serves it now, or nil
	asked               bool          // stands in line for one
	refused             bool          // has found no place in line
	served              bool          // has had an answer
	parsing             bool
	wrong               bool             // what came is no request, and is refused in turn
	resting             bool             // is with the main thread
	ended               bool             // the client's side has
	draining, lingering bool             // see Ending
	exchange            *Exchange        // in work, or nil
	blocked             eventloop.Runner // what its thread does when a write has been taken, or nil
	untaken             []*Exchange      // answered, and left to the main thread to send
	behind              *Exchange        // answered, and its body is being read
	drained             int              // bytes dropped behind an answer
	reader              Reader
	rest                []byte // came and is not parsed
	pending             []byte // came while rest was overlooked
	idle                eventloop.Timer
	deadline            time.Duration // when it will have been idle for too long
	left                int           // was unsent then
}

// ConnectionMade is the end of accept.
func (c *Conn) ConnectionMade() {
	switch c.endpoint.Behaviour.Takes {
	case AtAccept:
		c.takeThread()
	case AtRequest:
		c.idles(c.endpoint.KeepAlive)
	}
}

// ConnectionLost gives the thread back, unless it still works.
func (c *Conn) ConnectionLost() {
	c.stirs()
	c.forget()
	if c.exchange == nil {
		c.releaseThread()
	} else {
		c.endpoint.Deserted(c.exchange)
	}
	if c.lingering {
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

// EOFReceived is the client's end, which may complete a request. A connection whose
// thread works does not see it: it is not read.
func (c *Conn) EOFReceived() (stays bool) {
	c.ended = true
	switch {
	case c.overlooks() && len(c.rest) > 0:
		c.stirs()
		c.endpoint.main.do(c.takeThread)
		return true
	case c.lingering:
		c.gone()
	case c.draining:
		c.finish()
	case c.thread != nil, c.refused, c.endpoint.Behaviour.Takes == AtRequest:
		c.parse()
	}
	return c.exchange != nil
}

// DataReceived parses what came, or has it wait for a thread.
func (c *Conn) DataReceived(p []byte) {
	if c.drains() {
		c.drain(len(p))
		return
	}
	if c.behind == nil {
		c.stirs()
	}
	if c.overlooks() {
		c.pending = append([]byte(nil), p...) // in the kernel, until the thread has done with what it has
	} else {
		c.remember(p)
	}
	if c.endpoint.Behaviour.Takes == AtRequest || c.thread != nil || c.refused {
		c.parse()
		return
	}
	c.PauseReading()
	c.endpoint.woken()
	c.endpoint.main.do(c.takeThread)
}

// takeThread asks for a thread, and reads no further until there is one.
func (c *Conn) takeThread() {
	shared := c.endpoint.Shared
	c.PauseReading()
	c.asked, c.resting = true, false
	switch shared.Limiter.Acquire(c, shared.Loop.Polled()) {
	case limiter.Granted:
		c.Granted()
	case limiter.Refused:
		c.refused = true
		c.Loop().Soon((*serve)(c))
	case limiter.Waiting:
		if says := c.endpoint.Behaviour.SaysWaiting; says != "" {
			c.Log().Loop(fmt.Sprintf(says, shared.Limiter.Statistics(shared.Loop.Polled()).Waiting))
		}
	}
}

// Granted is called when the connection has a thread's place.
func (c *Conn) Granted() { c.Loop().Soon((*serve)(c)) }

// serve is the step in which a thread begins to serve the connection.
type serve Conn

func (s *serve) Run() {
	c := (*Conn)(s)
	if c.asked = false; !c.refused {
		c.thread = c.endpoint.Shared.Threads.Take(c.Loop().Polled())
	}
	if c.Closed() {
		c.releaseThread()
		return
	}
	if c.endpoint.Behaviour.Takes == AtRequest {
		c.serveWhole()
		return
	}
	c.ResumeReading()
	if wait := c.endpoint.Behaviour.AwaitsData; wait > 0 && !c.served && len(c.rest) == 0 {
		c.Loop().After(&c.idle, wait, eventloop.Func(c.leave))
		return
	}
	c.parse()
}

// releaseThread lets the thread serve whoever is next.
func (c *Conn) releaseThread() {
	if c.thread == nil {
		return
	}
	thread := c.thread
	c.thread = nil
	c.endpoint.Shared.Return(thread)
}

// parse takes event after event out of what is kept until a request is in work or
// bytes are missing.
func (c *Conn) parse() {
	e := c.endpoint
	c.parsing = true
	for event := http1.HeadDone; event != http1.NeedData && c.reads(); {
		var n int
		e.head.Trusted = c.Peer().Addr().IsLoopback()
		event, n = c.reader.Next(c.rest, c.ended, &e.head)
		c.sendEarly()
		switch event {
		case http1.HeadDone:
			c.begin(&e.head)
		case http1.Bad, http1.Crash:
			c.refuseInTurn()
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

// overlooks tells whether the connection idles and its thread has left bytes behind.
func (c *Conn) overlooks() bool {
	return c.resting && c.endpoint.Behaviour.Between == Overlooked
}

// reads tells whether the connection's thread is about to read a request.
func (c *Conn) reads() bool {
	return c.exchange == nil && c.blocked == nil && !c.Closing() && !c.asked && !c.resting && !c.drains()
}

// await waits for more bytes: with the thread, or without where it is given back
// meanwhile, as it is between requests.
func (c *Conn) await() {
	if c.ended {
		c.finish()
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
	if c.Unsent() == 0 { // or else ResumeWriting does
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
		x.ForwardedFor("", h.Scheme)
	}
	e.Keep(&x.Request, h)
	c.PauseReading()
	if e.Begun != nil {
		e.Begun()
	}
	x.Keeps = e.keepsMore()
	for _, piece := range e.Behaviour.Layout.Interim(c, h) {
		c.WriteString(piece)
	}
	if c.refused {
		x.Reply(e.QueueFull)
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

// Behind returns the request that is answered, and whose body is what is refused;
// or nil.
func (c *Conn) Behind() *Exchange { return c.behind }

// Refused returns an exchange for the access line of a request that is refused.
func (c *Conn) Refused() *Exchange {
	x := &Exchange{conn: c, bare: true}
	x.Remember(c.endpoint.Host, &c.Stream, c.Head())
	x.Reply(&http1.Answer{})
	return x
}

// Bare returns the request without its fields, and with an answer of no length: as
// an access line shows one that has failed.
func (x *Exchange) Bare() *Exchange {
	bare := &Exchange{conn: x.conn, Request: x.WithoutFields(), bare: true}
	bare.Reply(&http1.Answer{})
	return bare
}

// refuse answers bytes that are no request, and closes.
func (c *Conn) refuse() {
	for _, piece := range c.endpoint.Behaviour.Layout.Refusal(c) {
		c.WriteString(piece)
	}
	c.behind = nil
	if c.endpoint.Behaviour.Buffers > 0 {
		c.finish()
		return
	}
	c.whenTaken((*finishes)(c))
}

// finishes is what follows a refusal.
type finishes Conn

func (f *finishes) Run() { (*Conn)(f).finish() }

// answered goes on after an answer: the connection closes, or its thread serves
// what has come already, or goes to others.
func (c *Conn) answered(stays bool) {
	x := c.exchange
	c.exchange, c.refused = nil, false
	switch {
	case c.Closed():
		c.releaseThread()
	case !stays:
		c.end()
	default:
		c.between(x)
	}
}

// mostKept is how many bytes a connection may send at the most that are no whole
// request; whoever goes beyond, or beyond what Host.MayKeep allows, is cut off.
const mostKept = 1 << 20

// remember keeps bytes until they are parsed.
func (c *Conn) remember(p []byte) {
	e := c.endpoint
	if kept := len(c.rest) + len(p); kept > mostKept || !e.MayKeep(kept, e.kept+len(p)) {
		c.Abort()
		return
	}
	e.kept += len(p)
	c.rest = append(c.rest, p...)
}

// consume drops bytes that are parsed, unless all have been dropped meanwhile.
func (c *Conn) consume(n int) {
	n = min(n, len(c.rest))
	c.endpoint.kept -= n
	if c.rest = c.rest[n:]; len(c.rest) == 0 {
		c.rest = nil
	}
}

// forget drops what is left.
func (c *Conn) forget() { c.consume(len(c.rest)) }
