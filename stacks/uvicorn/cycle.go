package uvicorn

import (
	"net/http"
	"slices"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// Cycle is one request and its answer: Uvicorn's RequestResponseCycle with its task. It is small, since there is one
// for each held request: of the request it keeps what the access log needs.
type Cycle struct {
	http1.BaseExchange
	conn     *Conn
	next     *Cycle    // the request parsed after this one
	defaults *defaults // header lines as they were when the request was parsed
	parts    *parts    // of an application that sends or receives in parts; otherwise nil
	unread   int32     // bytes of its body that the application has not read
	task     task

	// As RequestResponseCycle names them.
	disconnected bool // the client has left, as far as Uvicorn knows
	complete     bool // the answer has been written (response_complete)
	chunked      bool // its body goes in chunks (chunked_encoding)

	keepAlive      bool // the connection outlives the answer, as far as Uvicorn decides
	peerKeepsAlive bool // as far as the client's version and Connection field say
	asksClose      bool // the client has sent Connection: close
	closes         bool // the answer's head says that the connection closes
	upgrades       bool // the request asks for another protocol
	expects        bool // the client waits for 100 Continue (waiting_for_100_continue)
}

// task is the state of the request's asyncio.Task.
type task uint8

const (
	noTask    task = iota // the request waits until the one before it is answered
	queued                // the task's first step is due
	running               // the application runs, or awaits something
	dropped               // cancelled before its first step, which then runs no line of the coroutine
	cancelled             // cancelled later: it does nothing until the step that raises CancelledError in it
	failing               // that step has come, and the answer is an error
	lasting               // the answer has been sent, and the application goes on
	done
)

// reset makes it the cycle of a new request.
func (c *Cycle) reset(conn *Conn, h *http1.Head) {
	e := conn.endpoint
	*c = Cycle{
		conn: conn, defaults: e.defaults,
		peerKeepsAlive: h.KeepAlive, asksClose: asksClose(h),
		keepAlive: e.Class.Layout.KeepsAlive(h), upgrades: h.Upgrade, expects: h.Expect100,
	}
	c.Remember(e.Host, &conn.Stream, h)
}

// asksClose looks for flow_control.CLOSE_HEADER: the value "close", and no other spelling of it.
func asksClose(h *http1.Head) bool {
	for _, f := range h.Fields {
		if string(f.Value) == "close" && f.Is("connection") {
			return true
		}
	}
	return false
}

// decide settles what the request's first step will do. Nothing of it is visible to a client before that step.
func (c *Cycle) decide(e *Endpoint, h *http1.Head) {
	e.Keep(&c.BaseExchange, h)
	if e.exceeded() {
		e.Log.Warning("Exceeded concurrency limit.")
		e.Refuse(c, e.Unavailable)
		return
	}
	if o, said := e.origin(c.conn, h); said {
		c.ForwardedFor(o.client)
		if o.schemed {
			c.ForwardedScheme(o.scheme)
		}
	}
	e.Handle(c, h)
}

// last reports whether the client asks for nothing after this request, by its version or its Connection field.
func (c *Cycle) last() bool { return !c.peerKeepsAlive && !c.upgrades }

// Conn returns the connection that the request came on.
func (c *Cycle) Conn() *Conn { return c.conn }

// ClientLeft reports whether the client has left. Uvicorn itself knows that only of a connection's newest request.
func (c *Cycle) ClientLeft() bool { return c.disconnected || c.conn.Closed() }

// weight is roughly how many bytes the request takes while it waits for the one before it.
func (c *Cycle) weight() int { return 400 + 2*len(c.RawTarget()) }

// start makes the request's task. Its first step is a later one of the loop.
func (c *Cycle) start() {
	c.task = queued
	c.conn.endpoint.Tasks++
	c.conn.working = c
	c.conn.Loop().Soon(c)
}

// Run is a step of the task: it starts the work of a held request, or sends the answer.
func (c *Cycle) Run() {
	first := c.task == queued
	if first {
		c.task = running
	}
	switch {
	case c.task == dropped:
		c.finish()
	case c.task == cancelled, c.task == done:
	case first && c.Held() != nil:
		c.Held().Run()
	case c.parts != nil && c.parts.sender != nil:
		c.sendOn()
	case c.conn.WritingPaused() && !c.disconnected:
		c.conn.blocked = c // as FlowControl.drain: until the client reads again
	default:
		c.answer()
	}
}

// answer sends the answer, and ends the task unless the application goes on.
func (c *Cycle) answer() {
	lasts := c.Lasting()
	if lasts != nil && c.task == running {
		c.task = lasting
		c.conn.endpoint.lasting = append(c.conn.endpoint.lasting, c)
	}
	sent := c.send()
	if told := c.conn.endpoint.Finished; told != nil {
		told(c, sent)
	}
	if c.task == lasting {
		lasts.Sent()
		return
	}
	c.finish()
}

// End ends the task after the answer. An exception is logged, and closes the connection, whatever it does by then
// (run_asgi).
func (c *Cycle) End(exception string) {
	if c.task == cancelled {
		c.unwound()
		return
	}
	if exception != "" {
		c.conn.endpoint.Log.Error(failed + journal.Raised(exception))
		c.conn.Close()
	}
	if c.parts != nil && c.parts.sends && !c.complete {
		c.endParts(exception)
	}
	c.finish()
}

// finish ends the task.
func (c *Cycle) finish() {
	c.task = done
	c.dropBody()
	if c.parts != nil {
		c.parts.sender = nil
	}
	e := c.conn.endpoint
	if at := slices.Index(e.lasting, c); at >= 0 {
		e.lasting = slices.Delete(e.lasting, at, at+1)
	}
	if c.conn.Closed() && c.conn.working == c {
		e.orphans.remove(c.conn)
	}
	c.conn.Loop().Soon((*taskDone)(e))
}

// unfinished reports whether the request has a task that has not ended.
func (c *Cycle) unfinished() bool { return c.task != noTask && c.task != done }

// Complete answers a request that was held. It is called in a step of the loop.
func (c *Cycle) Complete(a *http1.Answer) {
	if c.task == running {
		c.Reply(a)
		c.Run()
	}
}

// send writes the answer in ASGI's two parts, unless the client has left, and reports whether it is on its way.
func (c *Cycle) send() (sent bool) {
	if c.disconnected {
		return false
	}
	e, a := c.conn.endpoint, c.Answer()
	e.Log.Access(c, a.Status)
	if exception := c.conn.exception(); exception != "" {
		e.Log.Error(failed + journal.Raised(exception))
		c.conn.Close()
		return false
	}
	sent = c.conn.Sends()
	e.scratch = e.Class.Layout.Head(e.scratch[:0], c, a)
	c.conn.Write(e.scratch)
	c.sendBody(a.Body)
	c.completed()
	return sent
}

// completed is what follows the last byte of the answer.
func (c *Cycle) completed() {
	c.complete = true
	c.notify()
	if c.closes || !c.keepAlive {
		c.conn.Close()
	}
	c.conn.responseComplete()
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
