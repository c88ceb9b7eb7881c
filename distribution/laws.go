package distribution

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// Uniform draws every duration from Min to Max with the same probability.
type Uniform struct{ Min, Max time.Duration }

// String implements [Law].
func (u Uniform) String() string {
	return fmt.Sprintf("uniform(%s, %s)", FormatDuration(u.Min), FormatDuration(u.Max))
}

func (u Uniform) quantile(p float64) float64 { return between(u.Min, u.Max, p) }

func (u Uniform) mean() float64 { return between(u.Min, u.Max, 0.5) }

// between is the duration at a share of the way from low to high.
func between(low, high time.Duration, share float64) float64 {
	return min(float64(low)+share*float64(high-low), float64(high))
}

// Exponential is the time between independent events that occur once in Mean.
type Exponential struct{ Mean time.Duration }

// String implements [Law].
func (e Exponential) String() string { return "exp(" + FormatDuration(e.Mean) + ")" }

func (e Exponential) quantile(p float64) float64 { return -float64(e.Mean) * math.Log1p(-p) }

// mean is that of the law clamped at LongestDuration.
func (e Exponential) mean() float64 {
	return -float64(e.Mean) * math.Expm1(-float64(LongestDuration)/float64(e.Mean))
}

// Normal is the normal law with the mean Mean and the standard deviation SD, which is above 0. What would be below 0
// is 0.
type Normal struct{ Mean, SD time.Duration }

// String implements [Law].
func (n Normal) String() string {
	return fmt.Sprintf("normal(%s, sd=%s)", FormatDuration(n.Mean), FormatDuration(n.SD))
}

func (n Normal) quantile(p float64) float64 { return float64(n.Mean) + float64(n.SD)*standard(p) }

// mean is that of the law clamped at 0 and at LongestDuration: each clamp moves the part beyond it.
func (n Normal) mean() float64 { return n.above(0) - n.above(LongestDuration) }

// above is the mean of what exceeds a limit, of 0 where nothing does.
func (n Normal) above(limit time.Duration) float64 {
	sd := float64(n.SD)
	z := float64(n.Mean-limit) / sd
	return sd * (math.Exp(-z*z/2)/math.Sqrt(2*math.Pi) + z*below(z))
}

// standard is the quantile function of the standard normal law, below its distribution function.
func standard(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

func below(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// Point is one quantile: a share of Percent of all draws, from 0 to 100, is at most Duration.
type Point struct {
	Percent  float64
	Duration time.Duration
}

// String is the point as a parameter: p99.9=60ms.
func (p Point) String() string {
	return "p" + strconv.FormatFloat(p.Percent, 'f', -1, 64) + "=" + FormatDuration(p.Duration)
}

// Lognormal is the law whose logarithm is normal, given by two of its quantiles. Both durations are above 0, and those
// of High above those of Low.
type Lognormal struct{ Low, High Point }

// String implements [Law].
func (l Lognormal) String() string { return fmt.Sprintf("lognormal(%v, %v)", l.Low, l.High) }

// Sigma is the standard deviation of the logarithm.
func (l Lognormal) Sigma() float64 {
	return math.Log(float64(l.High.Duration)/float64(l.Low.Duration)) / (standard(l.High.Percent/100) - standard(l.Low.Percent/100))
}

// Median is exp(μ), where μ is the mean of the logarithm.
func (l Lognormal) Median() time.Duration { return rounded(l.quantile(0.5)) }

func (l Lognormal) quantile(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return float64(l.Low.Duration) * math.Exp(l.Sigma()*(standard(p)-standard(l.Low.Percent/100)))
}

// mean is that of the law clamped at LongestDuration.
func (l Lognormal) mean() float64 {
	sigma := l.Sigma()
	mu := math.Log(float64(l.Low.Duration)) - sigma*standard(l.Low.Percent/100)
	z := (math.Log(float64(LongestDuration)) - mu) / sigma
	rest := float64(LongestDuration) * below(-z)
	if part := below(z - sigma); part > 0 {
		return math.Exp(mu+sigma*sigma/2+math.Log(part)) + rest
	}
	return rest
}
