package eventloop

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// number is a step that can be told from others.
type number int

func (number) Run() {}

// Timers come back by their moment, and those of one moment in the order in which
// they were set: as a sorted list gives them. Some are in the list, some in the heap.
func TestTimersAgainstASortedList(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h timers
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
				if got := h.line.live + len(h.heap); got != len(list) {
					t.Fatalf("wanted %d timers, got %d", len(list), got)
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

// Timers of one length that are set again and again, as a connection's keep-alive
// time is, stay in the list, which does not grow with the number of times.
func TestTimersOfOneLength(t *testing.T) {
	const connections, rounds = 300, 50
	var ts timers
	all := make([]Timer, connections)
	for round := range rounds {
		for i := range all {
			ts.remove(&all[i])
			ts.add(&all[i], time.Duration(round*connections+i), number(i))
		}
	}
	if ts.line.live != connections || len(ts.heap) != 0 || cap(ts.line.places) > 2*connections+leastPlaces {
		t.Errorf("%d in the line of %d places, %d in the heap", ts.line.live, cap(ts.line.places), len(ts.heap))
	}
	for i := range all {
		if got := ts.pop(rounds * connections); got != &all[i] {
			t.Fatalf("timer %d: got %+v", i, got)
		}
	}
	if ts.next() != nil || len(ts.line.places) != 0 {
		t.Errorf("left over: %+v", ts.line)
	}
}

// BenchmarkKeepAlive stops and sets a connection's timer, of very many.
func BenchmarkKeepAlive(b *testing.B) {
	for _, n := range []int{64, 10_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			var ts timers
			all := make([]Timer, n)
			for i := 0; b.Loop(); i++ {
				t := &all[i*7919%n]
				ts.remove(t)
				ts.add(t, time.Duration(i), number(0))
			}
		})
	}
}
