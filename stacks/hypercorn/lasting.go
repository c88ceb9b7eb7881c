package hypercorn

import (
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// finished is what follows the answer: the application goes on, or the task ends.
func (x *Exchange) finished() {
	if x.task != taskRuns || x.Lasting() == nil {
		x.end(x.sent)
		return
	}
	x.count(x.sent)
	x.task = taskLasts
	x.conn.outlasts(x)
	switch l := x.conn.library(); {
	case x.stage != answered: // it knows that its client has gone
	case x.conn.server == stateIdle: // for the next request
		x.paused = int8(l.Recycled)
	default:
		x.paused, x.closing = int8(l.Closed), l.Closed == 0 && !x.conn.Closed()
	}
	x.goOn()
}

// goOn has the application go on after its answer, when what follows the answer has been awaited.
func (x *Exchange) goOn() {
	switch {
	case x.closing:
	case x.paused > 0:
		x.paused--
		x.conn.Loop().Soon(x)
	default:
		x.Held().(http1.Lasting).Sent()
	}
}

// connectionLost wakes a task that waits for the connection's end (writer.wait_closed).
func (x *Exchange) connectionLost() {
	if x.closing {
		x.closing = false
		x.conn.Loop().Soon(x)
	}
}

// unwinds reports whether functions of the application run because an exception has ended it.
func (x *Exchange) unwinds() bool {
	x.task = taskUnwinds
	return x.Unwind()
}

// cancelAgain cancels functions that run because of a first cancellation.
func (x *Exchange) cancelAgain() {
	x.conn.Loop().Soon(eventloop.Func(func() {
		if x.task == taskUnwinds && !x.Unwind() {
			x.fail()
		}
	}))
}

// End is the end of the application's call (task_group._handle).
func (x *Exchange) End(exception string) {
	switch {
	case x.task == taskOver:
	case x.task != taskLasts && x.task != taskRuns && x.conn.library().Shields:
		x.abandon()
	default:
		x.conn.endpoint.logRaised(exception, x.parts != nil && x.stage < ended)
		x.fail()
	}
}

// lasts reports whether the task goes on after the answer.
func (x *Exchange) lasts() bool { return x.counted && x.task != taskOver }

// outlasts adds a request to those that go on after their answer.
func (c *Conn) outlasts(x *Exchange) {
	c.running, x.next, c.lasting = nil, c.lasting, x
}

// remove is the end of a request's task.
func (c *Conn) remove(x *Exchange) {
	if c.running == x {
		c.running = nil
		return
	}
	at := &c.lasting
	for *at != nil && *at != x {
		at = &(*at).next
	}
	if *at == x {
		*at = x.next
	}
}
