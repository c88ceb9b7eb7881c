package fastapi

import (
	"slices"
	"time"

	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// pingInterval and ping are fastapi.sse._PING_INTERVAL and KEEPALIVE_COMMENT.
const (
	pingInterval = 15 * time.Second
	ping         = ": ping\n\n"
)

// events is a stream of server-sent events as FastAPI makes it of a generator (fastapi.routing, is_sse_stream). A
// producer runs the generator, an inserter passes its events on and adds a comment when none has come for some time, and
// a StreamingResponse sends what the inserter gives. Between two of them is a channel for one event, so that the
// generator runs ahead of a client that reads slowly.
//
// The real generator is stopped after the background tasks, when the exit stack is left; here, before them.
type events struct {
	stream
	generator          generator
	made, passed       channel
	producer, inserter coroutine
	sender             coroutine
	timer              eventloop.Timer
	asked              bool // the generator runs
	leaving            bool
}

func newEvents(t *task, head *http1.Answer) *events {
	loop := t.program.worker.Loop()
	e := &events{producer: coroutine{loop: loop}, inserter: coroutine{loop: loop}, sender: coroutine{loop: loop}}
	e.stream = stream{task: t, head: head, source: e, pauses: true, response: e, over: e.leave}
	e.generator = generator{task: t, part: program.Event, to: (*producing)(e)}
	return e
}

// eventHead is the head of a stream of events: FastAPI's own lines come before those of the program.
func eventHead(t *template) *http1.Answer {
	own := []http1.Line{{Name: "cache-control", Value: "no-cache"}, {Name: "x-accel-buffering", Value: "no"}}
	return &http1.Answer{Status: t.status, Lines: slices.Concat(t.after, own, t.before)}
}

func (e *events) begin() {
	e.producer.checkpoint(e.produce)
	e.inserter.checkpoint(e.insert)
	e.stream.begin()
}

// produce is the producer, which asks the generator for an event.
func (e *events) produce() {
	e.asked = true
	e.generator.ask()
}

// producing is what the producer does with what the generator gives.
type producing events

func (p *producing) gets(event []byte) {
	e := (*events)(p)
	if e.asked = false; e.leaving {
		e.left()
		return
	}
	e.made.send(&e.producer, event, e.produce)
}

func (p *producing) gone() {
	e := (*events)(p)
	if e.asked = false; e.leaving {
		e.group()
		e.left()
		return
	}
	e.made.close()
	if e.task.Failure != nil {
		e.soon(1, e.fail)
	}
}

// group makes the failure of the generator that of the task group.
func (e *events) group() {
	if f := e.task.Failure; f != nil {
		e.task.Failure = &functions.Failure{Exception: journal.InGroup(e.task.program.version.traceback(f))}
	}
}

// fail cancels the sender and the inserter, since the producer has failed.
func (e *events) fail() {
	if e.state == streamHasEnded {
		return
	}
	e.inserter.stop()
	e.task.request.ASGI().Receive(nil)
	if e.drains {
		e.end(e.task.program.version.groupEnds + 1)
		return
	}
	if e.cancel(); e.state != streamHasEnded {
		e.soon(1, e.fail) // _deliver_cancellation, until all have ended
	}
}

// insert is the inserter.
func (e *events) insert() {
	e.inserter.loop.After(&e.timer, pingInterval, (*pinging)(e))
	e.made.receive(&e.inserter, func(event []byte, open bool) {
		e.inserter.loop.Cancel(&e.timer)
		if !open {
			e.passed.close()
			return
		}
		e.passed.send(&e.inserter, event, e.insert)
	})
}

// pinging is the end of the time in which an event should have come (anyio.fail_after).
type pinging events

func (p *pinging) Run() {
	e := (*events)(p)
	if e.inserter.woken || e.inserter.stopped || e.made.receiver == nil {
		return
	}
	e.made.leave()
	e.inserter.checkpoint(func() { e.passed.send(&e.inserter, []byte(ping), e.insert) })
}

// ask implements source.
func (e *events) ask() {
	e.passed.receive(&e.sender, func(event []byte, open bool) {
		if open {
			e.gets(event)
			return
		}
		e.ended()
	})
}

// interrupt implements source.
func (e *events) interrupt() bool {
	if !e.sender.stop() {
		return false
	}
	e.passed.leave()
	return true
}

// asksInThread implements source.
func (e *events) asksInThread() bool { return false }

// returned implements response: the generator has yielded, returned or raised.
func (e *events) returned() { e.generator.returned() }

// leave ends the producer and the inserter, and then the response.
func (e *events) leave() {
	e.leaving = true
	e.inserter.stopped, e.producer.stopped = true, true
	e.inserter.loop.Cancel(&e.timer)
	if e.asked && !e.generator.interrupt() {
		return // until its thread returns
	}
	if e.asked = false; e.task.Failure != nil {
		e.group()
	}
	e.soon(1, e.left)
}

// left is the end of the response.
func (e *events) left() {
	if e.task.response == e {
		e.task.responded()
	}
}

// unwind implements response.
func (e *events) unwind() bool {
	e.stream.unwind()
	e.leaving = true
	e.inserter.stopped, e.producer.stopped = true, true
	e.inserter.loop.Cancel(&e.timer)
	return e.asked && !e.generator.interrupt() && !e.task.cancelsAll()
}
