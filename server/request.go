package server

import (
	"strconv"
	"strings"
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
	cancelled               bool
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
	r.worker.counts.change(func(s *sums) { s.accepted++; s.held++ })
	r.worker.mode(&r.worker.shared, &r.Job)
}

// Begin implements modes.Program.
func (r *request) Begin(t *modes.Thread) {
	w := r.worker
	r.thread, r.started = t, w.loop.Now()
	w.counts.change(func(s *sums) { s.started++ })
	w.journal.Begin(t.Name, int(w.counts.started), r.id)
}

// End implements modes.Program.
func (r *request) End(t *modes.Thread) {
	r.ended = r.worker.loop.Now()
	r.worker.journal.End(t.Name, r.id)
}

// Answer implements modes.Program.
func (r *request) Answer() { r.cycle.Complete(r.worker.answer(r.id)) }

// Refuse implements modes.Program: no place in line (--queue).
func (r *request) Refuse() {
	r.ended = r.worker.loop.Now()
	r.cycle.Complete(r.worker.stack.App.QueueFull)
}

// cancel ends the request before its work does. Its answer is Uvicorn's affair.
func (r *request) cancel() {
	r.cancelled, r.ended = true, r.worker.loop.Now()
	r.Cancel()
}

// finish enters the request's end into the sums and the log, when its answer has
// been sent or turned out to have nobody to go to.
func (r *request) finish(sent bool) {
	o := r.outcome(sent)
	r.worker.counts.change(func(s *sums) { s.held--; *s.of(o)++ })
	if r.worker.journal.Rows() {
		r.worker.journal.Row(r.row(o))
	}
}

// outcome is what became of the request.
func (r *request) outcome(sent bool) Outcome {
	switch {
	case !sent:
		return ClientLeft
	case r.cancelled:
		return Cancelled
	case r.started == never:
		return Refused
	}
	return Answered
}

// row is what the log says of the request in one line.
func (r *request) row(o Outcome) Row {
	row := Row{
		Cycle: r.cycle, ID: r.id, Status: r.cycle.Answer().Status,
		Arrived: r.worker.wall(r.arrived), Ended: r.worker.wall(r.ended), Outcome: o,
	}
	if o == ClientLeft {
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
