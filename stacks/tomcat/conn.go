package tomcat

import (
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/threaded"
)

// Conn is one connection (NioSocketWrapper).
type Conn struct {
	eventloop.Stream
	endpoint  *Endpoint
	in        input
	processor *processor // while it reads or answers a request
	lease     threaded.Lease
	exchange  *Exchange // running, or nil
	blocked   *Exchange // its answer is not taken yet, or nil
	body      body      // the rest of a request's body, which is dropped
	lastRead  time.Duration
	timeout   eventloop.Timer
	place     int // its index in Endpoint.open
	left      int // how many more requests it may have
	state     state
	ended     bool          // the client's side has
	expired   bool          // it has been silent for too long
	working   bool          // work runs
	unsent    int           // how much was unsent at the last check
	since     time.Duration // when the client last read some of it
}

// state is where a connection is between the poller and the threads. Whether its socket is open is the stream's to
// know.
type state uint8

const (
	accepted state = iota // not yet handed to the poller
	watched               // by the poller, until something can be read
	queued                // for a thread, whose first step is still to come
	served                // by a thread, or refused one
)

// String names the state.
func (s state) String() string { return [...]string{"accepted", "watched", "queued", "served"}[s] }

// ConnectionMade hands the connection to the poller.
func (c *Conn) ConnectionMade() {
	c.lastRead = c.Loop().Now()
	c.state = watched
	c.endpoint.polled()
}

// ConnectionLost gives the thread back, unless it is still running a request.
func (c *Conn) ConnectionLost() {
	c.Loop().Cancel(&c.timeout)
	if c.exchange == nil && c.state != queued {
		c.leave()
	}
	if c.exchange != nil {
		c.endpoint.ReportClientLeft(c.exchange)
	}
	if c.blocked != nil {
		c.Loop().Soon((*unstuck)(c))
	}
	c.endpoint.closed(c)
}

// leave gives up everything that the connection holds.
func (c *Conn) leave() {
	c.endpoint.kept -= len(c.in.buf)
	c.in.buf = nil
	c.release()
	c.lease.Release(c.endpoint.Shared)
}

// release gives the processor back.
func (c *Conn) release() {
	if c.processor != nil {
		c.endpoint.give(c.processor)
		c.processor = nil
	}
}

// PauseWriting has the thread wait until the kernel has taken what was written. If the client takes nothing for as long
// as a connection may be silent, the connection is closed.
func (c *Conn) PauseWriting() {
	c.unsent, c.since = c.Unsent(), c.Loop().Now()
	c.watchWriting()
}

// watchWriting checks once a second whether the client has read some of it, as the poller does.
func (c *Conn) watchWriting() {
	if d := c.endpoint.KeepAlive; d > 0 {
		c.Loop().After(&c.timeout, min(selectorTimeout, c.since+d-c.Loop().Now()), (*writeTimeout)(c))
	}
}

// writeTimeout is one such check.
type writeTimeout Conn

func (w *writeTimeout) Run() {
	c := (*Conn)(w)
	now := c.Loop().Now()
	if left := c.Unsent(); left != c.unsent {
		c.unsent, c.since = left, now
	}
	if now-c.since >= c.endpoint.KeepAlive {
		c.Abort()
		return
	}
	c.watchWriting()
}

// ResumeWriting lets the thread continue.
func (c *Conn) ResumeWriting() {
	if !c.Closing() {
		c.Loop().Cancel(&c.timeout)
		c.Loop().Soon((*unstuck)(c))
	}
}

// unstuck is the step in which a thread continues after a write that had to wait.
type unstuck Conn

func (u *unstuck) Run() {
	c := (*Conn)(u)
	switch x := c.blocked; {
	case x != nil:
		c.blocked = nil
		x.sent()
	case c.lease.Thread != nil && !c.working:
		c.work()
	}
}

// Readable implements [eventloop.Watcher]: a thread takes the connection, unless it has one, which waits for the rest
// of a body.
func (c *Conn) Readable() {
	if c.lease.Thread != nil || c.lease.Refused {
		c.look()
		c.work()
		return
	}
	c.takeThread() // before the poller expires others, as in NioEndpoint.Poller.run
	c.endpoint.polled()
}

