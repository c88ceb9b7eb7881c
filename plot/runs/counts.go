package runs

import (
	"cmp"
	"slices"
	"time"
)

// counts are an amount over time: from each moment on, there are so many. It is 0 before the first.
type counts []count

type count struct {
	at    time.Duration
	value int
}

// running counts the handlers that run, and waiting the requests that have arrived and not started.
func (r Run) running() counts {
	var changes counts
	for _, q := range r.Requests {
		if q.Started {
			changes = append(changes, count{q.Start, 1})
			if q.Ended {
				changes = append(changes, count{q.End, -1})
			}
		}
	}
	return sum(changes)
}

func (r Run) waiting() counts {
	var changes counts
	for _, q := range r.Requests {
		changes = append(changes, count{q.Arrival, 1})
		if q.Started {
			changes = append(changes, count{q.Start, -1})
		} else if q.Ended {
			changes = append(changes, count{q.End, -1})
		}
	}
	return sum(changes)
}

// finished counts the requests that have ended.
func (r Run) finished() counts {
	var changes counts
	for _, q := range r.Requests {
		if q.Ended {
			changes = append(changes, count{q.End, 1})
		}
	}
	return sum(changes)
}

// sum adds changes up. Those of the same moment count together: a thread that ends one request and begins another is
// not idle in between, and a request that starts when it arrives has not waited.
func sum(changes counts) counts {
	slices.SortFunc(changes, func(a, b count) int { return cmp.Compare(a.at, b.at) })
	var all counts
	value := 0
	for i, c := range changes {
		value += c.value
		if i == len(changes)-1 || changes[i+1].at != c.at {
			all = append(all, count{c.at, value})
		}
	}
	return all
}

// least is the shortest time for which an amount counts. In a server, a thread that has ended is without work for some
// microseconds, and so is a request without a thread that has just arrived.
func (r Run) least() time.Duration { return min(time.Millisecond, r.Last/2000) }

// settled leaves out what lasts less than some time. Where nothing lasts longer, it takes one amount for each such time.
func (c counts) settled(least time.Duration) counts {
	var all counts
	var restless time.Duration // when what lasts less has begun, or the last of it was taken
	short := false
	for i, one := range c {
		switch {
		case i == len(c)-1 || c[i+1].at-one.at >= least:
			short = false
		case !short:
			restless, short = one.at, true
			continue
		case one.at-restless < least:
			continue
		default:
			restless = one.at
		}
		all = append(all, one)
	}
	return all
}

// most is the greatest value.
func (c counts) most() int {
	most := 0
	for _, one := range c {
		most = max(most, one.value)
	}
	return most
}

// thin leaves at most four counts for each step of time, among them the greatest, the least, and the last of each.
func (c counts) thin(step time.Duration) counts {
	if step <= 0 {
		return c
	}
	var all counts
	for i := 0; i < len(c); {
		k, low, high := i, i, i
		for ; k < len(c) && c[k].at/step == c[i].at/step; k++ {
			if c[k].value < c[low].value {
				low = k
			}
			if c[k].value > c[high].value {
				high = k
			}
		}
		kept := []int{i, low, high, k - 1}
		slices.Sort(kept)
		for _, one := range slices.Compact(kept) {
			all = append(all, c[one])
		}
		i = k
	}
	return all
}
