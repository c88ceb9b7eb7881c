package fastapi

import (
	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
)

// response is an answer that sends itself in parts, as Starlette's StreamingResponse and FileResponse do. A plan says by
// respond that its answer is one. A response takes its parts from functions (task.call) and sends them (task.send); in the
// end, or when the task has a Failure, it calls task.responded.
type response interface {
	begin()    // its __call__, in the step in which the handler has returned
	returned() // the function that it has called has returned, or has raised the task's Failure
	// unwind ends it by the exception of a cancelled task. It reports whether a thread works for it: then it calls
	// task.responded all the same, when that has returned.
	unwind() bool
}

// sending is what became of a part of an answer.
type sending uint8

const (
	sent      sending = iota // the response goes on in this step
	suspended                // it goes on by what it has given for that: the client reads too slowly
	failed                   // send has raised the task's Failure
)

// send is "await send(message)". If it suspends the task, then runs when that goes on.
func (t *task) send(m http1.Message, then eventloop.Runner) sending {
	if m.Start != nil {
		t.reply = m.Start
	}
	suspends, exception := t.request.Send(m, then)
	switch {
	case exception != "":
		t.Raise(&functions.Failure{Exception: exception})
		return failed
	case suspends:
		return suspended
	}
	return sent
}

// call calls a function for a response, with the values of the handler's parameters. The response is told when it has
// returned.
func (t *task) call(c *call) {
	t.running = c
	var values []string
	if t.values != nil {
		values = t.values[c.values]
	}
	t.BeginCall(t.request, c.function, values)
	t.enter(c)
}

// enter runs a function, or goes on with one, as a request does that has been let in.
func (t *task) enter(c *call) {
	t.request.SetHolding(modes.HoldNowhere)
	t.request.Again(modes.Admitted)
	t.program.worker.Call(t.request, c.name, c.async)
}

// interrupt ends the call that the response awaits. It reports whether it has: not if a thread works for it.
func (t *task) interrupt() bool {
	if !t.request.Interrupt() {
		return false
	}
	t.Cancel()
	t.request = t.request.Abandon(t)
	return true
}

// responded is the end of a response that sends itself. Background tasks follow and then the exits or, after a failure,
// only these.
func (t *task) responded() {
	t.response = nil
	t.request.Responded()
	if t.unwinding {
		t.unwind()
		return
	}
	t.phase = afterward
	t.proceed()
}
