package modes_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// computer is a job with steps of its own.
type computer struct {
	job
	steps []modes.Step
}

func (c *computer) Next() modes.Step {
	if len(c.steps) == 0 {
		return modes.Step{}
	}
	s := c.steps[0]
	c.steps = c.steps[1:]
	return s
}

// run starts a job with steps of its own.
func (w *world) run(at time.Duration, m modes.Mode, name string, steps ...modes.Step) {
	c := &computer{job: job{world: w, name: name}, steps: steps}
	c.Program = c
	w.At(at, func() { w.runtime.Loop.Post(eventloop.Func(func() { m(w.runtime, &c.Job) })) })
}

// at is when a job did something, or fails the test.
func (w *world) at(what string) time.Duration {
	w.t.Helper()
	for _, line := range w.log {
		var at, rest string
		if _, err := fmt.Sscanf(line, "%s", &at); err == nil {
			rest = line[len(at)+1:]
		}
		if rest == what {
			d, err := time.ParseDuration(at)
			if err != nil {
				w.t.Fatal(err)
			}
			return d
		}
	}
	w.t.Fatalf("%q not in %q", what, w.log)
	return 0
}

// near checks that something happened at a time, or at most a tenth later.
func (w *world) near(what string, want time.Duration) {
	w.t.Helper()
	if got := w.at(what); got < want || got > want+want/10 {
		w.t.Errorf("%s at %v, want %v", what, got, want)
	}
}

const ms = time.Millisecond

func cpu(d time.Duration) modes.Step   { return modes.Step{Kind: modes.Compute, For: d} }
func gil(d time.Duration) modes.Step   { return modes.Step{Kind: modes.Keep, For: d} }
func sleep(d time.Duration) modes.Step { return modes.Step{Kind: modes.Sleep, For: d} }
func block(d time.Duration) modes.Step { return modes.Step{Kind: modes.Block, For: d} }

// Threads that compute share the processor; one that keeps the lock holds up the others and the loop.
func TestThreadsThatComputeShareTheInterpreter(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 40, limiter.FIFO)
		for i := range 4 {
			w.run(0, modes.Threadpool, fmt.Sprint("c", i), cpu(100*ms))
		}
		w.run(time.Second, modes.Threadpool, "keeps", gil(500*ms))
		w.run(1100*ms, modes.Cooperative, "async")
		w.run(1100*ms, modes.Threadpool, "slept", sleep(50*ms))
		w.Run(time.Hour)
		var ends []time.Duration
		for i := range 4 {
			ends = append(ends, w.at(fmt.Sprintf("c%d answers", i)))
		}
		if slices.Min(ends) < 250*ms || slices.Max(ends) > 440*ms {
			t.Errorf("ends at %v", ends)
		}
		w.near("keeps answers", 1500*ms)
		w.near("async answers", 1500*ms)
		w.near("slept answers", 1550*ms)
	})
}

// A thread that sleeps goes on at its time while the loop is blocked, unless something keeps the lock.
func TestThreadsGoOnWhileTheLoopIsBlocked(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 40, limiter.FIFO)
		w.run(0, modes.Threadpool, "free", sleep(300*ms), sleep(300*ms))
		w.run(100*ms, modes.Cooperative, "blocks", block(time.Second))
		w.run(2000*ms, modes.Threadpool, "held", sleep(300*ms), sleep(300*ms))
		w.run(2100*ms, modes.Cooperative, "keeps", gil(time.Second))
		w.run(4000*ms, modes.Threadpool, "beside", cpu(300*ms))
		w.run(4005*ms, modes.Cooperative, "computes", cpu(300*ms))
		w.Run(time.Hour)
		if got := w.at("free ends on pool 1"); got != 600*ms {
			t.Errorf("a thread ended at %v while the loop was blocked, want 600ms", got)
		}
		w.near("free answers", 1100*ms)
		w.near("keeps answers", 3100*ms)
		w.near("held answers", 3400*ms)
		w.near("computes answers", 4600*ms)
		w.near("beside answers", 4600*ms)
	})
}
