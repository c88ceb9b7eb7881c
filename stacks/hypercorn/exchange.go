package hypercorn

import (
	"bytes"
	"net/http"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Exchange is one request and its answer: a task with Hypercorn's HTTPStream.
type Exchange struct {
	http1.BaseExchange
	conn   *Conn
	parts  *parts // if its application has called Send or Receive
	queue  queue
	paused int8 // steps before the next part of the answer that have passed
	stage  stage
	task   task
	lower  bool // the method was not in capitals
	socket bool // it is a WebSocket handshake, which is turned down

	followed bool // and more came in the same read

	closed   bool // it knows that its client has gone (HTTPStream.closed)
	draining bool // it waits for what it has written to drain
	closing  bool // its application goes on when the connection has ended
	sent     bool // its answer is on its way to the client
	counted  bool // the worker knows what became of it

	next *Exchange // in the connection's list of those that last
}

// reset makes it the exchange of a new request, and settles what its first step will do. Nothing of it is visible
// before.
func (x *Exchange) reset(c *Conn, h *http1.Head) {
	e := c.endpoint
	*x = Exchange{conn: c}
	if upper := bytes.ToUpper(h.Method); !bytes.Equal(upper, h.Method) {
		h.Method, x.lower = upper, true
	}
	x.Remember(e.Host, &c.Stream, h)
	e.Keep(&x.BaseExchange, h)
	x.socket = webSocket(h)
	if x.socket {
		x.Reply(&http1.Answer{Status: handshakeStatus(h)})
		return
	}
	e.Handle(x, h)
}

// ClientLeft reports whether the client is gone and no one is left to answer.
func (x *Exchange) ClientLeft() bool { return x.conn.Closed() }

// put gives the request a message, if its queue has a place.
func (x *Exchange) put(m message, body []byte) bool { return x.closed || put(x, x.parts, m, body) }

// clientGone is HTTPStream.handle of StreamClosed. It reports whether that hangs, because the request's queue is full.
func (x *Exchange) clientGone() (hangs bool) {
	if x.closed {
		return false
	}
	x.closed = true
	x.conn.endpoint.ReportClientLeft(x)
	if x.conn.endpoint.Version.LogsDepartures && x.stage != answered {
		x.conn.endpoint.Log.Access(x, 0)
	}
	return !put(x, x.parts, disconnect, nil)
}

// Run is a step of the request's task.
func (x *Exchange) Run() {
	first := x.task == taskDue
	if first {
		x.task = taskRuns
	}
	switch {
	case x.task == taskOver, x.task == taskHangs, x.task == taskUnwinds, x.task == taskCollides:
	case x.parts.sends() && (x.task == taskRuns || x.task == taskLasts):
		x.parts.resume()
	case x.task == taskLasts:
		x.goOn()
	case x.task == taskCancelled && x.unwinds():
	case x.task != taskRuns && x.conn.library().Shields:
		x.abandon()
	case x.task == taskDropped:
		x.end(false)
	case x.task == taskUnwinds:
		x.fail()
	case x.socket && x.closed:
		x.end(true)
	case x.socket:
		x.turnDown()
		c := x.conn
		c.recycle()
		x.end(c.Sends())
	case first && x.Held() != nil:
		x.Held().Run()
	default:
		x.send()
	}
}

// Complete answers a request that was held. It is called in a step of the loop.
func (x *Exchange) Complete(a *http1.Answer) {
	switch {
	case x.task == taskRuns:
		x.Reply(a)
		x.send()
	case x.task != taskOver && x.conn.library().Shields:
		x.abandon()
	}
}

// send writes the answer, as far as the client reads.
func (x *Exchange) send() {
	c, v := x.conn, x.conn.endpoint.Version
	if x.stage == notAnswered && x.paused == 0 {
		if x.closed && !v.StartsAtOnce { // app_send returns at once
			x.finished()
			return
		}
		x.sent = true
	}
	for {
		switch {
		case x.draining:
			x.draining = false
		case x.pauses():
			return
		case x.stage == answered:
			if c.recycle() {
				x.task = taskHangs
			}
			x.finished()
			return
		default:
			if err := x.part(); err != nil {
				x.raise(err)
				return
			}
			if x.drains() {
				return
			}
		}
		x.drained()
	}
}

// pauses takes the steps that come before the next part of the answer, in which other tasks run.
func (x *Exchange) pauses() bool {
	if int(x.paused) < x.conn.library().Answer[x.stage] {
		x.paused++
		x.conn.Loop().Soon(x)
		return true
	}
	x.paused = 0
	return false
}

// part writes the next part of the answer. If the client has made an error, an exception of h11 is dropped
// (H11Protocol._send_h11_event).
func (x *Exchange) part() error {
	c, a := x.conn, x.Answer()
	var err error
	switch x.stage {
	case notAnswered:
		x.sent = c.Sends() && (!x.closed || c.endpoint.Version.StartsAtOnce)
		x.stage = headSent
		err = c.sendHead(a.Status, a.Lines, byLength, c.lastRequest())
		if c.library().ReadsItself && !c.Sends() { // only a write finds out that the connection is broken
			c.closeStream()
		}
	case headSent:
		x.stage = bodySent
		if x.Method() != http.MethodHead && a.Body != "" {
			err = c.may(c.server == stateSendBody, "Data")
			if err == nil {
				c.WriteString(a.Body)
			}
		}
	default:
		x.stage = ended
		if !c.endpoint.Version.StartsAtOnce { // the access line comes before the end; in the newer version, after it
			c.endpoint.Log.Access(x, a.Status)
		}
		err = x.endMessage()
	}
	if c.client == stateError {
		return nil
	}
	return err
}

// endMessage is h11's end of the answer. It finds the body missing if the method was "head", which h11 does not take for
// HEAD.
func (x *Exchange) endMessage() error {
	c := x.conn
	if err := c.sendEnd(); err != nil {
		return err
	}
	if x.lower && x.Method() == http.MethodHead && x.Answer().Body != "" {
		c.server = stateError
		c.move()
		return protocolError("Too little data for declared Content-Length")
	}
	return nil
}

// drains is what follows a write: writer.drain on asyncio. It reports whether that waits, for a client that does not read
// or, if the connection is closing, for a step.
func (x *Exchange) drains() (waits bool) {
	c := x.conn
	switch {
	case c.failed:
	case c.Closing() && !c.library().ReadsItself:
		x.draining = true
		c.Loop().Soon(x)
	case c.WritingPaused() && (x.stage != ended || !c.library().ReadsItself):
		x.draining = true
		c.blocked = x
	}
	return x.draining
}

// drained goes on after that. On asyncio, drain raises if the connection is lost: then the request learns of it,
// although it is about to be answered.
func (x *Exchange) drained() {
	c := x.conn
	if c.Closed() && !c.library().ReadsItself {
		c.closeStream()
	}
	if x.stage == ended {
		x.stage = answered
		if c.endpoint.Version.StartsAtOnce {
			c.endpoint.Log.Access(x, x.Answer().Status)
		}
	}
}

// raise is an exception in the application's send.
func (x *Exchange) raise(err error) {
	x.conn.endpoint.logRaised(err.Error(), false)
	if !x.unwinds() {
		x.fail()
	}
}

// fail ends a request whose application has ended without an answer: HTTPStream.app_send of None.
func (x *Exchange) fail() {
	c := x.conn
	if x.closed {
		x.end(false)
		return
	}
	sent := c.Sends()
	if x.stage == notAnswered {
		x.stage = answered
		c.sendError(http.StatusInternalServerError)
		x.Reply(&http1.Answer{Status: http.StatusInternalServerError})
		c.endpoint.Log.Access(x, http.StatusInternalServerError)
	}
	c.recycle()
	x.end(sent)
}

// cancel cancels the task. In the step in which it learns of that, it answers its client with 500. On trio, a task for
// which a thread works learns of it when the thread has finished.
func (x *Exchange) cancel(works bool) {
	switch x.task {
	case taskDue:
		x.task = taskDropped
	case taskRuns, taskHangs, taskLasts:
		x.task = taskCancelled
	case taskDropped, taskCancelled, taskDrains, taskUnwinds, taskCollides, taskOver:
	}
	if works && x.conn.library().Shields {
		return
	}
	x.conn.Loop().Soon(eventloop.Func(func() { x.conn.Loop().Soon(x) }))
}

// abandon ends a request without an answer, or in the middle of it.
func (x *Exchange) abandon() {
	if x.Answer() == nil {
		x.Reply(&http1.Answer{})
	}
	if x.stage == headSent {
		x.clientGone()
	}
	x.end(false)
}

// end is the end of the task, unless it hangs.
func (x *Exchange) end(sent bool) {
	x.count(sent)
	if x.task == taskHangs {
		return
	}
	x.task = taskOver
	x.parts.drop()
	x.conn.remove(x)
	x.conn.leaveGroup()
}

// count tells the worker, once, what became of the request. A held one counts only if its work has begun.
func (x *Exchange) count(sent bool) {
	if x.counted || x.Answer() == nil || x.task == taskDropped && x.Held() != nil {
		return
	}
	x.counted = true
	if finished := x.conn.endpoint.Finished; finished != nil {
		finished(x, sent)
	}
}
