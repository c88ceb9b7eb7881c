package main

import (
	"context"
	"fmt"
	"math"
	"slices"
)

// result is a measured figure.
type result struct {
	Figure string       `json:"figure"`
	What   string       `json:"what"` // it is measured, in a few words
	How    string       `json:"how"`
	Unit   unit         `json:"unit"`
	Goal   string       `json:"goal"`
	Ours   float64      `json:"ours"`
	Rivals []comparison `json:"rivals,omitempty"`
	Met    bool         `json:"met"`
	More   string       `json:"more,omitempty"` // numbers without a goal
}

// comparison is a rival's result for the same figure.
type comparison struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Ratio float64 `json:"ratio"` // ratio of target-server's number to it, the median of the pairs
}

// takeTurns measures target-server and a rival, then target-server and the next rival, and so on, for a
// number of rounds.
func (b *bench) takeTurns(ctx context.Context, rounds int, r *result, measure func(program) (float64, error)) error {
	rivals := b.rivals(r.Figure)
	var own []float64
	theirs, ratios := make([][]float64, len(rivals)), make([][]float64, len(rivals))
	for round := range rounds {
		for i, rival := range rivals {
			pair := [2]float64{}
			for side, p := range []program{b.programs[ours], rival} {
				value, err := measure(p)
				if err != nil {
					return fmt.Errorf("%s: %w", p.name, err)
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				pair[side] = value
			}
			own = append(own, pair[0])
			theirs[i] = append(theirs[i], pair[1])
			ratios[i] = append(ratios[i], pair[0]/pair[1])
			b.say("%s: round %d of %d: %s %s, %s %s", r.Figure, round+1, rounds,
				b.programs[ours].name, r.Unit.text(pair[0]), rival.name, r.Unit.text(pair[1]))
		}
	}
	r.Ours = quantile(own, 0.5)
	for i, rival := range rivals {
		r.Rivals = append(r.Rivals, comparison{rival.name, quantile(theirs[i], 0.5), quantile(ratios[i], 0.5)})
	}
	return nil
}

// percentiles sets the result to the median, over several runs, of the 99th percentile in seconds, and
// adds the lateness of a bare sleep.
func (b *bench) percentiles(r *result, measure func() (values []float64, machine float64, err error)) error {
	var high, middle, bare []float64
	for range b.size(3, 1) {
		values, machine, err := measure()
		if err != nil {
			return err
		}
		high, middle = append(high, quantile(values, 0.99)), append(middle, quantile(values, 0.5))
		bare = append(bare, machine)
		b.say("%s: median %s, 99th percentile %s, of a bare sleep's lateness %s", r.Figure,
			r.Unit.text(quantile(values, 0.5)), r.Unit.text(quantile(values, 0.99)), r.Unit.text(machine))
	}
	r.Ours = quantile(high, 0.5)
	r.More = fmt.Sprintf("median %s; 99th percentile of a bare sleep's lateness meanwhile %s",
		r.Unit.text(quantile(middle, 0.5)), r.Unit.text(quantile(bare, 0.5)))
	return nil
}

// ratio is target-server's number divided by a rival's, or 0 if the rival was not measured.
func (r *result) ratio(name string) float64 {
	for _, c := range r.Rivals {
		if c.Name == name {
			return c.Ratio
		}
	}
	return 0
}

// quantile is the smallest value that is not exceeded by at least the fraction q of the values; NaN if
// there are none.
func quantile(values []float64, q float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}
