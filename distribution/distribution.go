package distribution

import (
	"math"
	"math/rand/v2"
	"time"
)

// Distribution is how long a piece of work takes: a constant, or a law from which it is drawn. It never changes; the
// zero value is the constant 0. Compare with [Distribution.Equal]: == is right for constants and for laws with a fixed
// number of parameters, but compares the tables of the others by identity.
type Distribution struct {
	constant time.Duration
	law      Law // nil for a constant
}

// Law is what the values of a Distribution follow: [Uniform], [Exponential], [Normal], [Lognormal], [*Quantiles],
// [*Weighted] or [*File].
type Law interface {
	// String is the law as Parse reads it.
	String() string
	// quantile returns the value, in nanoseconds, that a draw does not exceed with probability p.
	quantile(p float64) float64
	// mean is in nanoseconds.
	mean() float64
}

// Of is the constant d, which should be from 0 to [LongestDuration]: [Parse] gives no other.
func Of(d time.Duration) Distribution { return Distribution{constant: d} }

// Constant returns the value if there is only one.
func (d Distribution) Constant() (time.Duration, bool) { return d.constant, d.law == nil }

// Law is what the values follow; nil for a constant.
func (d Distribution) Law() Law { return d.law }

// Draw draws a duration by the inverse of the distribution function. It takes exactly one number from r, or none for a
// constant, for which r may be nil.
func (d Distribution) Draw(r *rand.Rand) time.Duration {
	if d.law == nil {
		return d.constant
	}
	return rounded(d.law.quantile(r.Float64()))
}

// Quantile returns the duration that a draw does not exceed with probability p, from 0 to 1. At 1, a law without a
// maximum gives [LongestDuration].
func (d Distribution) Quantile(p float64) time.Duration {
	if d.law == nil {
		return d.constant
	}
	return rounded(d.law.quantile(min(max(p, 0), 1)))
}

// Mean is the expected duration of a draw.
func (d Distribution) Mean() time.Duration {
	if d.law == nil {
		return d.constant
	}
	return rounded(d.law.mean())
}

// String is text that Parse reads as the same distribution, if it can still read the same file.
func (d Distribution) String() string {
	if d.law == nil {
		return FormatDuration(d.constant)
	}
	return d.law.String()
}

// Equal reports whether both give the same values with the same probabilities, by the same law. Of a file, its content
// counts as well as its name.
func (d Distribution) Equal(other Distribution) bool {
	switch law := d.law.(type) {
	case *Quantiles:
		of, same := other.law.(*Quantiles)
		return same && law.equal(of)
	case *Weighted:
		of, same := other.law.(*Weighted)
		return same && law.equal(of)
	case *File:
		of, same := other.law.(*File)
		return same && law.equal(of)
	}
	return d == other
}

// rounded converts a number of nanoseconds, with the limits of every duration.
func rounded(ns float64) time.Duration {
	return time.Duration(math.Round(min(max(ns, 0), float64(LongestDuration))))
}
