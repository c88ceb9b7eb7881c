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

// begun lists the names of the jobs in the order in which they began.
func (w *world) begun() string {
	var names []string
	for _, l := range w.log {
		if f := strings.Fields(l); f[2] == "begins" {
			names = append(names, f[1])
		}
	}
	return strings.Join(names, " ")
}

func TestThreadpoolServesTheQueueInItsOrder(t *testing.T) {
	for order, want := range map[limiter.Order]string{limiter.LIFO: "1 2 6 5 4 3", limiter.FIFO: "1 2 3 4 5 6"} {
		t.Run(order.String(), func(t *testing.T) {
			onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
				w := newWorld(t, f, 2, order)
				for i := range 6 {
					w.start(time.Duration(i)*100*time.Millisecond, modes.Threadpool, fmt.Sprint(i+1), time.Second)
				}
				w.Run(time.Hour)
				if got := w.begun(); got != want {
					t.Errorf("order of starts: wanted %s, got %s (alone: %s)", want, got, check.Alone(t))
				}
			})
		})
	}
}

// A job that ends gives its token back and answers in one step; then the next
// begins, on the thread that is now free.
func TestThreadpoolAnswersBeforeTheNextBegins(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 1, limiter.FIFO)
		w.start(0, modes.Threadpool, "a", time.Second)
		w.start(0, modes.Threadpool, "b", time.Second)
		w.Run(time.Hour)
		w.saw("0s a begins on pool 1", "1s a ends on pool 1", "1s a answers",
			"1s b begins on pool 1", "2s b ends on pool 1", "2s b answers")
	})
}

func TestThreadpoolRefusesAtTheBound(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 1, limiter.LIFO)
		w.At(0, func() { w.runtime.Limiter.SetBound(1) })
		for i, name := range []string{"a", "b", "c", "d"} {
			w.start(time.Duration(i)*400*time.Millisecond, modes.Threadpool, name, time.Second)
		}
		w.Run(time.Hour)
		w.saw("0s a begins on pool 1", "800ms c is refused", "1s a ends on pool 1", "1s a answers", "1s b begins on pool 1",
			"2s b ends on pool 1", "2s b answers", "2s d begins on pool 1", "3s d ends on pool 1", "3s d answers")
	})
}

// A thread keeps running while the loop is blocked; only the answer is late.
func TestThreadpoolRunsBesideABlockedLoop(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 40, limiter.LIFO)
		w.start(0, modes.Threadpool, "a", 2*time.Second)
		w.start(1*time.Second, modes.AsyncMisuse, "b", 4*time.Second)
		w.Run(time.Hour)
		last := w.log[len(w.log)-1]
		if last != "5s a answers" {
			t.Errorf("last line: wanted %q, got %q (alone: %s)", "5s a answers", last, check.Alone(t))
		}
	})
}

// There are never more jobs running than tokens.
func TestThreadpoolNeverExceedsItsLimit(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 40, limiter.LIFO)
		for i := range 1000 {
			w.start(time.Duration(i%7)*time.Second, modes.Threadpool, fmt.Sprint(i), time.Duration(1+i%3)*time.Second)
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
	})
}
