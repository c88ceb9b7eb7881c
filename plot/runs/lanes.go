package runs

import (
	"fmt"
	"slices"
	"time"
)

// group is the lanes of one worker.
type group struct {
	worker int
	lanes  []lane
	more   int // how many lanes are left out
}

// lane is a thread. Where a thread runs several handlers at once, as an event loop does, it has a lane for each.
type lane struct {
	label string
	bars  []Request // by start
}

// groups sorts the requests that have started into lanes, at most most for the run. Workers for which there are none left
// count as lanes of the last that has one.
func (r Run) groups(most int) []group {
	var all []group
	workers := r.byWorker()
	each := max(1, most/max(1, len(workers)))
	left := most
	for _, worker := range workers {
		g := worker.lanes(min(each, left))
		switch {
		case left == 0:
			all[len(all)-1].more += g.more
		case len(g.lanes) > 0:
			all = append(all, g)
			left -= len(g.lanes)
		}
	}
	return all
}

// lanes sorts the requests of a single worker.
func (r Run) lanes(most int) group {
	of := map[int][]Request{}
	var threads []int
	for _, i := range r.byStart() {
		q := r.Requests[i]
		if _, ok := of[q.Thread]; !ok {
			threads = append(threads, q.Thread)
		}
		of[q.Thread] = append(of[q.Thread], q)
	}
	slices.Sort(threads)
	g := group{worker: r.Requests[0].Worker}
	for _, thread := range threads {
		label := fmt.Sprint(thread)
		if thread == 0 {
			label = "main"
		}
		lanes, more := r.pack(label, of[thread], most-len(g.lanes))
		g.lanes, g.more = append(g.lanes, lanes...), g.more+more
	}
	return g
}

// overlap is by how much the bars of a lane may overlap: the clock that rows are from is that of the wall.
const overlap = time.Millisecond

// pack puts requests that run at the same time into lanes of their own: each into the first that is free. It returns
// at most most lanes, and how many more would be needed.
func (r Run) pack(label string, requests []Request, most int) (lanes []lane, more int) {
	for _, q := range requests {
		free := slices.IndexFunc(lanes, func(l lane) bool { return r.until(l.bars[len(l.bars)-1]) <= q.Start+overlap })
		switch {
		case free >= 0:
			lanes[free].bars = append(lanes[free].bars, q)
		case len(lanes) < most:
			lanes = append(lanes, lane{label, []Request{q}})
			label = ""
		}
	}
	return lanes, atOnce(r, requests) - len(lanes)
}

// atOnce is how many of the requests, which are ordered by start, run at the same time, apart from small overlaps.
func atOnce(r Run, requests []Request) int {
	var changes counts
	for _, q := range requests {
		changes = append(changes, count{q.Start, 1}, count{max(q.Start+1, r.until(q)-overlap), -1})
	}
	return max(1, sum(changes).most())
}
