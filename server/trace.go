package server

import (
	"strconv"
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/trace"
)

// TraceSink takes the records of a trace; a [trace.File] is one. Its methods must not block.
type TraceSink interface {
	Write(records []byte) // whole ones
	Ready() bool          // whether there is any use in beginning something new
	Lost(n int)           // requests are not in the trace, because it was not ready
}

// traceWriter writes a worker's trace. It belongs to the loop's goroutine.
type traceWriter interface {
	unheld(e http1.Exchange, row *journal.Row) // a request that never reached the program has ended
	flush()                                    // before the loop waits
}

// Trace makes the worker write a trace of a kind. epoch is the time of the trace's clock at 0 of the loop's clock. Call it
// before Start.
func (w *Worker) Trace(kind trace.Kind, to TraceSink, epoch time.Duration) {
	if kind == trace.PerfettoTrace {
		t := newTracer(w, to, trace.NewPerfetto(w.traced(epoch), traceKeys()...), epoch)
		w.trace = t
		w.Observed(t)
		return
	}
	w.rows = newTracedRows(w, to, kind)
	w.trace = w.rows
}

// traced is what a trace says of the worker.
func (w *Worker) traced(epoch time.Duration) trace.Process {
	return trace.Process{PID: processID, Name: w.cfg.Stack + " worker " + strconv.Itoa(w.number), Start: epoch + w.loop.Now()}
}

// tracedRows writes a row for each request.
type tracedRows struct {
	worker *Worker
	to     TraceSink
	rows   *trace.Rows
	client []byte // of the last row
}

func newTracedRows(w *Worker, to TraceSink, kind trace.Kind) *tracedRows {
	return &tracedRows{worker: w, to: to, rows: trace.NewRows(kind.Format())}
}

func (t *tracedRows) unheld(_ http1.Exchange, row *journal.Row) { t.row(row) }

// row writes the row of a request that has ended.
func (t *tracedRows) row(row *journal.Row) {
	if !t.to.Ready() {
		t.to.Lost(1)
		return
	}
	t.client = row.Exchange.AppendClient(t.client[:0])
	t.rows.Add(&trace.Row{
		Time: t.worker.wall(t.worker.loop.Now()), Arrived: row.Arrived, Started: row.Started, Ended: row.Ended,
		Wait: row.Wait, Work: row.Work, Worker: processID, Number: row.Number, Thread: row.Thread, ThreadNumber: row.ThreadNumber,
		Route: row.Route, Outcome: string(row.Outcome), Status: row.Status, ClientLeft: row.ClientLeft,
		Client: t.client,
		Method: row.Exchange.Method(), Target: row.Exchange.Target(), ID: row.ID,
	})
	if t.rows.Len() > handOverAfter {
		t.flush()
	}
}

func (t *tracedRows) flush() {
	if t.rows.Len() > 0 {
		t.to.Write(t.rows.Take())
	}
}
