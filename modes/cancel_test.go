package modes_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// A job that is cancelled, at whichever step, takes no further step of the loop,
// and its token comes back.
func TestCancelledAtEveryStep(t *testing.T) {
	for _, mode := range []string{"threadpool", "cooperative"} {
		for step := range 7 {
			t.Run(fmt.Sprintf("%s, step %d", mode, step), func(t *testing.T) {
				onEachLoop(t, func(t *testing.T, f eventloop.Flavour) { cancelAt(t, f, modes.ByName(modes.OnAsyncio(), mode), step) })
			})
		}
	}
}

// cancelAt cancels one job some steps after its start, and a waiting one some
// steps after it is granted its token.
func cancelAt(t *testing.T, f eventloop.Flavour, m modes.Mode, step int) {
	t.Helper()
	w := newWorld(t, f, 1, limiter.FIFO)
	first := w.start(0, m, "first", time.Second)
	w.after(0, step, func() {
		first.note("is cancelled")
		first.Cancel()
	})
	w.start(10*time.Second, m, "work", time.Second)
	waits := w.start(10*time.Second, m, "waits", time.Second)
	w.after(11*time.Second, step, func() {
		waits.note("is cancelled")
		waits.Cancel()
	})
	w.start(20*time.Second, m, "last", time.Second)
	w.Run(time.Hour)
	if s := w.runtime.Limiter.Statistics(w.Now()); s.Borrowed+s.Waiting > 0 {
		t.Errorf("in the end: %+v", s)
	}
	for _, name := range []string{"first", "waits"} {
		var did []string
		for _, l := range w.log {
			if who, what, _ := strings.Cut(l[strings.Index(l, " ")+1:], " "); who == name {
				did = append(did, strings.Fields(what)[0])
			}
		}
		at := slices.Index(did, "is")
		if later := did[at+1:]; slices.Contains(later, "begins") || slices.Contains(later, "answers") {
			t.Errorf("%s: %v", name, did)
		}
	}
	if !strings.HasSuffix(strings.Join(w.log, "\n"), "last answers") {
		t.Errorf("the last job found no thread:\n%s", strings.Join(w.log, "\n"))
	}
}

// after runs f a number of steps of the loop after the moment at.
func (w *world) after(at time.Duration, steps int, f func()) {
	var step func()
	step = func() {
		if steps--; steps < 0 {
			f()
			return
		}
		w.runtime.Loop.Soon(eventloop.Func(step))
	}
	w.At(at, func() { w.runtime.Loop.Post(eventloop.Func(step)) })
}
