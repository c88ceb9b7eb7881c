package server_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/target-server/target-server/internal/tracetext"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/trace"
)

// onlooker is what a ledger remembers for those who watch its worker.
type onlooker struct {
	traced   bytes.Buffer
	queue    []string // at the last rest, the next first
	starts   []string // since then
	sequence int64
}

// watch has the worker keep account of its calls, and write a trace.
func (l *ledger) watch() { l.worker.Trace(trace.PerfettoTrace, sink{&l.watched.traced}, 0) }

// sink takes whatever a trace has.
type sink struct{ *bytes.Buffer }

func (s sink) Write(records []byte) { s.Buffer.Write(records) }
func (sink) Ready() bool            { return true }
func (sink) Lost(int)               {}

// runs are the calls that run, by their ids.
func runs(live admin.LiveWorker) (all []string, left int) {
	note := func(c admin.LiveCall) {
		all = append(all, c.ID)
		if c.Left {
			left++
		}
	}
	for _, thread := range live.Threads {
		if thread.Runs != nil {
			note(*thread.Runs)
		}
	}
	for _, c := range live.Tasks {
		note(c)
	}
	slices.Sort(all)
	return all, left
}

// live compares what the page shows with the statistics and the log, while the loop has nothing to do.
func (l *ledger) live() {
	if l.worker == nil || l.killed {
		return
	}
	live := l.worker.Live(l.watched.sequence)
	running, left := runs(live)
	queue := make([]string, len(live.Queue))
	for i, c := range live.Queue {
		if queue[i] = c.ID; c.Left {
			left++
		}
	}
	s := live.Statistics
	wrong := func(what string) {
		l.run.problem("worker %d, as the page shows it: %s: runs %q, queue %q: %+v", l.serial, what, running, queue, s)
	}
	switch {
	case len(running) != s.Busy:
		wrong("not as many run as by /stats")
	case len(queue) != s.Waiting:
		wrong("not as many wait as by /stats")
	case len(slices.Compact(slices.Clone(running))) != len(running):
		wrong("a request runs twice")
	case (live.Loop.State == admin.LoopBlocked) != (l.run.plan.cfg.Mode == "async-misuse" && len(running) > 0):
		wrong("the loop is " + string(live.Loop.State))
	case live.Loop.By != nil && live.Loop.By.ID != running[0]:
		wrong("the loop is blocked by " + live.Loop.By.ID)
	case left > s.Zombies+l.ghosts():
		wrong(fmt.Sprintf("%d clients have left", left))
	case live.Missed != 0 || live.Sequence-l.watched.sequence != int64(len(live.Ended)+len(live.Blocks)):
		wrong("calls that have ended are missing")
	}
	if !l.run.plan.foreign {
		unfinished := []string{}
		for id := range l.unfinished {
			if l.threads() || !l.finished[id] { // a coroutine that is cancelled is never done
				unfinished = append(unfinished, id)
			}
		}
		if slices.Sort(unfinished); !slices.Equal(unfinished, running) {
			wrong(fmt.Sprintf("by the log, %q run", unfinished))
		}
	}
	if !l.changed {
		l.inOrder(queue)
	}
	l.watched.queue, l.watched.starts, l.watched.sequence = queue, nil, live.Sequence
}

// inOrder checks that those who have begun were the first of the queue, in its order.
func (l *ledger) inOrder(queue []string) {
	before := l.watched.queue
	for _, id := range l.watched.starts {
		i := slices.Index(before, id)
		if i < 0 {
			continue // it came later, or was passed over
		}
		for _, passed := range before[:i] {
			if passed != "" && slices.Contains(queue, passed) {
				l.run.problem("worker %d: %s begins before %s, and the queue was %q", l.serial, id, passed, l.watched.queue)
			}
		}
		before = before[i+1:]
	}
}

// ghosts are handlers that run on after their request has ended.
func (l *ledger) ghosts() (n int) {
	for id := range l.unfinished {
		if l.finished[id] {
			n++
		}
	}
	return n
}

// seen checks the trace of a worker that has nothing left to do, and what the page shows of it.
func (l *ledger) seen() {
	if l.worker == nil || l.killed {
		return
	}
	if !l.ended {
		l.live()
		if running, _ := runs(l.worker.Live(0)); len(running) > 0 {
			l.run.problem("worker %d: runs in the end: %q", l.serial, running)
		}
	}
	lines, err := tracetext.Lines(l.watched.traced.Bytes())
	if err != nil {
		l.run.problem("worker %d: its trace: %v", l.serial, err)
	}
	wrong := slices.DeleteFunc(tracetext.Unbalanced(lines), func(text string) bool { return l.ended && strings.HasSuffix(text, "does not end") })
	if len(wrong) > 0 {
		l.run.problem("worker %d: its trace: %q\n%s", l.serial, wrong, strings.Join(lines, "\n"))
	}
}
