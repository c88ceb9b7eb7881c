package uvicorn

import (
	"net/http"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Cycle is one request and its answer: Uvicorn's RequestResponseCycle, and the
// http.ResponseWriter of our handlers. It lives as long as the answer is owed,
// in few bytes: of the request it keeps what the access log needs.
type Cycle struct {
	http1.Request
	conn     *Conn
	next     *Cycle    // parsed behind this one
	defaults *defaults // header lines as they were when the request was parsed
	unread   int32     // body bytes that nobody reads

	used, begun, finished, disconnected, complete, chunked bool
	keepAlive, peerKeepsAlive, asksClose, closes, upgrades bool
	cancelled                                              cancelled
}

// cancelled is how far the end of a request's task has come that is not its own.
type cancelled uint8

const (
	notCancelled cancelled = iota
	isCancelled            // and does nothing more, until the step in which it learns of it
	hasFailed              // has learned of it, and is about to say so to its client
)

// reset makes the cycle that of a new request.
func (c *Cycle) reset(conn *Conn, h *http1.Head) {
	s := conn.endpoint
	*c = Cycle{
		conn: conn, defaults: s.defaults, used: true,
		peerKeepsAlive: h.KeepAlive, asksClose: asksClose(h),
		keepAlive: s.Class.Layout.KeepsAlive(h), upgrades: h.Upgrade,
	}
	c.Remember(s.Host, &conn.Stream, h)
}

// asksClose looks for flow_control.CLOSE_HEADER: the very value "close".
func asksClose(h *http1.Head) bool {
	for _, f := range h.Fields {
		if string(f.Value) == "close" && f.Is("connection") {
			return true
		}
	}
	return false
}

// decide settles what the request's first step will do. It has no effect that
// anybody could see before that step.
func (c *Cycle) decide(s *Endpoint, h *http1.Head) {
	s.Keep(&c.Request, h)
	if s.exceeded() {
		s.Log.Warning("Exceeded concurrency limit.")
		c.Reply(s.Unavailable)
		return
	}
	if o, said := s.Class.Forwarded.read(c.conn.Peer(), h); said {
		c.ForwardedFor(o.client, o.scheme)
	}
	s.Handle(c, h)
}

// Conn returns the connection that the request came on.
func (c *Cycle) Conn() *Conn { return c.conn }

// ClientLeft tells whether nobody is there for the answer. Uvicorn itself knows
// it only of the newest request of a connection.
func (c *Cycle) ClientLeft() bool { return c.disconnected || c.conn.Closed() }

// weight is about how many bytes the request takes while it waits for its turn.
func (c *Cycle) weight() int { return 400 + 2*len(c.RawTarget()) }

// start makes the request a task of the loop: it runs in a later step.
func (c *Cycle) start() {
	c.conn.endpoint.Tasks++
	c.conn.working = c
	c.conn.Loop().Soon(c)
}

// Run is a step of the request: it starts the work, or sends the answer.
func (c *Cycle) Run() {
	first := !c.begun
	switch {
	case c.finished:
	case c.cancelled == isCancelled && first:
		c.finish() // a coroutine that is cancelled before its first step runs none of its lines
	case c.cancelled == isCancelled:
	case first && c.Held() != nil:
		c.begun = true
		c.Held().Run()
	case c.conn.WritingPaused() && !c.disconnected:
		c.begun = true
		c.conn.blocked = c // as FlowControl.drain: until the client reads again
	default:
		c.begun = true
		sent := c.send()
		if told := c.conn.endpoint.Finished; told != nil {
			told(c, sent)
		}
		c.finish()
	}
}

// finish ends the request's task.
func (c *Cycle) finish() {
	c.finished = true
	if c.conn.Closed() {
		c.conn.endpoint.orphans.remove(c.conn)
	}
	c.conn.Loop().Soon((*taskDone)(c.conn.endpoint))
}

// Complete answers a request that was held. It is called in a step of the loop.
func (c *Cycle) Complete(a *http1.Answer) {
	if c.cancelled != notCancelled {
		return
	}
	c.Reply(a)
	c.Run()
}

// cancel takes the task from whatever it does; fail is the step in which it
// learns of it, and answers with a. What it would have done in between, it does
// not do any more: asyncio's Task.cancel.
func (c *Cycle) cancel(a *http1.Answer, why string) {
	c.cancelled = isCancelled
	if c.begun {
		c.conn.Loop().Soon(eventloop.Func(func() {
			c.conn.endpoint.Log.Error(failed + why)
			c.cancelled = hasFailed
			c.Reply(a)
			c.Run()
		}))
	}
}

// send writes the answer in the two parts of ASGI, unless the client has left.
// It tells whether the answer is on its way.
func (c *Cycle) send() (sent bool) {
	if c.disconnected {
		return false
	}
	s, a := c.conn.endpoint, c.Answer()
	s.Log.Access(c, a.Status)
	if exception := c.conn.exception(); exception != "" {
		s.Log.Error(failed + exception)
		c.conn.Close()
		return false
	}
	sent = c.conn.Sends()
	s.scratch = s.Class.Layout.Head(s.scratch[:0], c, a)
	c.conn.Write(s.scratch)
	c.sendBody(a.Body)
	c.complete = true
	if c.closes || !c.keepAlive {
		c.conn.Close()
	}
	c.conn.responseComplete()
	return sent
}

func (c *Cycle) sendBody(body string) {
	switch {
	case c.Method() == http.MethodHead:
	case c.chunked:
		for _, piece := range c.conn.endpoint.Class.Layout.Chunks(body) {
			c.conn.WriteString(piece)
		}
	default:
		c.conn.WriteString(body)
	}
}
