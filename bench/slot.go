package main

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"
)

// measureSlot keeps a pool saturated: there is always a queue. Sleeps of many lengths free one slot at
// a time. Sleeps of the same length soon do not: requests that end together are followed by requests
// that start together, until the whole pool is in step, and a slot then waits for the answers of all
// the others.
func measureSlot(ctx context.Context, b *bench) ([]result, error) {
	var results []result
	for _, c := range []struct {
		what, sleeps, goal string
		targets            []string
		most               float64
	}{
		{
			"from a freed slot to the next start, 99th percentile", "sleeps of 25 to 75 ms", "at most 50 µs",
			spreadSleeps(25*time.Millisecond, 75*time.Millisecond), 50e-6,
		},
		{"the same with all slots in step", "sleeps of 50 ms", "", []string{"/?id=1&sleep=50ms"}, math.Inf(1)},
	} {
		n := b.size(8_000, 4_000)
		r := result{
			Figure: "slot", What: c.what, Unit: seconds, Goal: c.goal,
			How: fmt.Sprintf("from the end of a request to the start that it makes room for, from the server's log; %d threads, "+
				"%s queued, %s, %s requests", slots, thousands(inLine), c.sleeps, thousands(n)),
		}
		if err := b.slotTimes(ctx, &r, n, c.targets); err != nil {
			return results, err
		}
		r.Met = r.Ours <= c.most
		results = append(results, r)
	}
	return results, nil
}

// The size of the pool, and the number of queued requests.
const slots, inLine = 40, 2_000

// slotTimes sets the result's numbers: medians of several runs.
func (b *bench) slotTimes(ctx context.Context, r *result, n int, targets []string) error {
	return b.percentiles(r, func() ([]float64, float64, error) {
		rows, machine, err := b.logged(ctx, settings{limit: slots}, func(t *target) error {
			return keepAsking(ctx, t.addr, slots+inLine, n, targets...)
		})
		if err != nil {
			return nil, 0, err
		}
		gaps := slotGaps(rows, slots)
		if len(gaps) < n/3 {
			return nil, 0, fmt.Errorf("only %d of %d starts were of queued requests", len(gaps), n)
		}
		return gaps, machine, nil
	})
}

// spreadSleeps requests sleeps between two lengths, such that similar lengths are far apart.
func spreadSleeps(least, most time.Duration) []string {
	const count, stride = 1009, 389 // a prime, so that the stride reaches each
	step := (most - least) / count
	targets := make([]string, count)
	for i := range targets {
		targets[i] = fmt.Sprintf("/?id=1&sleep=%s", least+time.Duration(i*stride%count)*step)
	}
	return targets
}

// slotGaps are the seconds from each end to the start that it made room for: with that many slots, all
// taken, the next start belongs to the earliest end that no start has followed yet. A start whose
// request arrived after that end does not count, because it did not wait.
func slotGaps(rows []row, slots int) []float64 {
	ends := slices.Clone(rows)
	slices.SortFunc(ends, func(a, b row) int { return a.End.Compare(b.End) })
	slices.SortFunc(rows, func(a, b row) int { return a.Start.Compare(b.Start) })
	var gaps []float64
	for i := slots; i < len(rows); i++ {
		freed, next := ends[i-slots].End, rows[i]
		if next.Arrival.Before(freed) {
			gaps = append(gaps, next.Start.Sub(freed).Seconds())
		}
	}
	return gaps
}
