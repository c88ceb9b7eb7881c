package eventloop

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// number is a step that can be told from others.
type number int

func (number) Run() {}

// The heap gives timers back by their moment, and those of one moment in the
// order in which they were set: as a sorted list does.
func TestTimerHeapAgainstASortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h timerHeap
		timers := make([]Timer, 30)
		type entry struct {
			at    time.Duration
			order int
			timer int
		}
		var list []entry
		drop := func(timer int) {
			list = slices.DeleteFunc(list, func(e entry) bool { return e.timer == timer })
		}
		order := 0
		pick := rapid.IntRange(0, len(timers)-1)
		t.Repeat(map[string]func(*rapid.T){
			"set": func(t *rapid.T) {
				i, at := pick.Draw(t, "timer"), time.Duration(rapid.IntRange(0, 20).Draw(t, "at"))
				order++
				h.remove(&timers[i])
				h.add(&timers[i], at, number(i))
				drop(i)
				list = append(list, entry{at, order, i})
				slices.SortFunc(list, func(a, b entry) int {
					if a.at != b.at {
						return int(a.at - b.at)
					}
					return a.order - b.order
				})
			},
			"remove": func(t *rapid.T) {
				i := pick.Draw(t, "timer")
				h.remove(&timers[i])
				drop(i)
			},
			"pop": func(t *rapid.T) {
				now := time.Duration(rapid.IntRange(0, 20).Draw(t, "now"))
				got := h.pop(now)
				if len(list) == 0 || list[0].at > now {
					if got != nil {
						t.Fatalf("pop at %d: wanted none, got timer %v of %d", now, got.target, got.at)
					}
					return
				}
				if want := list[0].timer; got != &timers[want] || got.target != Runner(number(want)) {
					t.Fatalf("pop at %d: wanted timer %d, got %+v", now, want, got)
				}
				got.due = false // its step has run
				list = list[1:]
			},
			"": func(t *rapid.T) {
				if len(h.items) != len(list) {
					t.Fatalf("wanted %d timers, got %d", len(list), len(h.items))
				}
				for i := range timers {
					set := slices.ContainsFunc(list, func(e entry) bool { return e.timer == i })
					if timers[i].Active() != set {
						t.Fatalf("timer %d: wanted active %t, got %t", i, set, !set)
					}
				}
			},
		})
	})
}

// The ring gives steps back in the order in which they came.
func TestQueueAgainstASlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var q queue
		var list []number
		next := number(0)
		push := func(n int) {
			for range n {
				next++
				q.push(next)
				list = append(list, next)
			}
		}
		pop := func(n int) {
			for range min(n, len(list)) {
				if got := q.pop(); got != Runner(list[0]) {
					t.Fatalf("wanted %v, got %v", list[0], got)
				}
				list = list[1:]
			}
		}
		for _, step := range rapid.SliceOf(rapid.IntRange(-100, 100)).Draw(t, "pushes and pops") {
			push(step)
			pop(-step)
			if q.count != len(list) {
				t.Fatalf("wanted %d in the queue, got %d", len(list), q.count)
			}
		}
		pop(len(list))
	})
}
