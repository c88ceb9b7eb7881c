package distribution_test

import (
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
)

// must parses a text that is right. file(NAME) has the content NAME, with a + for the end of each line.
func must(t interface {
	check.T
	Fatal(...any)
}, text string,
) distribution.Distribution {
	t.Helper()
	d, err := distribution.ParseWith(text, lines)
	if err != nil {
		t.Fatal(text, err)
	}
	return d
}

// lines opens a file whose content is its name, with a + for the end of each line.
func lines(name string) (io.ReadCloser, error) {
	if name == "gone" {
		return nil, errors.New("no such file")
	}
	return io.NopCloser(strings.NewReader(strings.ReplaceAll(name, "+", "\n"))), nil
}

// A law that can only give one value is that constant, and takes no random number.
func TestConstants(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"5": 5 * time.Second, "0": 0, "50ms": 50 * time.Millisecond, "8760h": distribution.LongestDuration,
		"uniform(5ms, 5ms)": 5 * time.Millisecond, "uniform(0, 0)": 0, "exp(0)": 0, "normal(3s, sd=0)": 3 * time.Second,
		"lognormal(p50=2ms, p99=2ms)": 2 * time.Millisecond, "quantiles(min=1s, p50=1s, max=1s)": time.Second,
		"weighted(2ms: 1)": 2 * time.Millisecond, "weighted(2ms: 1, 2ms: 7)": 2 * time.Millisecond, "file(1s+1+)": time.Second,
	} {
		d := must(t, text)
		got, constant := d.Constant()
		check.Equal(t, text+" is constant", constant, true)
		check.Equal(t, text, got, want)
		check.Equal(t, text+" drawn", d.Draw(nil), want)
		check.Equal(t, text+" has a median of", d.Quantile(0.5), want)
		check.Equal(t, text+" has a mean of", d.Mean(), want)
		check.Equal(t, text+" is", d, distribution.Of(want))
	}
	var zero distribution.Distribution
	check.Equal(t, "the zero value", zero, distribution.Of(0))
}

// A draw is the quantile of the one number that it takes.
func TestDrawTakesOneNumber(t *testing.T) {
	for _, text := range texts() {
		d, a, b := must(t, text), rand.New(rand.NewPCG(3, 0)), rand.New(rand.NewPCG(3, 0))
		for range 100 {
			check.Equal(t, text, d.Draw(a), d.Quantile(b.Float64()))
		}
	}
}

func texts() []string {
	return []string{
		"uniform(5ms, 20ms)", "exp(50ms)", "normal(50ms, sd=10ms)", "lognormal(p50=8ms, p99=60ms)", "quantiles(min=1ms, max=2ms)",
		"quantiles(min=0s, p5=1ms, p50=8ms, p99.999999=8ms, max=8760h)", "weighted(150µs: 10, 2ms: 0.5)", "file(1ms+2ms+2ms+7s)",
	}
}

// Text that a distribution shows reads as the same one, as its JSON does without the file.
func TestStringAndJSON(t *testing.T) {
	for _, text := range append(texts(), "2m", "150µs", "0s") {
		d := must(t, text)
		check.Equal(t, "shown", d.String(), text)
		check.Equal(t, text+" read again", must(t, d.String()).Equal(d), true)
		document, err := json.Marshal(struct{ D distribution.Distribution }{d})
		if err != nil {
			t.Fatal(err)
		}
		var back struct{ D distribution.Distribution }
		if err := json.Unmarshal(document, &back); err != nil {
			t.Fatal(text, err)
		}
		check.Equal(t, text+" by JSON", back.D.Equal(d), true)
		check.Equal(t, text+" by JSON, 90 %", back.D.Quantile(0.9), d.Quantile(0.9))
	}
	for _, document := range []string{`5`, `"x"`, `{}`, `{"file":"a","durations":[2,1]}`, `{"file":"a","durations":[-1,1]}`, `{"durations":[1,99999999999999999]}`} {
		if err := json.Unmarshal([]byte(document), new(distribution.Distribution)); err == nil {
			t.Errorf("%s was read", document)
		}
	}
}

func TestEqual(t *testing.T) {
	all := append(texts(), "uniform(5ms, 21ms)", "exp(51ms)", "quantiles(min=1ms, max=3ms)", "weighted(150us: 10, 2ms: 0.6)", "file(1ms+2ms+7s)", "5s")
	for i, a := range all {
		for j, b := range all {
			check.Equal(t, a+" equals "+b, must(t, a).Equal(must(t, b)), i == j)
		}
	}
}

// A file's values are used as they are, whatever their order.
func TestFile(t *testing.T) {
	d := must(t, "file( 3ms + # a comment++1ms # and another+2ms\r+4 )")
	for p, want := range map[float64]time.Duration{0: time.Millisecond, 0.25: time.Millisecond, 0.26: 2 * time.Millisecond, 0.75: 3 * time.Millisecond, 1: 4 * time.Second} {
		check.Equal(t, "quantile", d.Quantile(p), want)
	}
	check.Equal(t, "mean", d.Mean(), 1001500*time.Microsecond)
}

// Any law's mean is the integral of its quantiles, which rise within the bounds. In each step the tail becomes smaller by
// the same factor, so a jump or a heavy tail anywhere is met closely enough; 2^-52 of all draws are left out.
func TestMeans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := must(t, anyLaw(t))
		sum, from, low := 0.0, 0.0, d.Quantile(0)
		for i := 1; i <= 52*256; i++ {
			to := 1 - math.Exp2(-float64(i)/256)
			high := d.Quantile(to)
			if high < low || high > distribution.LongestDuration {
				t.Fatalf("%v: the quantiles go from %v to %v", d, low, high)
			}
			sum += (to - from) * (float64(low) + float64(high)) / 2
			from, low = to, high
		}
		if math.Abs(float64(d.Mean())-sum) > 10+sum/200 {
			t.Errorf("%v: the mean is %v, that of its quantiles %.0f ns", d, d.Mean(), sum)
		}
	})
}

// anyLaw is the text of a law that clamps now and then.
func anyLaw(t *rapid.T) string {
	span := func(name string) time.Duration {
		return time.Duration(rapid.Int64Range(1, int64(distribution.LongestDuration)>>rapid.IntRange(0, 50).Draw(t, "shift")).Draw(t, name))
	}
	a, b := span("a"), span("b")
	low, high := min(a, b).String(), max(a, b).String()
	return rapid.SampledFrom([]string{
		"uniform(" + low + ", " + high + ")", "exp(" + high + ")", "normal(" + low + ", sd=" + high + ")", "normal(" + high + ", sd=" + low + ")",
		"lognormal(p50=" + low + ", p99=" + high + ")", "lognormal(p50=" + low + ", p50.000001=" + high + ")",
		"quantiles(min=0, p20=" + low + ", p80=" + high + ", max=8760h)", "weighted(" + low + ": 1, " + high + ": 3)", "file(0+" + low + "+" + high + ")",
	}).Draw(t, "text")
}
