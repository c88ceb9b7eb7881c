package http1

import (
	"regexp"
	"strings"
	"testing"
)

// FuzzSplit checks that it does not matter how the bytes of a connection are cut into
// reads, and that no more bytes are consumed than there are.
func FuzzSplit(f *testing.F) {
	for _, input := range readCases(f, "testdata/cases.txt") {
		if len(input) < 2048 {
			f.Add(input, uint16(len(input)/3), uint16(len(input)/2))
		}
	}
	f.Fuzz(func(t *testing.T, input []byte, a, b uint16) {
		for name, d := range dialects {
			d := cutBlind(d)
			whole := observeCuts(&d, input)
			if strings.Contains(whole, " U@") || len(input) == 0 {
				continue // what an upgrade drops depends on the cuts
			}
			if whole = timeless(whole); strings.Contains(whole, "consumed too much") {
				t.Fatalf("%s: %q: %s", name, input, whole)
			}
			first := int(a) % len(input)
			second := first + int(b)%(len(input)-first)
			for _, cuts := range [][]int{{first}, {first, second}, everywhere(input)} {
				if got := timeless(observeCuts(&d, input, cuts...)); got != whole {
					t.Errorf("%s: %q cut at %v\nwant %s\ngot  %s", name, input, cuts, whole, got)
				}
			}
		}
	})
}

// cutBlind is the dialect without the decisions that depend on reads.
func cutBlind(d *Dialect) Dialect {
	blind := *d
	blind.MaxIncomplete = 0
	if blind.DataAfterClose == CloseRefusesNextRead {
		blind.DataAfterClose = CloseRefuses
	}
	if d.Lines != nil {
		rules := *d.Lines
		rules.MostLine, rules.MostField, rules.BareLF, rules.ChunkGrammar = 1<<20, 1<<20, false, true
		blind.Lines = &rules
	}
	return blind
}

var eventTime = regexp.MustCompile(`@\d+( |$)`)

// timeless removes the times from the events.
func timeless(events string) string {
	return eventTime.ReplaceAllString(events, "$1")
}
