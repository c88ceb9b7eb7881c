package distribution

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// durations reads the durations of parameters with those names, in that order. The first unnamed of them may be
// written without their names.
func (p *parser) durations(all []argument, unnamed int, names ...string) []time.Duration {
	values := make([]time.Duration, len(names))
	for i, name := range names {
		if i >= len(all) || i == 0 && all[0].value == "" && all[0].name == "" {
			p.fail(len(p.text)-1, "has no "+name)
			return values
		}
		switch a := all[i]; {
		case a.name == "" && i >= unnamed:
			p.fail(a.offset, "has a parameter without a name where "+name+"= is expected")
		case a.name != "" && a.name != name:
			p.fail(a.offset, "has another parameter where "+name+" is expected")
		default:
			values[i] = p.duration(a, article(name))
		}
	}
	if len(all) > len(names) {
		p.fail(all[len(names)].offset, "has too many parameters")
	}
	return values
}

func article(name string) string {
	if name == "sd" {
		return "an sd"
	}
	return "a " + name
}

// duration reads the value of a parameter; what is its name with an article.
func (p *parser) duration(a argument, what string) time.Duration {
	d, err := parseWork(a.value)
	if err != nil {
		p.fail(a.valueOffset, "has "+what+" that "+err.Error())
	}
	return d
}

// lawUnless is the law, or a constant if the law can only give that value.
func lawUnless(constant bool, value time.Duration, law Law) Distribution {
	if constant {
		return Of(value)
	}
	return Distribution{law: law}
}

func (p *parser) uniform(all []argument) Distribution {
	v := p.durations(all, 2, "min", "max")
	if v[1] < v[0] && p.err == nil {
		p.fail(all[1].valueOffset, "has a max below its min")
	}
	return lawUnless(v[0] == v[1], v[0], Uniform{Min: v[0], Max: v[1]})
}

func (p *parser) exp(all []argument) Distribution {
	v := p.durations(all, 1, "mean")
	return lawUnless(v[0] == 0, 0, Exponential{Mean: v[0]})
}

func (p *parser) normal(all []argument) Distribution {
	v := p.durations(all, 1, "mean", "sd")
	return lawUnless(v[1] == 0, v[0], Normal{Mean: v[0], SD: v[1]})
}

func (p *parser) lognormal(all []argument) Distribution {
	switch {
	case len(all) < 2:
		p.fail(len(p.text)-1, "has one parameter instead of two")
		return Distribution{}
	case len(all) > 2:
		p.fail(all[2].offset, "has too many parameters")
	}
	low, high := p.point(all[0]), p.point(all[1])
	p.rises(low, high, all[1])
	if low.Duration == 0 {
		p.fail(all[0].valueOffset, "has a duration of 0, which this law cannot give")
	}
	return lawUnless(low.Duration == high.Duration, low.Duration, Lognormal{Low: low, High: high})
}

func (p *parser) quantiles(all []argument) Distribution {
	last := len(all) - 1
	switch {
	case all[0].name != "min":
		p.fail(all[0].offset, "does not begin with min=")
	case all[last].name != "max":
		p.fail(all[last].offset, "does not end with max=")
	}
	if p.err != nil {
		return Distribution{}
	}
	points := []Point{{Duration: p.duration(all[0], "a min")}}
	for i, a := range all[1:] {
		next := Point{Percent: 100}
		if i+1 < last {
			next = p.point(a)
		} else {
			next.Duration = p.duration(a, "a max")
		}
		p.rises(points[i], next, a)
		points = append(points, next)
	}
	return lawUnless(points[0].Duration == points[last].Duration, points[0].Duration, &Quantiles{Points: points})
}

// quantileName is p and a number from 0 to below 100. With six decimals, neighbouring quantiles of a normal law differ.
var quantileName = regexp.MustCompile(`^p(\d{1,2})(\.\d{1,6})?$`)

// point reads a parameter such as p99.9=60ms.
func (p *parser) point(a argument) Point {
	percent, _ := strconv.ParseFloat(strings.TrimPrefix(a.name, "p"), 64)
	switch {
	case a.name == "":
		p.fail(a.offset, "has a parameter that is not a quantile such as p50=8ms")
	case !quantileName.MatchString(a.name) || percent == 0:
		p.fail(a.offset, "has a parameter whose name is not a quantile such as p50 or p99.9, between p0 and p100, with at most six decimals")
	}
	return Point{Percent: percent, Duration: p.duration(a, "a quantile")}
}

// rises checks that the quantile high, which a gives, follows low.
func (p *parser) rises(low, high Point, a argument) {
	switch {
	case p.err != nil:
	case high.Percent <= low.Percent:
		p.fail(a.offset, "has quantiles whose names do not rise")
	case high.Duration < low.Duration:
		p.fail(a.valueOffset, "has quantiles whose durations do not rise")
	}
}

func (p *parser) weighted(all []argument) Distribution {
	var weights []Weight
	same := true
	for _, a := range all {
		w := p.weight(a)
		weights = append(weights, w)
		same = same && w.Duration == weights[0].Duration
	}
	return lawUnless(same, weights[0].Duration, newWeighted(weights))
}

// largestWeight keeps the sum of any weights in range.
const largestWeight = 1e9

// weight reads a parameter such as 150us: 10.
func (p *parser) weight(a argument) Weight {
	text, number, found := strings.Cut(a.value, ":")
	number = strings.Trim(number, spaces)
	weight, err := strconv.ParseFloat(number, 64)
	switch {
	case a.name != "" || !found:
		p.fail(a.offset, "has a parameter that is not a duration, a colon and a weight")
	case err != nil || !bareNumber.MatchString(number):
		p.fail(a.valueOffset, "has a weight that is not a number")
	case weight <= 0 || weight > largestWeight:
		p.fail(a.valueOffset, "has a weight that is not above 0 and at most 1000000000")
	}
	a.value = strings.Trim(text, spaces)
	return Weight{Duration: p.duration(a, "a value"), Weight: weight}
}

// file reads the file whose path is between two offsets.
func (p *parser) file(start, end int) Distribution {
	path := strings.Trim(p.text[start:end], spaces)
	if path == "" {
		p.fail(start, "names no file")
		return Distribution{}
	}
	sorted, err := readFile(path, p.open)
	if err != nil {
		p.fail(0, err.Error())
		return Distribution{}
	}
	return lawUnless(sorted[0] == sorted[len(sorted)-1], sorted[0], &File{Path: path, Durations: sorted})
}
