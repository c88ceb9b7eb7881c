package server

import (
	"time"

	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// Request is one call of the article's program: what its mode runs.
type Request struct {
	modes.Job
	worker   *Worker
	exchange http1.Exchange
	thread   *modes.Thread
	id       string

	arrived, started, ended time.Duration
	remembered              *admin.Request // nil where nothing is remembered

	begun, cancelled, working, deserted, finished bool

	next *Request // in the worker's free list
}

// Held is the request that an exchange was held for, or nil.
func Held(e http1.Exchange) *Request {
	r, _ := e.Held().(*Request)
	return r
}

// Hold keeps a request until its work is done.
func (w *Worker) Hold(e http1.Exchange, id string, sleep time.Duration) {
	r := w.free.take()
	*r = Request{worker: w, exchange: e, id: id, arrived: w.loop.Now(), started: never}
	r.Program, r.Sleep = r, sleep
	e.Hold(r)
}

// free is a list of requests that have ended, to be used again: a kept connection then allocates none.
type free struct {
	first *Request
	n     int
}

// mostFree is how many are kept, some 200 KB.
const mostFree = 1000

func (f *free) take() *Request {
	r := f.first
	if r == nil {
		return &Request{}
	}
	f.first = r.next
	f.n--
	return r
}

// put keeps a request to which nothing refers any more.
func (f *free) put(r *Request) {
	if f.n < mostFree {
		*r = Request{next: f.first}
		f.first = r
		f.n++
	}
}

// never marks a moment that has not come.
const never = time.Duration(-1)

// Run is the request's first step: FastAPI calls the path operation. A request
// that is parsed ahead and never has its turn is not counted.
func (r *Request) Run() {
	w := r.worker
	r.begun = true
	w.counts.accept()
	if w.history != nil {
		r.remembered = w.remember(r.exchange, r.id, r.arrived)
		w.history.add(r.remembered)
	}
	if r.exchange.ClientLeft() {
		r.desert()
	}
	w.mode(&w.runtime, &r.Job)
}

// Begin implements modes.Program.
func (r *Request) Begin(t *modes.Thread) {
	w := r.worker
	if t != modes.MainThread && w.on.Threaded != nil {
		w.on.Threaded()
	}
	r.thread, r.started = t, w.loop.Now()
	r.working = true
	w.calls++
	w.counts.begin()
	w.history.change(r.remembered, func(m *admin.Request) {
		m.Start, m.Wait = w.wall(r.started), (r.started - r.arrived).Seconds()
		m.Number, m.Thread, m.ThreadNumber, m.Outcome = w.calls, t.Name, t.Number, admin.Working
	})
	w.journal.Begin(t.Name, w.calls, r.id)
}

// End implements modes.Program.
func (r *Request) End(t *modes.Thread) {
	r.ended = r.worker.loop.Now()
	r.rest()
	r.worker.journal.End(t.Name, r.id)
}

// rest is the end of the handler's work.
func (r *Request) rest() {
	if r.working {
		r.working = false
		r.worker.counts.rest()
	}
}

// Abort ends the work mid-sleep: a signal has raised an exception in its thread.
func (r *Request) Abort() {
	r.Job.Abort()
	r.rest()
}

// Answer implements modes.Program.
func (r *Request) Answer() { r.exchange.Complete(r.worker.app.Hello(r.id)) }

// Fail implements modes.Program: the framework answers and raises the exception
// again, for the server to log.
func (r *Request) Fail(exception string) {
	w := r.worker
	r.ended = w.loop.Now()
	r.rest()
	r.exchange.Complete(w.app.Failed())
	if w.on.Raised != nil {
		w.on.Raised(exception)
	}
}

// Refuse implements modes.Program: no place in line (--queue).
func (r *Request) Refuse() {
	r.ended = r.worker.loop.Now()
	r.exchange.Complete(r.worker.app.QueueFull())
}

// Started tells whether the handler has begun.
func (r *Request) Started() bool { return r.started != never }

// InThread tells whether a thread runs the handler.
func (r *Request) InThread() bool {
	return r.thread != nil && r.thread != modes.MainThread && r.exchange.Answer() == nil
}

// Cancel ends the request before its work does; the answer is the server's affair. A thread runs on.
func (r *Request) Cancel() {
	r.cancelled, r.ended = true, r.worker.loop.Now()
	r.Job.Cancel()
	if r.thread == modes.MainThread {
		r.rest()
	}
}

// desert notes that the request is held for a client that has left.
func (r *Request) desert() {
	if r.deserted || r.finished || r.exchange.Answer() != nil {
		return
	}
	r.deserted = true
	r.worker.counts.desert()
	r.worker.history.change(r.remembered, func(m *admin.Request) { m.ClientLeft = true })
}

// finish enters the request's end into the sums and the log, when its answer has
// been sent or turned out to have nobody to go to.
func (r *Request) finish(sent bool) {
	o := r.outcome(sent)
	r.finished = true
	r.worker.counts.end(o, r.Started(), r.deserted)
	if r.remembered != nil || r.worker.journal.Rows() {
		r.tell(r.row(o))
	}
	if o == admin.Answered && !r.deserted { // no thread or timer has it
		r.exchange.Hold(nil)
		r.worker.free.put(r)
	}
}

// tell enters the request's end into the history and the journal.
func (r *Request) tell(row journal.Row) {
	r.worker.history.change(r.remembered, func(m *admin.Request) { row.Tell(m) })
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
	case r.started == never:
		return admin.Refused
	}
	return admin.Answered
}

// row is what the log says of the request in one line.
func (r *Request) row(o admin.Outcome) journal.Row {
	row := journal.Row{
		Exchange: r.exchange, ID: r.id, Status: r.exchange.Answer().Status,
		Arrived: r.worker.wall(r.arrived), Ended: r.worker.wall(r.ended), Outcome: o,
	}
	if o == admin.ClientLeft {
		row.Status = 0
	}
	if r.started == never {
		row.Wait = r.ended - r.arrived
		return row
	}
	row.Started = r.worker.wall(r.started)
	row.Wait, row.Work = r.started-r.arrived, r.ended-r.started
	row.Thread, row.ThreadNumber = r.thread.Name, r.thread.Number
	return row
}
