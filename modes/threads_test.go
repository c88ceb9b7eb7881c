package modes_test

import (
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

func TestTheThreadThatFinishedLastIsTakenFirst(t *testing.T) {
	onEachLoop(t, func(t *testing.T, f eventloop.Flavour) {
		w := newWorld(t, f, 40, limiter.LIFO)
		w.start(0, modes.Threadpool, "a", 2*time.Second)
		w.start(0, modes.Threadpool, "b", 3*time.Second)
		w.start(0, modes.Threadpool, "c", 1*time.Second)
		for _, name := range []string{"d", "e", "f", "g"} {
			w.start(5*time.Second, modes.Threadpool, name, time.Second)
		}
		w.Run(4 * time.Second)
		w.log = nil
		w.Run(5500 * time.Millisecond)
		w.saw("5s d begins on pool 2", "5s e begins on pool 1", "5s f begins on pool 3", "5s g begins on pool 4")
	})
}

// Threads that have been idle for 10 s end when the next one is taken, which may be
// one of them; new threads get new numbers.
func TestIdleThreadsEndWhenTheNextIsTaken(t *testing.T) {
	p := modes.NewThreads(modes.Pool{Name: "pool", MaxIdle: 10 * time.Second})
	live := func(when string, want int) {
		t.Helper()
		if got := p.Live(); got != want {
			t.Errorf("%s: wanted %d threads, got %d (alone: %s)", when, want, got, check.Alone(t))
		}
	}
	number := func(thread *modes.Thread, want int) {
		t.Helper()
		if thread.Number != want || thread.Name != "pool" {
			t.Errorf("wanted thread %d, got %s %d (alone: %s)", want, thread.Name, thread.Number, check.Alone(t))
		}
	}
	var threads []*modes.Thread
	for range 6 {
		threads = append(threads, p.Take(0))
	}
	for i, thread := range threads {
		p.Put(thread, time.Duration(i)*time.Second) // 1 at 0 s … 6 at 5 s
	}
	live("while none is taken", 6)
	number(p.Take(11999*time.Millisecond), 6)
	live("after 10 s, without the two that were idle so long", 4)
	number(p.Take(12*time.Second), 5)
	live("at exactly 10 s", 3)
	p.Put(threads[5], 12*time.Second)
	number(p.Take(time.Hour), 6)
	live("only the one taken is left", 2)
	number(p.Take(time.Hour), 7)
	live("and one more is made", 3)
}
