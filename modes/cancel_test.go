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

// At whichever step of its way a job is cancelled, it takes no further one of
// the loop, and its token comes back.
func TestCancelledAtEveryStep(t *testing.T) {
	for _, mode := range []string{"threadpool", "cooperative"} {
		for step := range 7 {
			t.Run(fmt.Sprintf("%s, step %d", mode, step), func(t *testing.T) {
				onEachLoop(t, func(t *testing.T, f eventloop.Flavour) { cancelAt(t, f, modes.ByName(modes.Table(), mode), step) })
			})
		}
	}
}

// cancelAt cancels one job some steps behind its start, and another that waits
// some steps behind the moment in which it may go on.
func cancelAt(t *testing.T, f eventloop.Flavour, m modes.Mode, step int) {
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
		if behind := did[at+1:]; slices.Contains(behind, "begins") || slices.Contains(behind, "answers") {
			t.Errorf("%s: %v", name, did)
		}
	}
	if !strings.HasSuffix(strings.Join(w.log, "\n"), "last answers") {
		t.Errorf("who came last found no thread:\n%s", strings.Join(w.log, "\n"))
	}
}

// after runs f so many steps of the loop behind a moment.
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
