package explain

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/internal/check"
)

// fewest tries all counts of the kinds.
func fewest(set, left []int, kinds []kind) int {
	if len(kinds) == 0 {
		for _, i := range set {
			if left[i] > 0 {
				return never
			}
		}
		return 0
	}
	best := never
	for n := 0; ; n++ {
		best = min(best, n+fewest(set, left, kinds[1:]))
		next := make([]int, len(left))
		for i := range left {
			next[i] = left[i] - kinds[0].holds[i]
			if next[i] < 0 {
				return best
			}
		}
		left = next
	}
}

const never = 1000

func TestTheSearchFindsTheFewestRequests(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := resources{}
		for range 3 {
			r.capacity = append(r.capacity, rapid.IntRange(1, 5).Draw(t, "capacity"))
		}
		set := []int{1, 2}
		var kinds, usable []kind
		for range rapid.IntRange(1, 4).Draw(t, "kinds") {
			k := kind{awaits: rapid.IntRange(0, 2).Draw(t, "awaits"), holds: make([]int, 3)}
			for i := range k.holds {
				k.holds[i] = rapid.IntRange(0, 2).Draw(t, "holds")
			}
			if k.holds[1]+k.holds[2] > 0 {
				kinds = append(kinds, k)
			}
			if k.holds[1]+k.holds[2] > 0 && k.awaits > 0 {
				usable = append(usable, k)
			}
		}
		want := fewest(set, r.capacity, usable)
		c, ok := r.circle(set, kinds)
		check.Equal(t, "possible", ok, want < never)
		if ok {
			check.Equal(t, "requests", c.requests, want)
		}
	})
}
