package soak

import (
	"strings"
	"testing"
)

// rounds are samples of an idle server.
func rounds(take func(i int) Sample) (all []Sample) {
	for i := range 10 {
		all = append(all, take(i))
	}
	return all
}

func TestFlat(t *testing.T) {
	const mega = 1 << 20
	for name, c := range map[string]struct {
		take func(i int) Sample
		want string // part of the error; empty if flat
	}{
		"nothing grows": {func(int) Sample { return Sample{Memory: 14 * mega, Descriptors: 14, Goroutines: 6} }, ""},
		"it warms up in the first round": {func(i int) Sample {
			return Sample{Memory: 10*mega + min(i, 1)*20*mega, Descriptors: 14, Goroutines: 6}
		}, ""},
		"memory comes and goes": {func(i int) Sample {
			return Sample{Memory: (14 + i%3) * mega, Descriptors: 14 + i%2, Goroutines: 6 + i%2}
		}, ""},
		"a worker is being replaced in the first half": {func(i int) Sample {
			if i == 2 {
				return Sample{Memory: 9 * mega, Descriptors: 9, Goroutines: 3, Processes: 2}
			}
			return Sample{Memory: 14 * mega, Descriptors: 14, Goroutines: 6, Processes: 3}
		}, ""},
		"memory":               {func(i int) Sample { return Sample{Memory: (14 + 2*i) * mega, Descriptors: 14, Goroutines: 6} }, "memory"},
		"a descriptor a round": {func(i int) Sample { return Sample{Memory: 14 * mega, Descriptors: 14 + i, Goroutines: 6} }, "descriptors"},
		"a goroutine a round":  {func(i int) Sample { return Sample{Memory: 14 * mega, Descriptors: 14, Goroutines: 6 + i} }, "goroutines"},
	} {
		t.Run(name, func(t *testing.T) {
			err := Flat(rounds(c.take))
			if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	if Flat(rounds(func(int) Sample { return Sample{} })[:2]) == nil {
		t.Error("two samples are too few, but are called flat")
	}
}

// The shares of the behaviours add up to a hundred, so that each can be chosen.
func TestSharesOfBehaviours(t *testing.T) {
	sum := 0
	for _, b := range Behaviours() {
		sum += b.Share
	}
	if sum != 100 {
		t.Errorf("the shares add up to %d, want 100", sum)
	}
}
