package distribution_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/target-server/target-server/distribution"
)

// law is what gonum knows of a law, in nanoseconds.
type law interface {
	CDF(x float64) float64
	Quantile(p float64) float64
	Mean() float64
}

// oracles are gonum's laws by our texts. Those that need no clamp have gonum's mean as well.
func oracles() map[string]struct {
	law
	mean bool
} {
	const ms = 1e6
	lognormal := func(pa, a, pb, b float64) law {
		za, zb := distuv.UnitNormal.Quantile(pa), distuv.UnitNormal.Quantile(pb)
		sigma := (math.Log(b) - math.Log(a)) / (zb - za)
		return distuv.LogNormal{Mu: math.Log(a) - sigma*za, Sigma: sigma}
	}
	return map[string]struct {
		law
		mean bool
	}{
		"uniform(5ms, 20ms)":               {distuv.Uniform{Min: 5 * ms, Max: 20 * ms}, true},
		"uniform(0, 3ns)":                  {distuv.Uniform{Min: 0, Max: 3}, false},
		"uniform(0, 8760h)":                {distuv.Uniform{Min: 0, Max: float64(distribution.LongestDuration)}, true},
		"exp(50ms)":                        {distuv.Exponential{Rate: 1 / (50 * ms)}, true},
		"exp(700us)":                       {distuv.Exponential{Rate: 1 / (0.7 * ms)}, true},
		"normal(50ms, sd=10ms)":            {distuv.Normal{Mu: 50 * ms, Sigma: 10 * ms}, false},
		"normal(5ms, sd=10ms)":             {distuv.Normal{Mu: 5 * ms, Sigma: 10 * ms}, false},
		"normal(1h, sd=1us)":               {distuv.Normal{Mu: 3600e9, Sigma: 1000}, true},
		"lognormal(p50=8ms, p99=60ms)":     {lognormal(0.5, 8*ms, 0.99, 60*ms), true},
		"lognormal(p5=1ms, p99.9=2s)":      {lognormal(0.05, ms, 0.999, 2000*ms), true},
		"lognormal(p90=20ms, p95=20100us)": {lognormal(0.9, 20*ms, 0.95, 20.1*ms), true},
	}
}

// Every quantile, and the mean, is gonum's, to the nanosecond where a float64 has as many digits.
func TestQuantilesAreGonums(t *testing.T) {
	for text, oracle := range oracles() {
		d := must(t, text)
		for _, p := range []float64{0, 1e-12, 1e-6, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 1 - 1e-9, 1} {
			near(t, text, p, d.Quantile(p), oracle.Quantile(p))
		}
		if oracle.mean {
			near(t, text+", mean", 0.5, d.Mean(), oracle.Mean())
		}
	}
}

func near(t *testing.T, text string, p float64, got time.Duration, want float64) {
	t.Helper()
	want = min(max(want, 0), float64(distribution.LongestDuration))
	if allowed := 1 + want*1e-9; math.Abs(float64(got)-want) > allowed {
		t.Errorf("%s at %v: got %v, want %.1f ns", text, p, got, want)
	}
}

// Draws follow gonum's distribution function: the largest distance between it and the share of draws up to a value, of
// n draws, exceeds 2.3/√n with a probability of one in twenty thousand (Kolmogorov).
func TestDrawsFollowGonums(t *testing.T) {
	const n = 100_000
	for text, oracle := range oracles() {
		if text == "uniform(0, 3ns)" {
			continue // its draws are whole nanoseconds, of which there are four
		}
		d, r := must(t, text), rand.New(rand.NewPCG(7, 0))
		drawn := make([]time.Duration, n)
		for i := range drawn {
			drawn[i] = d.Draw(r)
		}
		slices.Sort(drawn)
		farthest := 0.0
		for i, x := range drawn {
			if x > 0 && (i == n-1 || drawn[i+1] > x) { // at 0 and between equal draws the share jumps
				farthest = max(farthest, math.Abs(float64(i+1)/n-oracle.CDF(float64(x))))
			}
		}
		if farthest > 2.3/math.Sqrt(n) {
			t.Errorf("%s: draws are %.4f from gonum's distribution", text, farthest)
		}
		for _, p := range []float64{0.01, 0.1, 0.5, 0.9, 0.99, 0.999} { // 5 standard deviations of the share
			x := max(0, oracle.Quantile(p))
			share, _ := slices.BinarySearch(drawn, time.Duration(math.Ceil(x)))
			if got := float64(share) / n; x > 0 && math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
				t.Errorf("%s: a share of %.4f is below the quantile of %v", text, got, p)
			}
		}
	}
}

// The laws of a table give each duration as often as gonum's law of categories, and quantiles are met by the draws.
func TestTablesAreGonums(t *testing.T) {
	const n = 100_000
	d, r := must(t, "weighted(2ms: 5, 150us: 10, 1s: 0.25)"), rand.New(rand.NewPCG(7, 0))
	categories := distuv.NewCategorical([]float64{10, 5, 0.25}, nil)
	counts := map[time.Duration]int{}
	for range n {
		counts[d.Draw(r)]++
	}
	for i, x := range []time.Duration{150 * time.Microsecond, 2 * time.Millisecond, time.Second} {
		p := categories.Prob(float64(i))
		if got := float64(counts[x]) / n; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("%v: drawn with a frequency of %.4f, want %.4f", x, got, p)
		}
	}
	if len(counts) != 3 {
		t.Errorf("drawn: %v", counts)
	}
	q := must(t, "quantiles(min=1ms, p50=8ms, p90=20ms, p99=60ms, max=200ms)")
	below := map[int]int{} // milliseconds
	for range n {
		x := q.Draw(r)
		for _, at := range []int{1, 8, 14, 20, 60, 130, 200} {
			if x <= time.Duration(at)*time.Millisecond {
				below[at]++
			}
		}
	}
	for at, p := range map[int]float64{1: 0, 8: 0.5, 14: 0.7, 20: 0.9, 60: 0.99, 130: 0.995, 200: 1} {
		if got := float64(below[at]) / n; math.Abs(got-p) > 5*math.Sqrt(p*(1-p)/n) {
			t.Errorf("quantiles: a share of %.4f is at most %d ms, want %.4f", got, at, p)
		}
	}
}
