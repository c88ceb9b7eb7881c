package servertest

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/trace"
)

// World is the workers of a server on one listening socket.
type World struct {
	Net
	Workers []*Worker
	traced  func(*Worker)
}

// Trace has each worker write a trace of a kind to its Traced, on a clock that is 0 when the world begins. Call it before Run.
func (w *World) Trace(kind trace.Kind) {
	w.traced = func(worker *Worker) { worker.Trace(kind, sink{&worker.Traced}, 0) }
}

// sink takes whatever a trace has.
type sink struct{ *bytes.Buffer }

func (s sink) Write(records []byte) { s.Buffer.Write(records) }
func (sink) Ready() bool            { return true }
func (sink) Lost(int)               {}

// Worker is one of them, and what it has logged. Its server.Worker is nil before the world runs.
type Worker struct {
	*server.Worker
	Record
	Ended  time.Duration   // when its process ended, or sim.Never
	Traced bytes.Buffer    // what Trace had it write
	Beats  []time.Duration // when it told its master that it is alive, if the stack has one even for one worker
}

// New starts workers of a stack: as many as its defaults with the changes say.
func New(t T, stack *server.Stack, change ...func(*config.Config)) *World {
	cfg := stack.Defaults.Values
	for _, f := range change {
		f(&cfg)
	}
	cfg.Seed = max(1, cfg.Seed) // 0 would be a seed of its own each time
	w := &World{Net: newNet(t, cfg.Backlog)}
	for i := range cfg.Workers {
		w.start(stack, stack.Seeded(cfg, i))
	}
	return w
}

func (w *World) start(stack *server.Stack, cfg config.Config) {
	worker := &Worker{Ended: sim.Never}
	w.Workers = append(w.Workers, worker)
	w.Process(func(p *sim.Process) {
		log := newRecorder(&worker.Record, stack, cfg, p)
		worker.Worker = server.NewWorker(cfg, stack, p, p, log)
		if stack.Supervised {
			worker.OnBeat(func() { worker.Beats = append(worker.Beats, w.Now()) })
		}
		if w.traced != nil {
			w.traced(worker)
		}
		worker.Announce()
		log.serving = true
		if err := Serve(worker.Worker, p.Adopt(w.Listener)); err != nil {
			w.t.Error(err)
		}
		worker.Ended = w.Now()
	})
}

// Serve has a worker serve a listening socket until it ends, for tests that have a journal of their own.
func Serve(worker *server.Worker, listener eventloop.Handle) error {
	if err := worker.Start(listener); err != nil {
		return err
	}
	return worker.Run()
}

// Signal sends a signal to the first worker at a moment.
func (w *World) Signal(at time.Duration, sig os.Signal) {
	w.At(at, func() { w.Workers[0].Signal(sig) })
}

// End is when the first worker's process has ended, or sim.Never.
func (w *World) End() time.Duration { return w.Workers[0].Ended }

// Starts are the ids of all workers' requests in the order in which their work began.
func (w *World) Starts() []string {
	var all []Mark
	for _, worker := range w.Workers {
		all = append(all, worker.Starts...)
	}
	slices.SortStableFunc(all, func(a, b Mark) int { return int(a.At - b.At) })
	ids := make([]string, len(all))
	for i, m := range all {
		ids[i] = m.ID
	}
	return ids
}

// Sums are the first worker's counts of requests, as in /stats.
func (w *World) Sums() string {
	s := w.Workers[0].Statistics()
	return fmt.Sprintf("accepted %d: held %d, answered %d, refused %d, cancelled %d, left %d; started %d",
		s.Accepted, s.Held, s.Answered, s.Refused, s.Cancelled, s.Left, s.Started)
}

// Outcomes are what the first worker's rows say of it: id, status and outcome of each.
func (w *World) Outcomes() string {
	var all []string
	for _, row := range w.Workers[0].Rows {
		all = append(all, fmt.Sprint(row.ID, " ", row.Status, " ", row.Outcome))
	}
	return strings.Join(all, ", ")
}

// Printed compares all that the first worker has logged, in order.
func (w *World) Printed(want ...string) {
	w.t.Helper()
	check.Equal(w.t, "log", strings.Join(w.Workers[0].Lines, "\n"), strings.Join(want, "\n"))
}

// AnswerLength is how many bytes a stack answers to one of the requests that [Net.Get] and [Net.Deaf] send.
func AnswerLength(t T, stack *server.Stack, change ...func(*config.Config)) int {
	w := New(t, stack, change...)
	c := w.Get(0, 1)
	w.Run(time.Second)
	return len(c.Text())
}
