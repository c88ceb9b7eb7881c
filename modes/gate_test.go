package modes_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// A handler that begins while the gate is shut, or comes to its end then, is in work
// until it is let go, and those who came first go first. One that begins behind that
// works by the clock.
func TestGateKeepsHandlersInWork(t *testing.T) {
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
				gate := func() *modes.Gate { return &w.runtime.Gate } // which the world makes when it runs
				add(0, "before")
				w.At(2*time.Second, func() { gate().Shut() })
				add(4*time.Second, "first")
				add(5*time.Second, "second")
				w.At(50*time.Second, func() { gate().LetGo(w.runtime.Loop, 2) })
				w.At(60*time.Second, func() { gate().Open(w.runtime.Loop) })
				add(70*time.Second, "behind")
				w.Run(time.Hour)
				for job, want := range map[string]time.Duration{
					"first": 50 * time.Second, "before": 50 * time.Second, "second": 60 * time.Second, "behind": 73 * time.Second,
				} {
					if got := ends[job]; got != want {
						t.Errorf("%s ends at %v, want %v", job, got, want)
					}
				}
			})
		})
	}
}

// What is let go is as many as there are, and a handler that is broken off waits no more.
func TestGateForgetsWhoIsBrokenOff(t *testing.T) {
	w := newWorld(t, eventloop.Asyncio, 40, limiter.FIFO)
	w.At(0, func() { w.runtime.Gate.Shut() })
	inThread := func(runtime *modes.Runtime, j *modes.Job) {
		runtime.RunIn(modes.MainThread, eventloop.Func(func() { modes.InThread(runtime, j) }))
	}
	broken := w.start(time.Second, inThread, "broken", time.Second)
	w.start(2*time.Second, inThread, "kept", time.Second)
	w.At(3*time.Second, broken.Break)
	w.At(4*time.Second, func() {
		if n := w.runtime.Gate.LetGo(w.runtime.Loop, 5); n != 1 {
			t.Errorf("let %d go, want 1", n)
		}
	})
	w.Run(time.Hour)
	w.saw("1s broken begins on MainThread 0", "2s kept begins on MainThread 0", "4s kept ends on MainThread 0", "4s kept answers")
}

// One that is broken off in the moment in which it has been let go does not end.
func TestGateEndsNobodyWhoWasBrokenOffBehindIt(t *testing.T) {
	w := newWorld(t, eventloop.Asyncio, 40, limiter.FIFO)
	w.At(0, func() { w.runtime.Gate.Shut() })
	broken := w.start(time.Second, func(runtime *modes.Runtime, j *modes.Job) {
		runtime.RunIn(modes.MainThread, eventloop.Func(func() { modes.InThread(runtime, j) }))
	}, "broken", time.Second)
	w.At(2*time.Second, func() {
		w.runtime.Gate.Open(w.runtime.Loop)
		broken.Break()
	})
	w.Run(time.Hour)
	w.saw("1s broken begins on MainThread 0")
}
