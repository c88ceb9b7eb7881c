package attack

import (
	"context"
	"slices"
)

// mostShrinking limits how often a round is played to make it smaller.
const mostShrinking = 24

// shrink looks for a small set of actors that still produces the first finding: it leaves out halves,
// then quarters, and so on, as long as the finding remains. If the finding depends on timing, the round
// is played twice before an actor counts as needed.
func (u *Runner) shrink(ctx context.Context, found []Found) {
	if !u.Shrink || len(found) == 0 || !found[0].Again {
		return
	}
	r, check, left := found[0].Round, found[0].Check, mostShrinking
	made := func(r Round) bool {
		for range 2 {
			if left--; left < 0 || ctx.Err() != nil {
				return false
			}
			if slices.ContainsFunc(r.Play(ctx, u.Binaries).Findings, func(f Finding) bool { return f.Check == check }) {
				return true
			}
		}
		return false
	}
	for size := (len(r.Actors) + 1) / 2; size > 0 && left > 0; size /= 2 {
		for from := 0; from < len(r.Actors) && left > 0; {
			smaller := r
			smaller.Actors = slices.Delete(slices.Clone(r.Actors), from, min(len(r.Actors), from+size))
			if made(smaller) {
				r = smaller
			} else {
				from += size
			}
		}
	}
	for i := range found {
		if found[i].Check == check {
			found[i].Round = r
		}
	}
}
