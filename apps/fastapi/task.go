package fastapi

import (
	"fmt"

	"github.com/target-server/target-server/apps/fastapi/files"
	"github.com/target-server/target-server/apps/functions"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// task is the coroutine that runs one request of a program (fastapi.routing.request_response and
// get_request_handler.app). It calls one function after another. Between two of them it does not suspend, so that what
// follows a function happens in the step in which the function's result arrives.
type task struct {
	program  *programApp
	plan     *plan
	request  *server.Request
	exchange http1.Exchange
	values   [][]string // of the parameters, by call
	calls    []*call    // the dependencies and the handler that are still to be called
	errs     []fieldError

	phase     phase
	next      int     // in the background tasks
	entered   []*call // the exits that are due, in the order in which the dependencies were entered
	admitted  bool    // it has had a thread
	cancelled bool    // its exits run because of that
	refused   bool    // the queue for threads was full for it
	unwinding bool    // it is cancelled, and a thread works for its response

	running  *call
	reading  *reading // of a form; or nil
	response response // that sends itself, while it does; or nil
	functions.Call
	reply *http1.Answer
	asked *files.Asked // of a file or a folder
}

// phase is how far a task has come.
type phase uint8

const (
	calling     phase = iota // dependencies, then the handler
	checking                 // the response is validated
	replying                 // the answer is sent
	afterward                // background tasks run
	exiting                  // dependencies exit
	closing                  // the files of a form are closed
	readingForm              // the form is read, before everything else
	ended
)

// Start implements [server.Script].
func (t *task) Start() { t.proceed() }

// Route implements [server.Script].
func (t *task) Route() string { return t.plan.name }

// Resume implements modes.Program: the function's result has arrived.
func (t *task) Resume() {
	if t.response != nil {
		t.response.returned()
		return
	}
	t.proceed()
}

// Refuse implements modes.Program: the queue for threads is full (--queue). Only a request's first thread can be
// refused; coroutines may have run before, and dependencies that these have entered exit.
func (t *task) Refuse() {
	t.refused, t.phase, t.response = true, exiting, nil
	t.abandonForm()
	t.proceed()
}

// proceed goes on until a function suspends the task, or it has ended.
func (t *task) proceed() {
	for t.phase != ended {
		if c := t.due(); c != nil {
			t.start(c)
			return
		}
		switch t.phase {
		case readingForm:
			if !t.read() {
				return
			}
		case calling:
			t.phase = checking
			if t.Failure != nil || len(t.errs) > 0 {
				t.phase = exiting
			}
		case checking:
			t.phase = replying
		case replying:
			t.answer()
			return
		case afterward:
			t.phase = exiting
		case exiting:
			t.phase = closing
			if t.answersFirst() {
				t.phase = replying
			}
		default:
			t.exited()
			return
		}
	}
}

// due takes the next function of the phase, if there is one.
func (t *task) due() *call {
	switch t.phase {
	case calling:
		if len(t.calls) > 0 && t.Failure == nil {
			c := t.calls[0]
			if t.calls = t.calls[1:]; c.function != nil {
				return c
			}
		}
	case checking:
		if c := t.plan.validation; c != nil && t.running != c {
			return c
		}
	case afterward:
		if t.next < len(t.plan.background) && t.Failure == nil {
			t.next++
			return t.plan.background[t.next-1]
		}
	case readingForm, closing:
		if t.reading != nil {
			return t.dueUpload()
		}
	case exiting:
		if last := len(t.entered) - 1; last >= 0 {
			c := t.entered[last]
			t.entered = t.entered[:last]
			return c
		}
	}
	return nil
}

// start calls a function. A def one takes a thread, the exit of a dependency past the limiter
// (contextmanager_in_threadpool).
func (t *task) start(c *call) {
	t.request.SetHolding(modes.HoldNowhere)
	if c.kind == aHandler && t.plan.generator == nil {
		t.request.SetHolding(modes.HoldAtEnd)
	}
	if !c.async && t.learns() {
		if c.kind == anExit {
			t.entered = append(t.entered, c)
		}
		t.unwind()
		return
	}
	t.running = c
	var values []string
	if t.values != nil {
		values = t.values[c.values]
	}
	t.BeginCall(t.request, c.function, values)
	if t.cancelled && !c.async && t.program.version.exitsOnLoop {
		t.program.worker.CallOnLoop(t.request, c.name, t)
		return
	}
	switch {
	case c.kind == anExit:
		t.request.Again(modes.Bypass)
	case t.admitted || c.kind == aTask:
		t.request.Again(modes.Admitted)
	}
	t.admitted = t.admitted || !c.async
	t.program.worker.Call(t.request, c.name, c.async)
}

// Begin implements modes.Program.
func (t *task) Begin(thread *modes.Thread) {
	t.Thread = thread
	t.request.Starts(thread)
	if t.running.kind == anExit && t.running.session >= 0 {
		t.CloseSession(t.running.session)
	}
}

// End implements modes.Program.
func (t *task) End(*modes.Thread) {
	t.request.Stops()
	if f := t.Failure; f != nil && f.Status != 0 && t.program.version.raised(f.Status) == nil {
		wrong := fmt.Sprintf("ValueError: %d is not a valid HTTPStatus", f.Status)
		t.Failure = &functions.Failure{Exception: wrong, Earlier: f.Earlier}
	}
	c := t.running
	if c.kind != aDependency || c.exit == nil {
		return
	}
	switch {
	case t.Failure == nil:
		t.entered = append(t.entered, c.exit)
	case t.program.version.exitsUnentered && !c.async:
		t.entered = append(t.entered, t.program.nothing)
	}
}

// Fail implements modes.Program: the function raises an exception.
func (t *task) Fail(exception string) {
	t.Raise(&functions.Failure{Exception: exception})
	t.End(modes.MainThread)
	t.Resume()
}

// learns reports whether the task, which is about to wait, learns only now that it is cancelled.
func (t *task) learns() bool { return t.request.Shielded() && !t.cancelled }

// Unwind implements [http1.Lasting]: the function that runs is left to its thread, and dependencies exit.
func (t *task) Unwind() bool {
	if t.response != nil {
		switch {
		case t.unwinding: // it is cancelled again, and with it the task of its own that waits for the function's thread
		case t.response.unwind():
			t.unwinding = true
			return true
		}
		t.response = nil
	}
	if t.running != nil && t.running.async {
		t.Cancel()
	}
	if t.phase == readingForm {
		t.request.ASGI().Receive(nil)
	}
	if len(t.entered) == 0 {
		t.abandonForm()
		t.request.Job.Cancel()
		return false
	}
	rest := *t
	t.phase, t.entered = ended, nil
	rest.request = t.request.Abandon(&rest)
	rest.unwind()
	return true
}

// cancelsAll reports whether the tasks of a response are cancelled themselves, and so do not wait for a thread: at once, or
// when the task is cancelled again.
func (t *task) cancelsAll() bool { return t.unwinding || t.request.CancelsAll() }

// unwind has dependencies exit, as the exception of a cancelled task passes them.
func (t *task) unwind() {
	t.cancelled, t.phase = true, exiting
	t.abandonForm()
	t.proceed()
}

// answer sends what the route, or the framework after a failure, answers.
func (t *task) answer() {
	if t.learns() {
		t.unwind()
		return
	}
	if t.refused && t.Failure == nil { // no exit has raised an exception
		t.phase = ended
		t.request.TurnAway()
		return
	}
	v := t.program.version
	switch {
	case t.Failure != nil && t.Failure.Status != 0:
		t.reply = v.raised(t.Failure.Status)
	case t.Failure != nil:
		t.reply = v.failed
	case t.refusal() != "":
		t.reply = v.refuses(t.reading.refusal)
	case len(t.errs) > 0:
		t.reply = v.unprocessable(t.errs)
	case t.plan.respond != nil:
		t.response = t.plan.respond(t)
		t.response.begin()
		return
	case t.values == nil:
		t.reply = t.plan.answer.answer(nil)
	default:
		t.reply = t.plan.answer.answer(t.values[t.plan.handler().values])
	}
	t.request.Reply(t.reply)
}

// Lasts implements [http1.Lasting].
func (t *task) Lasts() bool {
	return t.raises() || !t.failed() && len(t.plan.background) > 0 || len(t.entered) > 0 || t.closesFiles()
}

// failed reports whether the handler has not returned.
func (t *task) failed() bool { return t.Failure != nil || len(t.errs) > 0 || t.refusal() != "" }

// raises reports whether an exception reaches the server: ServerErrorMiddleware raises it again after its answer.
func (t *task) raises() bool { return t.Failure != nil && t.Failure.Status == 0 }

// Sent implements [http1.Lasting]: background tasks run, then dependencies exit.
func (t *task) Sent() {
	t.phase = afterward
	if t.failed() {
		if t.closesFiles() {
			t.phase = closing
			t.proceed()
			return
		}
		t.phase = ended
		t.request.EndTask(t.program.version.traceback(t.Failure))
		return
	}
	t.proceed()
}

// exited is the end of the exits. Those of a request that has failed come before its answer.
func (t *task) exited() {
	if t.cancelled {
		t.phase = ended
		t.request.EndTask("")
		return
	}
	if t.reply == nil {
		t.phase = replying
		t.answer()
		return
	}
	t.phase = ended
	switch f := t.Failure; {
	case f == nil, t.reading != nil && t.reading.late:
		t.request.EndTask("")
	case f.Status != 0: // the handler of HTTPException can answer no more (wrap_app_handling_exceptions)
		const late = "RuntimeError: Caught handled exception, but response already started."
		t.request.EndTask(t.program.version.traceback(f) + journal.Cause + late)
	default:
		t.request.EndTask(t.program.version.traceback(f))
	}
}
