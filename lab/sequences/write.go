package sequences

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/lab/runner"
)

// Count is the number of results with a verdict.
func (c Comparison) Count(verdict runner.Outcome) int { return len(c.Of(verdict)) }

// Of lists the results with a verdict.
func (c Comparison) Of(verdict runner.Outcome) []Result {
	return slices.DeleteFunc(slices.Clone(c.Results), func(r Result) bool { return !r.played() || r.Verdict() != verdict })
}

// examples is how many cases of a kind are named.
const examples = 12

// Write reports what differs, by kind: the most frequent first, each with one case in full. What is known to differ is only
// counted.
func (c Comparison) Write(out io.Writer, title string, known func(Result) bool) {
	differ := c.Of(runner.Differs)
	all := len(differ)
	differ = slices.DeleteFunc(differ, known)
	fmt.Fprintf(out, "%s: %d played, %d agree, %d unstable, %d differ", title, len(c.Results), c.Count(runner.Agrees), c.Count(runner.Unstable), all)
	fmt.Fprintf(out, " (%.1f in 1,000), %d of them as is known\n", 1000*float64(all)/float64(max(1, len(c.Results))), all-len(differ))
	for _, end := range slices.Sorted(maps.Keys(c.Ends)) {
		fmt.Fprintf(out, "ended and was started again: %s, %d times\n", end, c.Ends[end])
	}
	if unstable := c.Of(runner.Unstable); len(unstable) > 0 {
		fmt.Fprintf(out, "unstable: %s\n", names(unstable))
	}
	kinds := map[string][]Result{}
	for _, r := range differ {
		kinds[r.Kind()] = append(kinds[r.Kind()], r)
	}
	sorted := slices.SortedFunc(maps.Keys(kinds), func(a, b string) int {
		return cmp.Or(len(kinds[b])-len(kinds[a]), strings.Compare(a, b))
	})
	for i, kind := range sorted {
		fmt.Fprintf(out, "\n## kind %d of %d, %d cases: %s\n", i+1, len(sorted), len(kinds[kind]), kind)
		writeKind(out, kinds[kind])
	}
}

func writeKind(out io.Writer, cases []Result) {
	slices.SortStableFunc(cases, func(a, b Result) int { return size(a) - size(b) })
	for _, r := range cases[:min(len(cases), examples)] {
		fmt.Fprintf(out, "   %s: %s\n", r.Name, shown(r.Pieces))
	}
	if len(cases) > examples {
		fmt.Fprintf(out, "   and %d more\n", len(cases)-examples)
	}
	fmt.Fprintln(out, cases[0].Diff())
}

// names are those of the first results, and how many more there are.
func names(results []Result) string {
	var b strings.Builder
	for i, r := range results[:min(len(results), examples)] {
		fmt.Fprintf(&b, "%s%s", map[bool]string{true: ", "}[i > 0], r.Name)
	}
	if more := len(results) - examples; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	return b.String()
}

func size(r Result) int { return len(strings.Join(r.Pieces, "")) }

// mostShown is how many bytes of a sequence are shown.
const mostShown = 400

// shown is what is sent, as Go writes it; "|" is a pause.
func shown(pieces []string) string {
	quoted := make([]string, len(pieces))
	for i, piece := range pieces {
		more := ""
		if len(piece) > mostShown {
			piece, more = piece[:mostShown], fmt.Sprintf("… (%d bytes)", len(piece))
		}
		quoted[i] = strconv.QuoteToASCII(piece) + more
	}
	return strings.Join(quoted, " | ")
}
