package tomcat

import (
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// Conn is one connection (NioSocketWrapper).
type Conn struct {
	eventloop.Stream
	endpoint  *Endpoint
	in        input
	processor *processor // while it reads or answers a request
	thread    *modes.Thread
	exchange  *Exchange // in work, or nil
	blocked   *Exchange // its answer is not taken yet, or nil
	body      body      // that is read only to be rid of it
	lastRead  time.Duration
	timeout   eventloop.Timer
	place     int  // among those that are open
	left      int  // of the requests that it may have
	watched   bool // by the poller
	asked     bool // stands in line for a thread
	refused   bool // has found no place in line
	ended     bool // the client's side has
	expired   bool // has been silent too long
	working   bool
	unsent    int           // was unsent when last looked at
	since     time.Duration // when the client last took something
}

// ConnectionMade has the poller watch.
func (c *Conn) ConnectionMade() {
	c.lastRead = c.Loop().Now()
	c.watched = true
	c.endpoint.polled()
}

// ConnectionLost gives the thread back, unless it still works.
func (c *Conn) ConnectionLost() {
	c.Loop().Cancel(&c.timeout)
	c.watched = false
	if c.exchange == nil && !c.asked {
		c.leave()
	}
	if c.exchange != nil {
		c.endpoint.Deserted(c.exchange)
	}
	if c.blocked != nil {
		c.Loop().Soon((*unstuck)(c))
	}
	c.endpoint.closed(c)
}

// leave gives up all that the connection has.
func (c *Conn) leave() {
	c.endpoint.kept -= len(c.in.buf)
	c.in.buf = nil
	c.release()
	c.releaseThread()
}

// release gives the processor back.
func (c *Conn) release() {
	if c.processor != nil {
		c.endpoint.give(c.processor)
		c.processor = nil
	}
}

// PauseWriting has the thread wait for the kernel to take what was written. If the client
// takes nothing for as long as a connection may be silent, the connection is closed.
func (c *Conn) PauseWriting() {
	c.unsent, c.since = c.Unsent(), c.Loop().Now()
	c.watchWriting()
}

// watchWriting looks once a second whether the client has taken something, as the poller does.
func (c *Conn) watchWriting() {
	if d := c.endpoint.KeepAlive; d > 0 {
		c.Loop().After(&c.timeout, min(selectorTimeout, c.since+d-c.Loop().Now()), (*writeTimeout)(c))
	}
}

// writeTimeout is a look at a write that waits.
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

// ResumeWriting has it go on.
func (c *Conn) ResumeWriting() {
	if !c.Closing() {
		c.Loop().Cancel(&c.timeout)
		c.Loop().Soon((*unstuck)(c))
	}
}

// unstuck is the step in which a thread goes on whose write has waited.
type unstuck Conn

func (u *unstuck) Run() {
	c := (*Conn)(u)
	switch x := c.blocked; {
	case x != nil:
		c.blocked = nil
		x.sent()
	case c.thread != nil && !c.working:
		c.work()
	}
}

// Readable implements eventloop.Watcher: a thread takes the connection, unless one
// waits for it.
func (c *Conn) Readable() {
	if c.thread != nil || c.refused {
		c.look()
		c.work()
		return
	}
	c.takeThread() // before others are found to have been silent, as in NioEndpoint.Poller.run
	c.endpoint.polled()
}

// DataReceived is what a thread has read.
func (c *Conn) DataReceived(p []byte) {
	e := c.endpoint
	if e.kept+len(p) > e.MostKept && len(c.in.buf)+len(p) > maxHeader {
		c.Abort() // what one keeps costs nobody else his share
		return
	}
	e.kept += len(p)
	c.in.buf = append(c.in.buf, p...)
}

// EOFReceived is the client's end, as a thread has found it. Until the thread closes
// it the connection stays.
func (c *Conn) EOFReceived() (stays bool) {
	c.ended = true
	return true
}

// takeThread asks for a thread; until it comes nobody watches.
func (c *Conn) takeThread() {
	shared := c.endpoint.Shared
	c.PauseReading()
	c.watched, c.asked = false, true
	switch shared.Limiter.Acquire(c, shared.Loop.Polled()) {
	case limiter.Granted:
		c.Granted()
	case limiter.Refused:
		c.refused = true
		c.Loop().Soon((*serve)(c))
	case limiter.Waiting:
	}
}

// Granted is called when the connection has a thread's place.
func (c *Conn) Granted() { c.Loop().Soon((*serve)(c)) }

// serve is the step in which a thread begins with the connection
// (NioEndpoint.SocketProcessor).
type serve Conn

func (s *serve) Run() {
	c := (*Conn)(s)
	c.asked = false
	if !c.refused {
		c.thread = c.endpoint.Shared.Threads.Take(c.Loop().Polled())
	}
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

// releaseThread lets the thread serve whoever is next.
func (c *Conn) releaseThread() {
	if c.thread == nil {
		return
	}
	thread := c.thread
	c.thread = nil
	c.endpoint.Shared.Return(thread)
}

// close ends our side first, as Java does with a socket that a selector watches, so
// that a client of whom something was left unread sees an end before a reset.
func (c *Conn) close() {
	if c.Closed() {
		c.leave()
		return
	}
	c.CloseWrite()
	c.Close()
	c.within(c.Abort) // if the client does not read
}

// within has f happen if nothing else does as long as a connection may be silent.
func (c *Conn) within(f func()) {
	if d := c.endpoint.KeepAlive; d > 0 {
		c.Loop().After(&c.timeout, d, eventloop.Func(f))
	}
}

// work goes on until a request is in work, or the thread has nothing to do here
// (Http11Processor.service).
func (c *Conn) work() {
	for c.working = true; c.exchange == nil && !c.WritingPaused() && !c.Closing() && c.step(); {
	}
	c.working = false
	if c.Closed() && c.exchange == nil {
		c.leave()
	}
}

// step does the next thing, and tells whether another may follow.
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
		return c.look() || c.rest()
	case upgrades: // HTTP/2, which nobody here speaks
		c.close()
	default:
		c.begin()
	}
	return true
}

// look reads what has come, without waiting, and tells whether there is something
// to do then.
func (c *Conn) look() bool {
	had := len(c.in.buf)
	c.ReadNow()
	c.lastRead = c.Loop().Now()
	if c.ended && len(c.in.buf) == had {
		c.close()
	}
	return len(c.in.buf) > had || c.Closing()
}

// rest gives the connection back to the poller, and what was read of a request
// waits with it. It returns false.
func (c *Conn) rest() bool {
	if c.in.blank() {
		c.release()
		c.endpoint.kept -= len(c.in.buf)
		c.in.buf, c.in.pos = nil, 0
	}
	c.refused = false
	c.releaseThread()
	c.watched = true
	c.ResumeReading()
	c.endpoint.polled()
	return false
}
