package modes_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// A handler that begins or ends its sleep while the gate is shut keeps running until it
// is released, first come, first released. One that begins later sleeps as usual.
func TestGateHoldsHandlers(t *testing.T) {
	for name, mode := range map[string]modes.Mode{
		"threadpool": modes.Threadpool, "cooperative": modes.Cooperative, "trio's threadpool": modes.TrioThreadpool,
	} {
		t.Run(name, func(t *testing.T) {
			onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
				w := newWorld(t, f, 40, limiter.FIFO)
				ends := map[string]time.Duration{}
				add := func(at time.Duration, job string) {
					j := w.start(at, mode, job, 3*time.Second)
					j.ended = func() { ends[job] = w.Now() }
				}
				gate := func() *modes.Gate { return &w.runtime.Gate } // the world sets runtime when it runs
				add(0, "before")
				w.At(2*time.Second, func() { gate().Shut() })
				add(4*time.Second, "first")
				add(5*time.Second, "second")
				w.At(50*time.Second, func() { gate().Release(w.runtime.Loop, 2) })
				w.At(60*time.Second, func() { gate().Open(w.runtime.Loop) })
				add(70*time.Second, "after")
				w.Run(time.Hour)
				for job, want := range map[string]time.Duration{
					"first": 50 * time.Second, "before": 50 * time.Second, "second": 60 * time.Second, "after": 73 * time.Second,
				} {
					if got := ends[job]; got != want {
						t.Errorf("%s ends at %v, want %v", job, got, want)
					}
				}
			})
		})
	}
}

// Release says how many there were, and an aborted handler is not among them.
func TestGateDropsAnAbortedJob(t *testing.T) {
	w := newWorld(t, eventloop.Asyncio, 40, limiter.FIFO)
	w.At(0, func() { w.runtime.Gate.Shut() })
	inThread := func(runtime *modes.Runtime, j *modes.Job) {
		runtime.RunIn(modes.MainThread, eventloop.Func(func() { modes.InConnectionThread(runtime, j) }))
	}
	aborted := w.start(time.Second, inThread, "aborted", time.Second)
	w.start(2*time.Second, inThread, "kept", time.Second)
	w.At(3*time.Second, aborted.Abort)
	w.At(4*time.Second, func() {
		if n := w.runtime.Gate.Release(w.runtime.Loop, 5); n != 1 {
			t.Errorf("released %d, want 1", n)
		}
	})
	w.Run(time.Hour)
	w.saw("1s aborted begins on MainThread 0", "2s kept begins on MainThread 0", "4s kept ends on MainThread 0", "4s kept answers")
}

// A job that is aborted just after its release does not end.
func TestGateDoesNotEndAJobAbortedAfterItsRelease(t *testing.T) {
	w := newWorld(t, eventloop.Asyncio, 40, limiter.FIFO)
	w.At(0, func() { w.runtime.Gate.Shut() })
	aborted := w.start(time.Second, func(runtime *modes.Runtime, j *modes.Job) {
		runtime.RunIn(modes.MainThread, eventloop.Func(func() { modes.InConnectionThread(runtime, j) }))
	}, "aborted", time.Second)
	w.At(2*time.Second, func() {
		w.runtime.Gate.Open(w.runtime.Loop)
		aborted.Abort()
	})
	w.Run(time.Hour)
	w.saw("1s aborted begins on MainThread 0")
}
