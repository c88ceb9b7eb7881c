package explain

import (
	"math/bits"
	"slices"

	"github.com/target-server/target-server/program"
)

// kind is a wait in numbers: how much of each resource the request holds, and which one it waits for.
type kind struct {
	wait    wait
	awaits  int
	holds   []int // by resource
	counted int   // how many requests wait so, in a solution
}

// resources are what requests of one worker wait for: threads first, then the connections of each pool.
type resources struct {
	pools     []*program.Pool
	capacity  []int
	unlimited bool // threads: no request waits for one
}

func resourcesOf(p *program.Program, c Conditions) *resources {
	r := &resources{pools: p.Pools, capacity: []int{max(c.Threads, 0)}, unlimited: c.Threads < 0}
	for _, pool := range p.Pools {
		r.capacity = append(r.capacity, connectionsOf(pool))
	}
	return r
}

// threads is the index of the threads among the resources.
const threads = 0

func (r *resources) index(pool *program.Pool) int {
	if pool == nil {
		return threads
	}
	return 1 + slices.Index(r.pools, pool)
}

// kinds lists the waits that can be part of a circle: the request holds something meanwhile. Of several that are alike
// it lists the first.
func (r *resources) kinds(waits []wait) []kind {
	var all []kind
	for _, w := range waits {
		if r.unlimited && w.pool == nil {
			continue
		}
		k := kind{wait: w, awaits: r.index(w.pool), holds: make([]int, len(r.capacity))}
		if w.thread && !r.unlimited {
			k.holds[threads]++
		}
		for _, pool := range w.holds {
			k.holds[r.index(pool)]++
		}
		alike := func(o kind) bool { return o.awaits == k.awaits && slices.Equal(o.holds, k.holds) }
		if slices.Max(k.holds) > 0 && !slices.ContainsFunc(all, alike) {
			all = append(all, k)
		}
	}
	return all
}

// most is how many resources may take part in the search.
const most = 8

// circle is a circular wait: all of some resources are held by requests that wait for one of them.
type circle struct {
	resources []int
	kinds     []kind
	requests  int
}

// circles finds the circular waits, the ones with the fewest requests first. It leaves out those that contain a smaller
// one and take at least as many requests.
func (r *resources) circles(kinds []kind) []circle {
	candidates := r.candidates(kinds)
	sets := make([]uint, 1<<len(candidates))
	for i := range sets {
		sets[i] = uint(i)
	}
	slices.SortStableFunc(sets, func(a, b uint) int { return bits.OnesCount(a) - bits.OnesCount(b) })
	var found []circle
	closed := map[uint]int{}
	for _, set := range sets[1:] {
		c, ok := r.circle(chosen(candidates, set), kinds)
		for smaller, requests := range closed {
			ok = ok && (set&smaller != smaller || c.requests < requests)
		}
		if ok {
			found, closed[set] = append(found, c), c.requests
		}
	}
	slices.SortStableFunc(found, func(a, b circle) int { return a.requests - b.requests })
	return found
}

// candidates are the resources that some requests hold and some wait for.
func (r *resources) candidates(kinds []kind) []int {
	var all []int
	for i := range r.capacity {
		held := slices.ContainsFunc(kinds, func(k kind) bool { return k.holds[i] > 0 })
		awaited := slices.ContainsFunc(kinds, func(k kind) bool { return k.awaits == i })
		if held && awaited && len(all) < most {
			all = append(all, i)
		}
	}
	return all
}

// chosen lists the members of a set of candidates.
func chosen(candidates []int, set uint) []int {
	var all []int
	for i, c := range candidates {
		if set&(1<<i) != 0 {
			all = append(all, c)
		}
	}
	return all
}

// circle finds the fewest requests that hold all of some resources while each of them waits for one of these.
func (r *resources) circle(set []int, kinds []kind) (circle, bool) {
	s := search{set: set, left: slices.Clone(r.capacity), budget: mostTried}
	for _, k := range kinds {
		if slices.Contains(set, k.awaits) && s.within(k) > 0 {
			s.kinds = append(s.kinds, k)
		}
	}
	slices.SortStableFunc(s.kinds, func(a, b kind) int { return s.within(b) - s.within(a) })
	s.counts = make([]int, len(s.kinds))
	s.try(0, 0)
	c := circle{resources: set, requests: s.fewest}
	for i, n := range s.best {
		if n > 0 {
			k := s.kinds[i]
			k.counted = n
			c.kinds = append(c.kinds, k)
		}
	}
	return c, s.best != nil
}
