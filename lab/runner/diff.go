package runner

import (
	"fmt"
	"strings"

	"github.com/target-server/target-server/lab/facts"
)

// Diff shows a finding that does not agree. For a difference: what was wanted (-) and what came instead
// (+), line by line. For an instability: each value that the oracle showed, and how often.
func (f Finding) Diff() string {
	if f.Outcome == Unstable {
		return f.unstable()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: differs (%s)\n", f.Name, f.Fact.Rule())
	for i, got := range distinct(f.Got) {
		if i > 0 {
			b.WriteString("  or, in a repeat:\n")
		}
		for _, line := range lineDiff(strings.Split(value(f.Fact), "\n"), strings.Split(got.value, "\n")) {
			b.WriteString("    " + line + "\n")
		}
	}
	return b.String()
}

func (f Finding) unstable() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: unstable\n", f.Name)
	shown := distinct(f.Wanted)
	for i, v := range shown {
		fmt.Fprintf(&b, "  %d of %d times:\n", v.times, len(f.Wanted))
		lines := strings.Split(v.value, "\n")
		if i > 0 {
			lines = lineDiff(strings.Split(shown[0].value, "\n"), lines)
		}
		for _, line := range lines {
			b.WriteString("    " + line + "\n")
		}
	}
	return b.String()
}

func value(f facts.Fact) string {
	if f.Kind == "" {
		return "(no such fact)"
	}
	return f.Value
}

// counted is a value and how many findings have it.
type counted struct {
	value string
	times int
}

func distinct(found []facts.Fact) []counted {
	var all []counted
	at := map[string]int{}
	for _, f := range found {
		v := value(f)
		if _, ok := at[v]; !ok {
			at[v] = len(all)
			all = append(all, counted{value: v})
		}
		all[at[v]].times++
	}
	return all
}

// lineDiff marks lines that are only in a with "-", those only in b with "+", and leaves the others
// unmarked.
func lineDiff(a, b []string) []string {
	common := commonLengths(a, b)
	var lines []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, "- "+a[i])
			i++
		default:
			lines = append(lines, "+ "+b[j])
			j++
		}
	}
	return lines
}

// commonLengths returns, for each pair of positions, the length of the longest common subsequence of
// lines from there on.
func commonLengths(a, b []string) [][]int {
	lengths := make([][]int, len(a)+1)
	for i := range lengths {
		lengths[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				lengths[i][j] = lengths[i+1][j+1] + 1
			} else {
				lengths[i][j] = max(lengths[i+1][j], lengths[i][j+1])
			}
		}
	}
	return lengths
}
