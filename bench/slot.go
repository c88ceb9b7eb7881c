package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"
)

// measureSlot keeps a pool saturated: there is always a line.
func measureSlot(ctx context.Context, b *bench) ([]result, error) {
	const limit, waiting, sleep = 40, 2_000, 5 * time.Millisecond
	n := b.size(40_000, 6_000)
	r := result{
		Figure: "slot", What: "a freed slot to the next start, 99th percentile", Unit: seconds, Goal: "at most 50 µs",
		How: fmt.Sprintf("from the end of a request to the start of the next one in its thread, in the server's log; 40 threads, "+
			"2,000 in line, sleeps of 5 ms, %s requests", thousands(n)),
	}
	var high, middle []float64
	for range b.size(5, 1) {
		rows, err := b.logged(ctx, settings{limit: limit, sleep: sleep}, func(t *target) error {
			return keepAsking(ctx, t.addr, limit+waiting, n)
		})
		if err != nil {
			return nil, err
		}
		gaps := slotGaps(rows)
		if len(gaps) < n/2 {
			return nil, fmt.Errorf("only %d of %d starts followed on an end", len(gaps), n)
		}
		high, middle = append(high, quantile(gaps, 0.99)), append(middle, quantile(gaps, 0.5))
		b.say("slot: median %s, 99th percentile %s", seconds.text(quantile(gaps, 0.5)), seconds.text(quantile(gaps, 0.99)))
	}
	r.Ours = quantile(high, 0.5)
	r.Met = r.Ours <= 50e-6
	r.More = "median " + seconds.text(quantile(middle, 0.5))
	return []result{r}, nil
}

// slotGaps are the seconds from each end to the next start in the same thread,
// of those starts that had been waited for when the thread became free.
func slotGaps(rows []row) []float64 {
	slices.SortFunc(rows, func(a, b row) int {
		return cmp.Or(cmp.Compare(a.Thread, b.Thread), a.Start.Compare(b.Start))
	})
	var gaps []float64
	for i := 1; i < len(rows); i++ {
		before, next := rows[i-1], rows[i]
		if next.Thread == before.Thread && next.Arrival.Before(before.End) {
			gaps = append(gaps, next.Start.Sub(before.End).Seconds())
		}
	}
	return gaps
}
