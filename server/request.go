package server

import (
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/stacks"
)

// request is one call of the article's program: what its mode runs.
type request struct {
	modes.Job
	worker *Worker
	cycle  *http1.Cycle
	thread *modes.Thread
	id     string

	arrived, started, ended time.Duration
	refused, cancelled      bool
}

// hold keeps a request until its work is done.
func (w *Worker) hold(c *http1.Cycle, id string, sleep time.Duration) {
	r := &request{worker: w, cycle: c, id: id, arrived: w.loop.Now(), started: never}
	r.Program, r.Sleep = r, sleep
	c.Hold(r)
}

// never marks a moment that has not come.
const never = time.Duration(-1)

// Run is the request's first step: FastAPI calls the path operation. A request
// that is parsed ahead and never has its turn is not counted.
func (r *request) Run() {
	r.worker.counts.held.Add(1)
	r.worker.mode(&r.worker.shared, &r.Job)
}

// Begin implements modes.Program.
func (r *request) Begin(t *modes.Thread) {
	w := r.worker
	r.thread, r.started = t, w.loop.Now()
	w.journal.Begin(t.Name, int(w.counts.started.Add(1)), r.id)
}

// End implements modes.Program.
func (r *request) End(t *modes.Thread) {
	r.ended = r.worker.loop.Now()
	r.worker.journal.End(t.Name, r.id)
}

// Answer implements modes.Program.
func (r *request) Answer() { r.complete(r.worker.answer(r.id)) }

// Refuse implements modes.Program: no place in line (--queue).
func (r *request) Refuse() {
	r.refused = true
	r.ended = r.worker.loop.Now()
	r.complete(r.worker.stack.App.QueueFull)
}

// complete answers, unless the request has been cancelled: then its thread has
// worked on for nobody.
func (r *request) complete(a *http1.Answer) {
	if r.cancelled {
		return
	}
	r.account(a.Status)
	r.cycle.Complete(a)
}

// cancel ends the request before its work does. Its answer is Uvicorn's affair.
func (r *request) cancel(status int) {
	r.cancelled, r.ended = true, r.worker.loop.Now()
	r.account(status)
}

// account enters the request's end into the sums and the log.
func (r *request) account(status int) {
	r.worker.counts.held.Add(-1)
	r.outcome().Add(1)
	r.worker.journal.Row(r.row(status))
}

// outcome is the sum that the request now belongs to.
func (r *request) outcome() *atomic.Int64 {
	switch {
	case r.refused:
		return &r.worker.counts.refused
	case r.cancelled && !r.cycle.ClientLeft():
		return &r.worker.counts.cancelled
	case r.cycle.ClientLeft():
		return &r.worker.counts.left
	}
	return &r.worker.counts.answered
}

// row is what the log says of the request in one line.
func (r *request) row(status int) Row {
	row := Row{
		Cycle: r.cycle, ID: r.id, Status: status,
		Arrived: r.worker.wall(r.arrived), Ended: r.worker.wall(r.ended), Outcome: "answered",
	}
	if r.started != never {
		row.Started = r.worker.wall(r.started)
		row.Wait, row.Work = r.started-r.arrived, r.ended-r.started
		row.Thread, row.ThreadNumber = r.thread.Name, r.thread.Number
	} else {
		row.Wait = r.ended - r.arrived
	}
	switch {
	case r.refused:
		row.Outcome = "refused"
	case r.cycle.ClientLeft():
		row.Outcome, row.Status = "client left", 0
	case r.cancelled:
		row.Outcome = "cancelled"
	}
	return row
}

var hello = stacks.Document(200, "application/json", `"hello"`)

// helloAll is what the program answers where it does not name the request.
func helloAll(string) *http1.Answer { return hello }

// helloEach is what the cooperative program answers: json.dumps of its id.
func helloEach(id string) *http1.Answer {
	return stacks.Document(200, "application/json", quoteJSON("hello #"+id))
}

// quoteJSON writes a string as Python's json.dumps does with
// ensure_ascii=False: control characters, quote and backslash are escaped.
func quoteJSON(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch r {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		case '\b':
			b.WriteString(`\b`)
		case '\f':
			b.WriteString(`\f`)
		default:
			if r < ' ' {
				b.WriteString(`\u00` + strconv.FormatInt(int64(r)>>4, 16) + strconv.FormatInt(int64(r)&15, 16))
			} else {
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('"')
	return b.String()
}
