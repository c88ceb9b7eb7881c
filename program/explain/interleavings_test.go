package explain_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/explain"
)

// The predicted circular waits are compared with a search through all interleavings of a few requests: it finds every
// state in which no request can go on.

// world searches through all states of some requests.
type world struct {
	courses  [][]event // the different ways of all requests
	capacity []int     // by resource, from 1
	seen     map[string]bool
	most     int // states to look at
}

// place is where a request is: before an event of its course.
type place struct{ course, at int }

// eventsOf lists the different ways of all requests for a program.
func eventsOf(p *program.Program) [][]event {
	var all [][]event
	for _, r := range p.Routes {
		for _, c := range coursesOf(p, r) {
			if !slices.ContainsFunc(all, func(other []event) bool { return slices.Equal(other, c.events) }) {
				all = append(all, c.events)
			}
		}
	}
	return all
}

// stalls reports whether n requests can come to a state in which one waits forever. sure is false if there are too many
// states to tell.
func (w *world) stalls(n int) (stalls, sure bool) {
	w.seen = map[string]bool{}
	return w.choose(nil, n), len(w.seen) < w.most
}

// choose tries all combinations of courses.
func (w *world) choose(chosen []place, n int) bool {
	if len(chosen) == n {
		return w.stuck(chosen)
	}
	first := 0
	if len(chosen) > 0 {
		first = chosen[len(chosen)-1].course
	}
	for c := first; c < len(w.courses); c++ {
		if w.choose(append(slices.Clone(chosen), place{course: c}), n) {
			return true
		}
	}
	return false
}

// stuck reports whether the requests can come from a state to one in which none can go on, and not all have ended.
func (w *world) stuck(places []place) bool {
	slices.SortFunc(places, func(a, b place) int { return 1000*(a.course-b.course) + a.at - b.at })
	key := fmt.Sprint(places)
	if w.seen[key] || len(w.seen) >= w.most {
		return false
	}
	w.seen[key] = true
	left := slices.Clone(w.capacity)
	for _, p := range places {
		for _, e := range w.courses[p.course][:p.at] {
			if e > 0 {
				left[e]--
			} else {
				left[-e]++
			}
		}
	}
	moved, ended := false, 0
	for i, p := range places {
		events := w.courses[p.course]
		switch {
		case p.at == len(events):
			ended++
		case events[p.at] < 0 || left[events[p.at]] > 0:
			moved = true
			next := slices.Clone(places)
			next[i].at++
			if w.stuck(next) {
				return true
			}
			if events[p.at] < 0 {
				return false // to release first takes no state away
			}
		}
	}
	return !moved && ended < len(places)
}

func TestNoInterleavingStallsWithFewerRequests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(t)
		on := explain.Conditions{Threads: rapid.IntRange(1, 2).Draw(t, "threads")}
		w := world{courses: eventsOf(p), capacity: []int{0, on.Threads}, most: 3000}
		predicted := 5 // as many as the search can try
		for _, pool := range p.Pools {
			w.capacity = append(w.capacity, pool.Size+pool.Overflow)
		}
		found := explain.Explain(p, on).CircularWaits
		if len(found) > 0 {
			predicted = found[0].Requests
		}
		if stalls, _ := w.stalls(min(predicted, 5) - 1); stalls {
			t.Errorf("fewer than the predicted %d requests can stall: %v", predicted, w.courses)
		}
		if len(found) == 0 || predicted > 4 {
			return
		}
		if stalls, sure := w.stalls(predicted); !stalls && sure {
			t.Errorf("%d requests cannot stall: %v, predicted %+v", predicted, w.courses, found[0])
		}
	})
}
