package facts

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Kind is how two findings of the same fact are compared.
type Kind string

// The kinds; see the package documentation.
const (
	Exact Kind = "exact"
	Near  Kind = "near"
	Order Kind = "order"
	Share Kind = "share"
)

// Fact is one thing that a client, or a reader of the log, saw.
type Fact struct {
	Name      string  `yaml:"name"`
	Kind      Kind    `yaml:"kind"`
	Tolerance float64 `yaml:"tolerance,omitempty"` // in seconds for near, a fraction of one for share
	Swaps     int     `yaml:"swaps,omitempty"`     // for order
	Value     string  `yaml:"value"`
}

// NewExact is a fact that is text.
func NewExact(name, value string) Fact {
	return Fact{Name: name, Kind: Exact, Value: value}
}

// NewNear is a fact that is one or more times.
func NewNear(name string, tolerance time.Duration, times ...time.Duration) Fact {
	words := make([]string, len(times))
	for i, t := range times {
		words[i] = fmt.Sprintf("%.2f", t.Seconds())
	}
	return Fact{Name: name, Kind: Near, Tolerance: round(tolerance.Seconds()), Value: strings.Join(words, " ")}
}

// NewOrder is a fact that is a sequence of words without spaces.
func NewOrder(name string, swaps int, words []string) Fact {
	return Fact{Name: name, Kind: Order, Swaps: swaps, Value: strings.Join(words, " ")}
}

// NewShare is a fact that is a fraction of a whole.
func NewShare(name string, tolerance float64, part, whole int) Fact {
	return Fact{Name: name, Kind: Share, Tolerance: tolerance, Value: fmt.Sprintf("%.2f", float64(part)/float64(max(whole, 1)))}
}

// Agree reports whether two findings of the same fact agree, with f's tolerance and swaps.
func (f Fact) Agree(other Fact) bool {
	if f.Name != other.Name || f.Kind != other.Kind {
		return false
	}
	switch f.Kind {
	case Near, Share:
		return numbersAgree(f.Value, other.Value, f.Tolerance)
	case Order:
		return ordersAgree(strings.Fields(f.Value), strings.Fields(other.Value), f.Swaps)
	case Exact:
		return f.Value == other.Value
	}
	return false
}

// Rule describes how the fact is compared.
func (f Fact) Rule() string {
	switch f.Kind {
	case Near:
		return fmt.Sprintf("near, ±%g s", f.Tolerance)
	case Share:
		return fmt.Sprintf("share, ±%g", f.Tolerance)
	case Order:
		if f.Swaps > 0 {
			return fmt.Sprintf("order, up to %d swaps of neighbours", f.Swaps)
		}
	}
	return string(f.Kind)
}

func numbersAgree(a, b string, tolerance float64) bool {
	as, bs := strings.Fields(a), strings.Fields(b)
	if len(as) != len(bs) {
		return false
	}
	for i := range as {
		x, errX := strconv.ParseFloat(as[i], 64)
		y, errY := strconv.ParseFloat(bs[i], 64)
		if errX != nil || errY != nil {
			if as[i] != bs[i] { // "-": no such time
				return false
			}
			continue
		}
		if math.Abs(x-y) > tolerance+1e-9 {
			return false
		}
	}
	return true
}

// total adds up the times of a fact of kind near.
func (f Fact) total() float64 {
	sum := 0.0
	for word := range strings.FieldsSeq(f.Value) {
		if x, err := strconv.ParseFloat(word, 64); err == nil {
			sum += x
		}
	}
	return sum
}

// ordersAgree reports whether a can be turned into b by at most that many swaps of neighbours.
func ordersAgree(a, b []string, swaps int) bool {
	if len(a) != len(b) {
		return false
	}
	rest := slices.Clone(b)
	for _, word := range a {
		place := slices.Index(rest, word)
		if place < 0 {
			return false
		}
		swaps -= place // moving it to the front takes one swap for each word before it
		rest = slices.Delete(rest, place, place+1)
	}
	return swaps >= 0
}

func round(x float64) float64 { return math.Round(x*100) / 100 }
