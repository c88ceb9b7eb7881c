package explain_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/program/explain"
)

// mean is how long requests for a route hold a resource, over all ways that they can take.
func mean(p *program.Program, r *program.Route, resource int) float64 {
	var sum float64
	for _, c := range coursesOf(p, r) {
		sum += c.chance * c.held[resource]
	}
	return sum
}

// times are those of a route's ceilings.
func times(r explain.Route) map[string]float64 {
	all := map[string]float64{}
	for _, c := range r.Ceilings {
		all[c.Resource] = c.Time
	}
	return all
}

func TestTimesAreTheMeansOverAllCourses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(t)
		for i, r := range explain.Explain(p, explain.Conditions{}).Routes {
			got := times(r)
			want := mean(p, p.Routes[i], interpreter)
			check.Equal(t, "interpreter", math.Abs(got["interpreter"]-want) < 1e-9, true)
			resources := []string{"loop", "threads"}
			for _, pool := range p.Pools {
				resources = append(resources, pool.Name)
			}
			for resource, name := range resources {
				want := mean(p, p.Routes[i], resource)
				check.Equal(t, name, math.Abs(got[name]-want) < 1e-9, true)
			}
		}
	})
}

// lowest is a route's ceiling, and infinite without one.
func lowest(r explain.Route) float64 {
	if len(r.Ceilings) == 0 {
		return math.Inf(1)
	}
	return r.Ceilings[0].Rate
}

func TestMoreOfAnythingLowersNoCeiling(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := small(t)
		on := explain.Conditions{
			Threads: rapid.IntRange(1, 50).Draw(t, "threads"), Workers: rapid.IntRange(1, 4).Draw(t, "workers"),
			Terms: rapid.SampledFrom([]explain.Terms{explain.Trips, explain.OneThread}).Draw(t, "terms"),
		}
		less := explain.Explain(p, on)
		on.Threads += rapid.IntRange(0, 9).Draw(t, "more threads")
		on.Workers += rapid.IntRange(0, 2).Draw(t, "more workers")
		p.Pools[0].Overflow = rapid.IntRange(0, 5).Draw(t, "more connections")
		more := explain.Explain(p, on)
		for i, r := range less.Routes {
			check.Equal(t, r.Route+" has a positive ceiling", lowest(r) > 0, true)
			check.Equal(t, r.Route+" has no lower one with more", lowest(more.Routes[i]) >= lowest(r), true)
		}
		for i, c := range more.CircularWaits {
			check.Equal(t, "the smallest is first", c.Requests >= more.CircularWaits[0].Requests, true)
			check.Equal(t, "all are counted", requests(more.CircularWaits[i]), c.Requests)
		}
		if len(less.CircularWaits) > 0 && len(more.CircularWaits) > 0 {
			check.Equal(t, "circular waits do not need fewer requests", more.CircularWaits[0].Requests >= less.CircularWaits[0].Requests, true)
		}
	})
}

func requests(c explain.CircularWait) int {
	sum := 0
	for _, g := range c.Holders {
		sum += g.Requests
	}
	return sum
}

func TestTextAndJSONOfAnyProgram(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := explain.Explain(small(t), explain.Conditions{})
		for line := range strings.Lines(r.Text()) {
			line = strings.TrimSuffix(line, "\n")
			check.Equal(t, "long line "+line, len([]rune(line)) > 100, false)
			check.Equal(t, "line ends in a space "+line, strings.HasSuffix(line, " "), false)
		}
		_, err := json.Marshal(r)
		check.Equal(t, "JSON", err, nil)
	})
}