// DataReceived is what a thread has read.
func (c *Conn) DataReceived(p []byte) {
	e := c.endpoint
	if e.kept+len(p) > e.MaxBuffered && len(c.in.buf)+len(p) > maxHeader {
		c.Abort() // no connection takes the share of another
		return
	}
	e.kept += len(p)
	c.in.buf = append(c.in.buf, p...)
}

// EOFReceived is the client's end, as a thread has found it. The connection stays open until the thread closes it.
func (c *Conn) EOFReceived() (stays bool) {
	c.ended = true
	return true
}

// takeThread asks for a thread. The poller does not watch the connection again until a thread has given it back.
func (c *Conn) takeThread() {
	c.PauseReading()
	c.state = queued
	c.lease.Acquire(c.endpoint.Shared, c)
}

// Granted implements limiter.Waiter.
func (c *Conn) Granted() { c.Loop().Soon((*serve)(c)) }

// serve is the step in which a thread starts on the connection (NioEndpoint.SocketProcessor).
type serve Conn

func (s *serve) Run() {
	c := (*Conn)(s)
	c.state = served
	c.lease.Begin(c.endpoint.Shared)
	switch {
	case c.expired, c.Closed():
		c.close()
	default:
		if c.processor == nil {
			c.processor = c.endpoint.take()
		}
		c.work()
	}
}

// close ends our side first, as Java does with a socket that a selector watches: a client some of whose bytes were left
// unread sees an end before the reset.
func (c *Conn) close() {
	if c.Closed() {
		c.leave()
		return
	}
	c.CloseWrite()
	c.Close()
	c.within(c.Abort) // if the client does not read
}

// within calls f unless something happens for as long as a connection may be silent.
func (c *Conn) within(f func()) {
	if d := c.endpoint.KeepAlive; d > 0 {
		c.Loop().After(&c.timeout, d, eventloop.Func(f))
	}
}

// work continues until a request is running, or the thread has nothing more to do here
// (Http11Processor.service).
func (c *Conn) work() {
	c.working = true
	for c.exchange == nil && !c.WritingPaused() && !c.Closing() && c.step() {
	}
	c.working = false
	if c.Closed() && c.exchange == nil {
		c.leave()
	}
}

// step does the next thing, and reports whether another may follow.
func (c *Conn) step() bool {
	if c.body.unread {
		return c.swallow()
	}
	o := c.in.line()
	if o == onward && !c.in.old {
		o = c.in.head()
	}
	switch o {
	case starved:
		switch {
		case c.look():
		case c.unsupported():
			c.close()
		default:
			return c.rest()
		}
	case upgrades: // HTTP/2, which is not imitated
		c.close()
	default:
		c.begin()
	}
	return true
}

// look reads the bytes that have come, without waiting, and reports whether there is then something to
// do.
func (c *Conn) look() bool {
	had := len(c.in.buf)
	c.ReadNow()
	c.lastRead = c.Loop().Now()
	if c.ended && len(c.in.buf) == had {
		c.close()
	}
	return len(c.in.buf) > had || c.Closing()
}

// unsupported reports whether the request line of an incomplete head has a protocol that is not supported. The error, whose
// answer would wait for the end of the head, ends the thread's loop at once (Http11Processor.service).
func (c *Conn) unsupported() bool {
	if c.in.phase < lineDone {
		return false
	}
	m := message{in: &c.in}
	m.readProtocol(c.processor)
	return m.failed
}

// rest gives the connection back to the poller, together with what was read of a request. It returns false.
func (c *Conn) rest() bool {
	c.in.resume()
	if c.in.blank() {
		c.release()
		c.endpoint.kept -= len(c.in.buf)
		c.in.buf, c.in.pos = nil, 0
	}
	c.lease.Refused = false
	c.lease.Release(c.endpoint.Shared)
	c.state = watched
	c.ResumeReading()
	c.endpoint.polled()
	return false
}
