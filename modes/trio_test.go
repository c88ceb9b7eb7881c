package modes_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// onTrio is a world with trio's loop and threads.
func onTrio(t *testing.T, limit int) *world {
	w := newWorld(t, eventloop.Trio, limit, limiter.FIFO)
	w.Run(0)
	w.runtime.Threads = modes.NewThreads(modes.Pool{Name: "trio %d", MaxIdle: 10 * time.Second, Alone: true})
	return w
}

// Threads are numbered from 0. The longest waiter goes first; whether it begins
// before or after the answer that freed its token is random.
func TestTrioThreadpool(t *testing.T) {
	w := onTrio(t, 1)
	for i := range 4 {
		w.start(time.Duration(i)*100*time.Millisecond, modes.TrioThreadpool, fmt.Sprint(i), time.Second)
	}
	w.Run(time.Hour)
	if got, want := w.begun(), "0 1 2 3"; got != want {
		t.Errorf("order of starts: wanted %s, got %s (alone: %s)", want, got, check.Alone(t))
	}
	first := "1s 0 answers, 1s 1 begins on trio 0 1"
	second := "1s 1 begins on trio 0 1, 1s 0 answers"
	if got := strings.Join(w.log[2:4], ", "); got != first && got != second {
		t.Errorf("wanted either %q or %q, got %q (alone: %s)", first, second, got, check.Alone(t))
	}
}

// A thread that has been idle for ten seconds is gone, and its number is not reused.
func TestTrioThreadsEndByThemselves(t *testing.T) {
	w := onTrio(t, 40)
	for i, at := range []time.Duration{0, 100 * time.Millisecond, 5 * time.Second, 14 * time.Second, 30 * time.Second} {
		w.start(at, modes.TrioThreadpool, fmt.Sprint(i), time.Second)
	}
	w.Run(time.Hour)
	var on []string
	for _, l := range w.log {
		if f := strings.Fields(l); f[2] == "begins" {
			on = append(on, f[5])
		}
	}
	// The third job takes the thread that finished last; the fourth finds it still there.
	if got, want := strings.Join(on, " "), "0 1 1 1 2"; got != want {
		t.Errorf("threads: wanted %s, got %s (alone: %s)", want, got, check.Alone(t))
	}
}

// The article's program on trio: asyncio.sleep raises at once.
func TestNoRunningLoop(t *testing.T) {
	w := onTrio(t, 40)
	w.start(0, modes.NoRunningLoop, "a", time.Second)
	w.Run(time.Hour)
	w.saw("0s a begins on MainThread 0", "0s a fails: RuntimeError: no running event loop")
}

// A job that is cancelled, at whichever step, takes no further step, and its token
// comes back.
func TestTrioThreadpoolCancelledAtEveryStep(t *testing.T) {
	for step := range 7 {
		t.Run(fmt.Sprintf("step %d", step), func(t *testing.T) { cancelAt(t, eventloop.Trio, modes.TrioThreadpool, step) })
	}
}

// There are never more jobs running than tokens, and all tokens are used.
func TestTrioThreadpoolKeepsToItsLimit(t *testing.T) {
	w := onTrio(t, 40)
	for i := range 1000 {
		w.start(time.Duration(i%7)*time.Second, modes.TrioThreadpool, fmt.Sprint(i), time.Duration(1+i%3)*time.Second)
	}
	w.Run(24 * time.Hour)
	running, most, begun := 0, 0, 0
	for _, l := range w.log {
		switch strings.Fields(l)[2] {
		case "begins":
			running++
			begun++
		case "ends":
			running--
		}
		most = max(most, running)
	}
	if most != 40 || begun != 1000 || w.runtime.Threads.Live() != 40 {
		t.Errorf("wanted 1000 begun, 40 at once on 40 threads; got %d, %d on %d (alone: %s)",
			begun, most, w.runtime.Threads.Live(), check.Alone(t))
	}
}
