package server

import (
	"time"

	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// Request is one call of the article's program, which a mode runs.
type Request struct {
	modes.Job
	modes.OneSleep // the article's handler
	worker         *Worker
	exchange       http1.Exchange
	thread         *modes.Thread
	id             string

	arrived, started, ended time.Duration // started is set once the handler has
	number                  int           // by the article's counter, once the handler has started
	remembered              *entry        // its entry in the history, or nil

	phase      phase
	handler    handlerState
	cancelled  bool
	clientLeft bool // and counted as a zombie
	turnedAway bool // by the server, or because the queue is full; its handler does not start
	overLimit  bool // it is the server that turned it away, by --limit-concurrency
	scripted   bool // its modes.Program is a Script
	lasting    bool // its answer has been sent, and the script goes on
	untraced   bool // it is not in the trace, which was not ready
	shielded   bool // it is cancelled, and learns of that when it next waits for something
	cancelsAll bool // its tasks are cancelled, too

	raised *string // the exception of the article's handler, as Python prints it; a pointer, because it is smaller

	next *Request // in the worker's free list
}

// phase is how far a request has come.
type phase uint8

const (
	phaseHeld     phase = iota // before its first step
	phaseAccepted              // waiting, running or about to be answered
	phaseSending               // its answer has begun, and comes in parts
	phaseFinished              // counted and logged
)

// handlerState is how far a request's handler has come. It is not part of phase, because a thread runs on after its
// request has been cancelled and has finished.
type handlerState uint8

const (
	handlerPending handlerState = iota
	handlerRunning
	handlerStopped
)

// Held returns the request that an exchange holds, or nil.
func Held(e http1.Exchange) *Request {
	r, _ := e.Held().(*Request)
	return r
}

// Hold keeps an exchange open until its request has been answered. The request runs from its first step on.
func (w *Worker) Hold(e http1.Exchange, id string, sleep time.Duration) {
	r := w.free.take()
	*r = Request{worker: w, exchange: e, id: id, arrived: w.loop.Now()}
	r.Program, r.Sleep = r, sleep
	e.Hold(r)
}

// refuse keeps an exchange open until its first step, which answers it without a handler. Unlike [Request.Refuse] it is
// for requests that the program never sees: the server or the queue of its connections turns them away.
func (w *Worker) refuse(e http1.Exchange, a *http1.Answer) {
	w.Hold(e, w.app.ID(e), 0)
	r := Held(e)
	r.turnedAway, r.overLimit = true, a != w.host.QueueFull
	e.Reply(a)
}

// free is a list of finished requests to be used again, so that a kept-alive connection allocates none.
type free struct {
	first *Request
	n     int
}

// maxFree is how many are kept: about 200 KB.
const maxFree = 1000

func (f *free) take() *Request {
	r := f.first
	if r == nil {
		return &Request{}
	}
	f.first = r.next
	f.n--
	return r
}

// put takes back a request that nothing refers to any more.
func (f *free) put(r *Request) {
	if f.n < maxFree {
		*r = Request{next: f.first}
		f.first = r
		f.n++
	}
}

// Run is the request's first step: FastAPI calls the path operation, or the request is refused. A pipelined request whose turn never comes is not
// counted.
func (r *Request) Run() {
	w := r.worker
	if r.phase == phaseFinished {
		return
	}
	r.phase = phaseAccepted
	w.counts.accept(r.route())
	if w.history != nil {
		r.remembered = w.remember(r.exchange, r.id, r.route(), r.arrived, nil)
	}
	w.calls.arrived(r)
	if r.exchange.ClientLeft() {
		r.noteClientLeft()
	}
	if r.turnedAway {
		r.ended = w.loop.Now()
		r.complete(r.exchange.Answer())
		return
	}
	if r.scripted {
		r.script().Start()
		return
	}
	w.calls.call(r, "", w.loop.Polled())
	w.mode(&w.runtime, &r.Job)
}

// Lasts implements http1.Lasting, for a script and for a handler that has raised an exception.
func (r *Request) Lasts() bool {
	return r.raised != nil || r.scripted && !r.turnedAway && r.script().Lasts()
}

// Sent implements http1.Lasting.
func (r *Request) Sent() {
	if r.raised != nil {
		r.exchange.End(*r.raised)
		return
	}
	r.lasting = true
	r.worker.counts.lasts(1)
	r.script().Sent()
}

// EndTask ends the task of a request that a script runs, normally or by an exception, given as Python prints it.
func (r *Request) EndTask(exception string) {
	if r.lasting {
		r.lasting = false
		r.worker.counts.lasts(-1)
	}
	r.exchange.End(exception)
}

// Unwind implements http1.Lasting.
func (r *Request) Unwind() bool { return r.scripted && r.script().Unwind() }

// Begin implements modes.Program.
func (r *Request) Begin(t *modes.Thread) {
	r.Starts(t)
	r.worker.meter.Line()
	r.worker.journal.Begin(t.Name, r.number, r.id)
	r.worker.printed(t)
}

// Starts notes that a function of the request starts in a thread. The first is the start of its handler.
func (r *Request) Starts(t *modes.Thread) {
	w := r.worker
	if t != modes.MainThread && w.hooks.StartedInThread != nil {
		w.hooks.StartedInThread()
	}
	first := r.handler == handlerPending
	r.thread, r.handler = t, handlerRunning
	var at time.Duration
	if first || w.calls != nil {
		at = w.loop.Now()
	}
	if first {
		r.started = at
	}
	w.counts.functionStarted(first, r.handledBy(), r.started-r.arrived)
	w.calls.begin(r, t, at)
	if !first {
		return
	}
	w.counter++
	r.number = w.counter
	w.history.change(r.remembered, func(m *admin.Request) {
		m.Start, m.Wait = w.wall(r.started), (r.started - r.arrived).Seconds()
		m.Number, m.Thread, m.ThreadNumber, m.Outcome = w.counter, t.Name, t.Number, admin.Working
	})
}

// Stops notes that the function that runs has returned or raised.
func (r *Request) Stops() { r.stopHandler(r.worker.calls.clock()) }

// Reply answers a request that a script runs. It is called in a step of the loop.
func (r *Request) Reply(a *http1.Answer) {
	r.noteEnd()
	r.complete(a)
}

// noteEnd notes that the request ends now, unless it has been cancelled before.
func (r *Request) noteEnd() {
	if !r.cancelled {
		r.ended = r.worker.loop.Now()
	}
}

// TurnAway answers a request that a script runs and that the queue for threads is too full for (--queue).
func (r *Request) TurnAway() {
	r.turnedAway = true
	r.Reply(r.worker.app.QueueFull())
}

// End implements modes.Program.
func (r *Request) End(t *modes.Thread) {
	r.ended = r.worker.loop.Now()
	r.stopHandler(r.ended)
	r.worker.meter.Line()
	r.worker.journal.End(t.Name, r.id)
	r.worker.printed(t)
}

// stopHandler notes that the handler no longer runs.
func (r *Request) stopHandler(at time.Duration) {
	if r.handler == handlerRunning {
		r.handler = handlerStopped
		r.worker.counts.functionStopped()
		r.worker.calls.end(r, at)
	}
}

// Abort ends the handler mid-sleep: a signal has raised an exception in its thread.
func (r *Request) Abort() {
	r.Job.Abort()
	r.stopHandler(r.worker.calls.clock())
}

// Resume implements modes.Program: the handler of the article's program has returned.
func (r *Request) Resume() { r.complete(r.worker.app.Hello(r.id)) }

// Fail implements modes.Program: the framework answers and re-raises the exception, for the server to log.
func (r *Request) Fail(exception string) {
	w := r.worker
	r.ended, r.raised = w.loop.Now(), &exception
	r.stopHandler(r.ended)
	r.complete(w.app.Failed())
}

// Refuse implements modes.Program: the queue is full (--queue).
func (r *Request) Refuse() {
	r.TurnAway()
}

// Serial is the request's number, counted from 1 in each worker. It is for an [Observer].
func (r *Request) Serial() int64 { return callOf(&r.Job).Request }

// ID is what reports call the request.
func (r *Request) ID() string { return r.id }

// Route is the route of a program that a file describes, or empty.
func (r *Request) Route() string { return r.route() }

// Arrived is when the request was read, by the loop's clock.
func (r *Request) Arrived() time.Duration { return r.arrived }

// Exchange is where its answer goes.
func (r *Request) Exchange() http1.Exchange { return r.exchange }

// Started reports whether the handler has started.
func (r *Request) Started() bool { return r.handler != handlerPending }

// InThread reports whether a thread other than the main one runs the handler, or a function of its script.
func (r *Request) InThread() bool {
	if r.thread == nil || r.thread == modes.MainThread {
		return false
	}
	if r.scripted {
		return r.handler == handlerRunning
	}
	return r.exchange.Answer() == nil
}

// Cancel ends the request before its handler has ended; the server answers it, or does not. A handler in a thread runs
// on.
func (r *Request) Cancel() {
	if r.phase != phaseSending { // what sends the answer is told of that by Unwind
		r.Job.Cancel()
		r.worker.calls.drop(r)
	}
	if r.phase == phaseFinished { // what the app does after its answer
		return
	}
	r.cancelled, r.ended = true, r.worker.loop.Now()
	if r.thread == modes.MainThread {
		r.stopHandler(r.ended)
	}
}

// Shield cancels the request as trio does while a thread works for it: it goes on when the function has returned, until
// it next waits for something.
func (r *Request) Shield() { r.shielded = true }

// Shielded reports whether it was.
func (r *Request) Shielded() bool { return r.shielded }

// CancelAll says that the cancellation reaches also the tasks that the application has made, as at the end of asyncio.run.
func (r *Request) CancelAll() { r.cancelsAll = true }

// CancelsAll reports whether it does.
func (r *Request) CancelsAll() bool { return r.cancelsAll }

// Abandon cancels the function that a script has called. In a thread it runs on to its end; s calls further ones, by the
// request that is returned.
func (r *Request) Abandon(s Script) *Request {
	r.Job.Cancel()
	r.worker.calls.drop(r)
	if r.thread == modes.MainThread {
		r.stopHandler(r.worker.calls.clock())
	}
	next := *r
	next.Job = modes.Job{Program: s, Tag: r.Tag}
	if next.handler == handlerRunning {
		next.handler = handlerStopped
	}
	next.exchange.Hold(&next)
	return &next
}

// noteClientLeft notes that the client of a request has left before the end of its answer.
func (r *Request) noteClientLeft() {
	if r.clientLeft || r.phase == phaseFinished || r.phase != phaseSending && r.exchange.Answer() != nil {
		return
	}
	r.clientLeft = true
	r.worker.counts.clientLeft()
	r.worker.calls.clientLeft(r)
	r.worker.history.change(r.remembered, func(m *admin.Request) { m.ClientLeft = true })
}

// finish counts and logs the end of the request, once its answer has been sent or its client turned out to have left.
func (r *Request) finish(sent bool) {
	switch r.phase {
	case phaseFinished:
		return
	case phaseHeld: // its task has ended before its first step: it was never counted
		r.phase = phaseFinished
		return
	case phaseSending:
		r.noteEnd()
	default:
	}
	o := r.outcome(sent)
	r.phase = phaseFinished
	r.worker.counts.finish(r.finished(o))
	over := o == admin.Answered && !r.clientLeft && !r.scripted && r.raised == nil // nothing refers to it any more
	r.worker.calls.finish(r, o, over)
	if r.remembered != nil || r.worker.wantsRows() {
		w := r.worker
		w.row = r.row(o) // one for all requests, so that it need not be allocated
		r.record(&w.row)
		w.row = journal.Row{}
	}
	if over {
		r.exchange.Hold(nil)
		r.worker.free.put(r)
	}
}

// record writes the request's end into the history and the journal.
func (r *Request) record(row *journal.Row) {
	r.worker.history.change(r.remembered, func(m *admin.Request) { row.Record(m) })
	w := r.worker
	if w.calls.tells() {
		w.calls.observer.Finished(r, row)
	}
	if w.rows != nil {
		w.rows.row(row)
	}
	if w.journal.Rows() {
		w.journal.Row(*row)
	}
}

// outcome is what became of the request.
func (r *Request) outcome(sent bool) admin.Outcome {
	switch {
	case !sent:
		return admin.ClientLeft
	case r.cancelled:
		return admin.Cancelled
	case r.turnedAway:
		return admin.Refused
	}
	return admin.Answered
}

// row is the request's row in the log.
func (r *Request) row(o admin.Outcome) journal.Row {
	row := journal.Row{
		Exchange: r.exchange, ID: r.id, Route: r.route(),
		Arrived: r.worker.wall(r.arrived), Ended: r.worker.wall(r.ended), Outcome: o,
		ClientLeft: r.clientLeft || o == admin.ClientLeft,
	}
	if answer := r.exchange.Answer(); answer != nil && o != admin.ClientLeft {
		row.Status = answer.Status
	}
	if !r.Started() {
		row.Wait = r.ended - r.arrived
		return row
	}
	row.Started = r.worker.wall(r.started)
	row.Wait, row.Work = r.started-r.arrived, r.ended-r.started
	row.Number, row.Thread, row.ThreadNumber = r.number, r.thread.Name, r.thread.Number
	return row
}
