package distribution

import (
	"cmp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Quantiles is linear between quantiles: between two neighbouring points, every duration has the same probability.
// Points has at least the minimum (0 percent) and the maximum (100 percent), and rises; it must not be changed.
type Quantiles struct{ Points []Point }

// String implements [Law].
func (q *Quantiles) String() string {
	parts := make([]string, len(q.Points))
	for i, p := range q.Points {
		parts[i] = p.String()
	}
	last := len(parts) - 1
	parts[0] = "min=" + FormatDuration(q.Points[0].Duration)
	parts[last] = "max=" + FormatDuration(q.Points[last].Duration)
	return "quantiles(" + strings.Join(parts, ", ") + ")"
}

func (q *Quantiles) equal(other *Quantiles) bool { return slices.Equal(q.Points, other.Points) }

func (q *Quantiles) quantile(p float64) float64 {
	i := 1 + sort.Search(len(q.Points)-2, func(i int) bool { return q.Points[i+1].Percent >= 100*p })
	low, high := q.Points[i-1], q.Points[i]
	share := (100*p - low.Percent) / (high.Percent - low.Percent)
	return between(low.Duration, high.Duration, min(share, 1))
}

func (q *Quantiles) mean() float64 {
	sum := 0.0
	for i, high := range q.Points[1:] {
		low := q.Points[i]
		sum += (high.Percent - low.Percent) / 100 * between(low.Duration, high.Duration, 0.5)
	}
	return sum
}

// Weight is a duration and the weight of its probability, above 0.
type Weight struct {
	Duration time.Duration
	Weight   float64
}

// Weighted is one of a few durations, with a probability of its weight over the sum of the weights. Weights is sorted
// by duration and must not be changed.
type Weighted struct {
	Weights []Weight
	sums    []float64 // of the weights up to each
}

func newWeighted(weights []Weight) *Weighted {
	weights = slices.Clone(weights)
	slices.SortStableFunc(weights, func(a, b Weight) int { return cmp.Compare(a.Duration, b.Duration) })
	w := &Weighted{Weights: weights, sums: make([]float64, len(weights))}
	sum := 0.0
	for i, one := range weights {
		sum += one.Weight
		w.sums[i] = sum
	}
	return w
}

// String implements [Law].
func (w *Weighted) String() string {
	parts := make([]string, len(w.Weights))
	for i, one := range w.Weights {
		parts[i] = FormatDuration(one.Duration) + ": " + strconv.FormatFloat(one.Weight, 'f', -1, 64)
	}
	return "weighted(" + strings.Join(parts, ", ") + ")"
}

func (w *Weighted) equal(other *Weighted) bool { return slices.Equal(w.Weights, other.Weights) }

func (w *Weighted) total() float64 { return w.sums[len(w.sums)-1] }

func (w *Weighted) quantile(p float64) float64 {
	i := sort.Search(len(w.sums)-1, func(i int) bool { return w.sums[i] >= p*w.total() })
	return float64(w.Weights[i].Duration)
}

func (w *Weighted) mean() float64 {
	sum := 0.0
	for _, one := range w.Weights {
		sum += float64(one.Duration) * (one.Weight / w.total())
	}
	return sum
}

// File is one of the durations of a file, each with the same probability.
type File struct {
	// Path is the file's name as it was given.
	Path string
	// Durations is sorted and must not be changed.
	Durations []time.Duration
}

// String implements [Law].
func (f *File) String() string { return "file(" + f.Path + ")" }

func (f *File) equal(other *File) bool {
	return f.Path == other.Path && slices.Equal(f.Durations, other.Durations)
}

func (f *File) quantile(p float64) float64 {
	n := len(f.Durations)
	return float64(f.Durations[sort.Search(n-1, func(i int) bool { return float64(i+1) >= p*float64(n) })])
}

func (f *File) mean() float64 {
	sum := 0.0
	for _, d := range f.Durations {
		sum += float64(d) / float64(len(f.Durations))
	}
	return sum
}
