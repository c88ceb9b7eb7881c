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
	worker   *Worker
	exchange http1.Exchange
	thread   *modes.Thread
	id       string

	arrived, started, ended time.Duration  // started is set once the handler has
	number                  int            // by the article's counter, once the handler has started
	remembered              *admin.Request // its entry in the history, or nil

	phase      phase
	handler    handlerState
	cancelled  bool
	clientLeft bool // and counted as a zombie
	turnedAway bool // by the server, before the program sees it; the exchange has the answer already

	next *Request // in the worker's free list
}

// phase is how far a request has come.
type phase uint8

const (
	phaseHeld     phase = iota // before its first step
	phaseAccepted              // waiting, running or about to be answered
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
	Held(e).turnedAway = true
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
	r.phase = phaseAccepted
	w.counts.accept()
	if w.history != nil {
		r.remembered = w.remember(r.exchange, r.id, r.arrived)
		w.history.add(r.remembered)
	}
	if r.exchange.ClientLeft() {
		r.noteClientLeft()
	}
	if r.turnedAway {
		r.ended = w.loop.Now()
		r.exchange.Complete(r.exchange.Answer())
		return
	}
	w.mode(&w.runtime, &r.Job)
}

// Begin implements modes.Program.
func (r *Request) Begin(t *modes.Thread) {
	w := r.worker
	if t != modes.MainThread && w.hooks.StartedInThread != nil {
		w.hooks.StartedInThread()
	}
	r.thread, r.started = t, w.loop.Now()
	r.handler = handlerRunning
	w.calls++
	r.number = w.calls
	w.counts.handlerStarted()
	w.history.change(r.remembered, func(m *admin.Request) {
		m.Start, m.Wait = w.wall(r.started), (r.started - r.arrived).Seconds()
		m.Number, m.Thread, m.ThreadNumber, m.Outcome = w.calls, t.Name, t.Number, admin.Working
	})
	w.journal.Begin(t.Name, w.calls, r.id)
}

// End implements modes.Program.
func (r *Request) End(t *modes.Thread) {
	r.ended = r.worker.loop.Now()
	r.stopHandler()
	r.worker.journal.End(t.Name, r.id)
}

// stopHandler notes that the handler no longer runs.
func (r *Request) stopHandler() {
	if r.handler == handlerRunning {
		r.handler = handlerStopped
		r.worker.counts.handlerStopped()
	}
}

// Abort ends the handler mid-sleep: a signal has raised an exception in its thread.
func (r *Request) Abort() {
	r.Job.Abort()
	r.stopHandler()
}

// Answer implements modes.Program.
func (r *Request) Answer() { r.exchange.Complete(r.worker.app.Hello(r.id)) }

// Fail implements modes.Program: the framework answers and re-raises the exception, for the server to log.
func (r *Request) Fail(exception string) {
	w := r.worker
	r.ended = w.loop.Now()
	r.stopHandler()
	r.exchange.Complete(w.app.Failed())
	if w.hooks.Raised != nil {
		w.hooks.Raised(exception)
	}
}

// Refuse implements modes.Program: the queue is full (--queue).
func (r *Request) Refuse() {
	r.ended = r.worker.loop.Now()
	r.exchange.Complete(r.worker.app.QueueFull())
}

// Started reports whether the handler has started.
func (r *Request) Started() bool { return r.handler != handlerPending }

// InThread reports whether a thread other than the main one runs the handler.
func (r *Request) InThread() bool {
	return r.thread != nil && r.thread != modes.MainThread && r.exchange.Answer() == nil
}

// Cancel ends the request before its handler has ended; the server answers it, or does not. A handler in a thread runs
// on.
func (r *Request) Cancel() {
	r.cancelled, r.ended = true, r.worker.loop.Now()
	r.Job.Cancel()
	if r.thread == modes.MainThread {
		r.stopHandler()
	}
}

// noteClientLeft notes that the client of a request without an answer has left.
func (r *Request) noteClientLeft() {
	if r.clientLeft || r.phase == phaseFinished || r.exchange.Answer() != nil {
		return
	}
	r.clientLeft = true
	r.worker.counts.clientLeft()
	r.worker.history.change(r.remembered, func(m *admin.Request) { m.ClientLeft = true })
}

// finish counts and logs the end of the request, once its answer has been sent or its client turned out to have left.
func (r *Request) finish(sent bool) {
	o := r.outcome(sent)
	r.phase = phaseFinished
	r.worker.counts.finish(o, r.Started(), r.clientLeft)
	if r.remembered != nil || r.worker.journal.Rows() {
		r.record(r.row(o))
	}
	if o == admin.Answered && !r.clientLeft { // no thread or timer refers to it
		r.exchange.Hold(nil)
		r.worker.free.put(r)
	}
}

// record writes the request's end into the history and the journal.
func (r *Request) record(row journal.Row) {
	r.worker.history.change(r.remembered, func(m *admin.Request) { row.Record(m) })
	if r.worker.journal.Rows() {
		r.worker.journal.Row(row)
	}
}

// outcome is what became of the request.
func (r *Request) outcome(sent bool) admin.Outcome {
	switch {
	case !sent:
		return admin.ClientLeft
	case r.cancelled:
		return admin.Cancelled
	case !r.Started():
		return admin.Refused
	}
	return admin.Answered
}

// row is the request's row in the log.
func (r *Request) row(o admin.Outcome) journal.Row {
	row := journal.Row{
		Exchange: r.exchange, ID: r.id, Status: r.exchange.Answer().Status,
		Arrived: r.worker.wall(r.arrived), Ended: r.worker.wall(r.ended), Outcome: o,
		ClientLeft: r.clientLeft || o == admin.ClientLeft,
	}
	if o == admin.ClientLeft {
		row.Status = 0
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
