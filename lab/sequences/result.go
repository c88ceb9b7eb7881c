package sequences

import (
	"regexp"
	"strings"

	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/runner"
)

// Result is a sequence that was played, and what each server did each time.
type Result struct {
	Sequence
	Real, Ours []Outcome
}

// played reports whether it was played on both servers.
func (r *Result) played() bool { return len(r.Real) > 0 && len(r.Ours) > 0 }

// Verdict is Agrees if both did the same in the first play, Unstable if they did in a later one or the real server did not
// always do the same, and otherwise Differs.
func (r *Result) Verdict() runner.Outcome {
	if r.Real[0] == r.Ours[0] {
		return runner.Agrees
	}
	for i, o := range r.Real {
		if o != r.Real[0] || o == r.Ours[i] {
			return runner.Unstable
		}
	}
	return runner.Differs
}

// Kind names the way in which the two last differed: in few words if these differ, otherwise with the first line that does.
func (r *Result) Kind() string {
	theirs, ours := r.Real[len(r.Real)-1], r.Ours[len(r.Ours)-1]
	if a, b := theirs.Short(), ours.Short(); a != b {
		return "real: " + a + "; ours: " + b
	}
	a, b := firstUnlike(theirs.String(), ours.String())
	return theirs.Short() + "; real: " + general(a) + "; ours: " + general(b)
}

func firstUnlike(theirs, ours string) (string, string) {
	a, b := strings.Split(theirs, "\n"), strings.Split(ours, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return a[i], b[i]
		}
	}
	n := min(len(a), len(b))
	return strings.Join(a[n:], " "), strings.Join(b[n:], " ")
}

// mostOfALine is how much of a line the name of a kind has.
const mostOfALine = 90

var number = regexp.MustCompile(`\d+`)

// general is a line without what only one case has.
func general(line string) string {
	line = number.ReplaceAllString(line, "#")
	if len(line) > mostOfALine {
		line = line[:mostOfALine] + "…"
	}
	return `"` + line + `"`
}

// Diff shows what differs, line by line.
func (r *Result) Diff() string {
	got := make([]string, len(r.Ours))
	for i, ours := range r.Ours {
		got[i] = ours.String()
	}
	return Diff(r.Name, r.Real[0].String(), got...)
}

// Diff shows what differs from what was wanted, line by line.
func Diff(name, wanted string, got ...string) string {
	f := runner.Finding{Name: name, Fact: facts.NewExact(name, wanted), Outcome: runner.Differs}
	for _, text := range got {
		f.Got = append(f.Got, facts.NewExact(name, text))
	}
	return f.Diff()
}
