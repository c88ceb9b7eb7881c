package hypercorn

import (
	"bytes"
	"net/http"

	"github.com/target-server/target-server/server/journal"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// appQueue is how many messages a request's queue holds (Config.max_app_queue_size).
// FastAPI reads none of them for the article's program.
const appQueue = 10

// Exchange is one request and its answer: a task with Hypercorn's HTTPStream.
type Exchange struct {
	http1.Request
	conn   *Conn
	queued int8 // messages that nobody has read
	paused int8 // steps before the next part of the answer that have passed
	stage  stage
	lower  bool // the method was not spelled in capitals
	socket bool // it is a handshake of WebSocket, which is turned down

	begun, gone, over, cancelled, hangs, counted, lags, sent, ran bool
}

// stage is how far the answer has come.
type stage uint8

const (
	notAnswered stage = iota
	headSent
	bodySent
	ended // for h11
	answered
)

// reset makes the exchange that of a new request, and settles what its first step
// will do, which nobody can see before.
func (x *Exchange) reset(c *Conn, h *http1.Head) {
	e := c.endpoint
	*x = Exchange{conn: c}
	if upper := bytes.ToUpper(h.Method); !bytes.Equal(upper, h.Method) {
		h.Method, x.lower = upper, true
	}
	x.Remember(e.Host, &c.Stream, h)
	if x.socket = webSocket(h); x.socket {
		x.Reply(&http1.Answer{Status: handshakeStatus(h)})
		return
	}
	e.Keep(&x.Request, h)
	e.Handle(x, h)
}

// ClientLeft tells whether nobody is there for the answer.
func (x *Exchange) ClientLeft() bool { return x.conn.Closed() }

// put gives the request a message, if its queue has a place.
func (x *Exchange) put() bool {
	if x.gone {
		return true
	}
	if x.queued >= appQueue {
		return false
	}
	x.queued++
	return true
}

// clientGone is HTTPStream.handle of StreamClosed.
func (x *Exchange) clientGone() (hangs bool) {
	if x.gone {
		return false
	}
	x.gone = true
	x.conn.endpoint.Deserted(x)
	if x.conn.endpoint.Version.LogsDepartures && x.stage != answered {
		x.conn.endpoint.Log.Access(x, 0)
	}
	if x.queued >= appQueue {
		return true
	}
	x.queued++
	return false
}

// Run is a step of the request's task.
func (x *Exchange) Run() {
	first := !x.begun
	x.begun = true
	switch {
	case x.over, x.hangs:
	case x.cancelled && x.conn.tasks().Shields:
		x.abandon()
	case x.cancelled && first: // a coroutine that is cancelled before its first step runs none of its lines
		x.end(false)
	case x.cancelled:
		x.fail()
	case x.socket:
		x.turnDown()
		c := x.conn
		c.recycle()
		x.end(c.Sends())
	case first && x.Held() != nil:
		x.ran = true
		x.Held().Run()
	default:
		x.send()
	}
}

// Complete answers a request that was held. It is called in a step of the loop.
func (x *Exchange) Complete(a *http1.Answer) {
	switch {
	case !x.cancelled:
		x.Reply(a)
		x.send()
	case !x.over && x.conn.tasks().Shields:
		x.abandon()
	}
}

// send writes the answer, as far as the client reads.
func (x *Exchange) send() {
	c, b := x.conn, x.conn.endpoint.Version
	if x.stage == notAnswered && x.paused == 0 {
		if x.gone && !b.StartsAtOnce { // app_send returns at once
			x.end(false)
			return
		}
		x.sent = true
	}
	for {
		switch {
		case x.lags:
			x.lags = false
		case x.pauses():
			return
		case x.stage == answered:
			x.hangs = c.recycle()
			x.end(x.sent)
			return
		default:
			if err := x.next(); err != nil {
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

// pauses lets others have the steps that come before the next part of the answer.
func (x *Exchange) pauses() bool {
	if int(x.paused) < x.conn.tasks().Answer[x.stage] {
		x.paused++
		x.conn.Loop().Soon(x)
		return true
	}
	x.paused = 0
	return false
}

// next writes the next part of the answer. What h11 does not let through is
// nobody's affair where the client was at fault (H11Protocol._send_h11_event).
func (x *Exchange) next() error {
	c, a := x.conn, x.Answer()
	var err error
	switch x.stage {
	case notAnswered:
		x.sent = c.Sends() && (!x.gone || c.endpoint.Version.StartsAtOnce)
		x.stage = headSent
		err = c.sendHead(a.Status, a.Lines, c.lastRequest())
		if c.tasks().ReadsItself && !c.Sends() { // who writes learns of it, and nobody before
			c.closeStream()
		}
	case headSent:
		x.stage = bodySent
		if x.Method() != http.MethodHead && a.Body != "" {
			if err = c.may(c.server == stateSendBody, "Data"); err == nil {
				c.WriteString(a.Body)
			}
		}
	default:
		x.stage = ended
		if !c.endpoint.Version.StartsAtOnce { // the line comes before the end, in the newer version behind it
			c.endpoint.Log.Access(x, a.Status)
		}
		err = x.finish()
	}
	if c.client == stateError {
		return nil
	}
	return err
}

// finish is h11's end of the answer, which misses the body of who has asked for "head".
func (x *Exchange) finish() error {
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

// drains is what follows a write, writer.drain on asyncio. It tells whether that waits:
// for a client that does not read, or a step for the end of a connection that is closing.
func (x *Exchange) drains() (waits bool) {
	c := x.conn
	switch {
	case c.failed:
	case c.Closing() && !c.tasks().ReadsItself:
		x.lags = true
		c.Loop().Soon(x)
	case c.WritingPaused() && (x.stage != ended || !c.tasks().ReadsItself):
		x.lags = true
		c.blocked = x
	}
	return x.lags
}

// drained goes on behind that. On asyncio it raises where the connection is lost: then the
// request is told, although it is about to be answered.
func (x *Exchange) drained() {
	c := x.conn
	if c.Closed() && !c.tasks().ReadsItself {
		c.closeStream()
	}
	if x.stage == ended {
		x.stage = answered
		if c.endpoint.Version.StartsAtOnce {
			c.endpoint.Log.Access(x, x.Answer().Status)
		}
	}
}

// appError is how Hypercorn begins the log of an application that raised something, and failed the same with its traceback.
const (
	appError = "Error in ASGI Framework"
	failed   = appError + "\n" + journal.Traceback
)

// raise is an exception out of the application (task_group._handle).
func (x *Exchange) raise(err error) {
	x.conn.endpoint.Log.Error(failed + err.Error())
	x.fail()
}

// fail ends a request whose application has ended without an answer:
// HTTPStream.app_send of None.
func (x *Exchange) fail() {
	c := x.conn
	if x.gone {
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

// cancel ends the task; in the step in which it learns of it, it says so to its
// client. One for which a thread works may not learn of it before its end.
func (x *Exchange) cancel(works bool) {
	x.cancelled, x.hangs = true, false
	if works && x.conn.tasks().Shields {
		return
	}
	x.conn.Loop().Soon(eventloop.Func(func() { x.conn.Loop().Soon(x) }))
}

// abandon ends a request without an answer.
func (x *Exchange) abandon() {
	if x.Answer() == nil {
		x.Reply(&http1.Answer{})
	}
	x.end(false)
}

// end is the end of the task.
func (x *Exchange) end(sent bool) {
	if told := x.conn.endpoint.Finished; told != nil && !x.counted && x.Answer() != nil && (x.ran || x.Held() == nil) {
		x.counted = true
		told(x, sent)
	}
	if x.hangs {
		return
	}
	x.over = true
	x.conn.running = nil
	x.conn.leaveGroup()
}
