package explain

import "slices"

// mostTried bounds a search: programs for people take a few steps.
const mostTried = 5_000

// search looks for how many requests of each kind hold all of a set of resources, with the fewest requests.
type search struct {
	set    []int
	kinds  []kind // those that hold most of the set come first
	left   []int  // of each resource
	counts []int  // of each kind, so far
	budget int

	best   []int
	fewest int
}

// within is how much of the set a request of a kind holds.
func (s *search) within(k kind) int {
	sum := 0
	for _, i := range s.set {
		sum += k.holds[i]
	}
	return sum
}

// try chooses the count of the kind at and of those after it. total is what the kinds before it have.
func (s *search) try(at, total int) {
	s.budget--
	needed, possible := s.needed(at)
	switch {
	case !possible || s.budget < 0 || s.best != nil && total+needed >= s.fewest:
		return
	case needed == 0:
		s.best, s.fewest = slices.Clone(s.counts), total
		return
	}
	for n := s.room(s.kinds[at]); n >= 0 && s.budget >= 0; n-- {
		s.take(at, n)
		s.try(at+1, total+n)
		s.take(at, -n)
	}
}

// take adds n requests of a kind.
func (s *search) take(at, n int) {
	s.counts[at] += n
	for i, units := range s.kinds[at].holds {
		s.left[i] -= n * units
	}
}

// room is how many more requests of a kind there can be.
func (s *search) room(k kind) int {
	n := -1
	for i, units := range k.holds {
		if units > 0 && (n < 0 || s.left[i]/units < n) {
			n = s.left[i] / units
		}
	}
	return n
}

// needed is at least how many more requests are needed, of the kind at and those after it. They may be unable to.
func (s *search) needed(at int) (requests int, possible bool) {
	sum, widest := 0, 1
	for _, i := range s.set {
		units := 0
		for _, k := range s.kinds[at:] {
			units = max(units, k.holds[i])
		}
		if s.left[i] > 0 && units == 0 {
			return 0, false
		}
		sum += s.left[i]
	}
	if at < len(s.kinds) {
		widest = s.within(s.kinds[at]) // no kind after it holds more
	}
	return (sum + widest - 1) / widest, true
}
