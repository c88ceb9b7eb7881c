package probe

import (
	"math"
	"slices"
)

// The words for how sure a ceiling is.
const (
	Sure   = "sure"
	Likely = "likely"
	Unsure = "unsure"
)

// waves is what the answers of one burst say about the server's ceiling.
type waves struct {
	First      int  // how many were answered in the time of one
	Ceiling    int  // how many it worked on at once
	Reached    bool // more were sent than that
	Consistent bool // the last answer came when waves of this size end
}

// readWaves infers the ceiling from the latencies of a burst, in seconds, and
// from how long one request takes. In a pool of c the first c take the time of
// one, the next c twice that, and so on, in any order: so the number of
// those that took no longer than one tells c, and the last answer must come
// when as many waves of c have ended. A loop that is blocked and sends all its
// answers at the end agrees with c = 1 as well.
func readWaves(latencies []float64, one float64) waves {
	w := waves{}
	last := 0.0
	for _, l := range latencies {
		if l < 1.5*one {
			w.First++
		}
		last = max(last, l)
	}
	w.Ceiling = max(w.First, 1)
	w.Reached = w.First < len(latencies)
	want := math.Ceil(float64(len(latencies)) / float64(w.Ceiling))
	w.Consistent = math.Abs(last/one-want) < 0.5
	return w
}

// order says which of the queued requests a server runs next.
type order struct {
	Word    string  `json:"order"`       // "first in, first out", "last in, first out", "no order"
	Tau     float64 `json:"correlation"` // Kendall's tau of arrivals and answers: 1 in order, -1 the other way round
	Waiters int     `json:"waiters"`     // how many had to wait
}

// leastWaiters is how many must have waited for their order to be told.
const leastWaiters = 3

// readOrder compares the arrivals of those who waited with when they were
// answered. Each process has a queue of its own: pairs from two queues say nothing.
func readOrder(requests []Request, one float64) *order {
	var waiters []Request // in the order of arrival
	for _, r := range requests {
		if r.good() && r.latency() >= 1.5*one {
			waiters = append(waiters, r)
		}
	}
	if len(waiters) < leastWaiters {
		return nil
	}
	pairs, sum := 0.0, 0.0
	for i, r := range waiters {
		for _, later := range waiters[i+1:] {
			if later.process != r.process || math.Abs(later.Ended-r.Ended) < 1e-4 { // or they left together
				continue
			}
			pairs++
			sum += math.Copysign(1, later.Ended-r.Ended)
		}
	}
	o := &order{Word: "no order", Waiters: len(waiters)}
	if pairs > 0 {
		o.Tau = math.Round(100*sum/pairs) / 100
	}
	switch {
	case o.Tau > 0.6:
		o.Word = "first in, first out"
	case o.Tau < -0.6:
		o.Word = "last in, first out"
	}
	return o
}

// median of some numbers; 0 of none.
func median(of []float64) float64 {
	if len(of) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}
