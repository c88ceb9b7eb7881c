package runs

import (
	"cmp"
	"slices"
	"time"
)

// Run is what became of the requests of one run.
type Run struct {
	Name     string
	Requests []Request     // by arrival
	Last     time.Duration // the last moment that is known of, since the first arrival
}

// Request is what became of one request. Times are since the first arrival of its run.
type Request struct {
	Arrival time.Duration
	Start   time.Duration // of its handler, if Started
	End     time.Duration // of its handler, or of whatever else ended it, if Ended
	Started bool          // its handler has started
	Ended   bool
	Worker  int    // process id or number
	Thread  int    // its number in the worker; 0 for the main thread
	Number  int    // of the start, in its worker; 0 if unknown
	Outcome string // as in the row: "answered", "refused", …
	ID      string
}

// Answered reports whether a client got the answer.
func (r Request) Answered() bool { return r.Outcome == "answered" || r.Outcome == "" && r.Ended }

// until is the end of the request, or the last moment that is known of.
func (r Run) until(q Request) time.Duration {
	if q.Ended {
		return q.End
	}
	return r.Last
}

// wait is how long a request has waited for its start.
func (r Run) wait(q Request) time.Duration {
	if q.Started {
		return q.Start - q.Arrival
	}
	return r.until(q) - q.Arrival
}

// byStart lists the requests that have started, in the order of their starts, as indices of Requests.
func (r Run) byStart() []int {
	var order []int
	for i, q := range r.Requests {
		if q.Started {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		one, other := r.Requests[a], r.Requests[b]
		if one.Start == other.Start && one.Worker == other.Worker {
			return cmp.Compare(one.Number, other.Number)
		}
		return cmp.Compare(one.Start, other.Start)
	})
	return order
}

// next is how a worker chose from its queue: of the starts for which two or more requests were queued, how many took the
// one that had arrived first, and how many the one that had arrived last.
type next struct{ starts, oldest, newest int }

// queued is the shortest wait that counts as one in the queue: without a queue, a start takes some microseconds.
const queued = time.Millisecond

// tooLate is how long before a start a request must have arrived to be chosen: a thread is given away a little before it
// starts.
const tooLate = 100 * time.Microsecond

// nexts looks at each start from a queue.
func (r Run) nexts() next {
	var all next
	for _, requests := range r.byWorker() {
		n := requests.nextsOfWorker()
		all.starts, all.oldest, all.newest = all.starts+n.starts, all.oldest+n.oldest, all.newest+n.newest
	}
	return all
}

// byWorker splits a run, in the order of the workers.
func (r Run) byWorker() []Run {
	of := map[int][]Request{}
	var workers []int
	for _, q := range r.Requests {
		if _, ok := of[q.Worker]; !ok {
			workers = append(workers, q.Worker)
		}
		of[q.Worker] = append(of[q.Worker], q)
	}
	slices.Sort(workers)
	split := make([]Run, len(workers))
	for i, worker := range workers {
		split[i] = Run{Requests: of[worker], Last: r.Last}
	}
	return split
}

// nextsOfWorker walks through the starts with the queue as a linked list, from the oldest to the newest.
func (r Run) nextsOfWorker() next {
	n := len(r.Requests)
	before, after := make([]int, n+2), make([]int, n+2) // of request i-1; 0 and n+1 are the ends of the list
	after[0], before[n+1] = n+1, 0
	size, arrived := 0, 0
	arrive := func(start time.Duration) {
		for ; arrived < n && r.Requests[arrived].Arrival < start-tooLate; arrived++ {
			if q := r.Requests[arrived]; q.Started && r.wait(q) >= queued {
				i, last := arrived+1, before[n+1]
				after[last], before[i], after[i], before[n+1] = i, last, n+1, i
				size++
			}
		}
	}
	var all next
	for _, k := range r.byStart() {
		q := r.Requests[k]
		arrive(q.Start)
		if r.wait(q) < queued {
			continue
		}
		if i := k + 1; size >= 2 {
			all.starts++
			if before[i] == 0 {
				all.oldest++
			}
			if after[i] == n+1 {
				all.newest++
			}
		}
		after[before[k+1]], before[after[k+1]] = after[k+1], before[k+1]
		size--
	}
	return all
}
