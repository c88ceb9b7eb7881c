package runner

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/scenarios"
)

func sample(runs ...[]facts.Fact) facts.Sample { return facts.Sample{Runs: runs} }

func TestCompare(t *testing.T) {
	say := func(value string) []facts.Fact { return []facts.Fact{facts.NewExact("x", value)} }
	after := func(d time.Duration) []facts.Fact { return []facts.Fact{facts.NewNear("x", 100*time.Millisecond, d)} }
	tests := []struct {
		name            string
		oracle, subject facts.Sample
		want            Outcome
	}{
		{"same", sample(say("a"), say("a")), sample(say("a")), Agrees},
		{"other", sample(say("a"), say("a")), sample(say("b")), Differs},
		{"right in a repeat", sample(say("a"), say("a"), say("a")), sample(say("b"), say("a")), Agrees},
		{"oracle disagrees with itself", sample(say("a"), say("b")), sample(say("a")), Unstable},
		{"subject silent", sample(say("a"), say("a")), sample(nil), Differs},
		{"oracle silent", sample(nil, nil), sample(say("a")), Unstable},
		{"near", sample(after(time.Second), after(1080*time.Millisecond)), sample(after(1150 * time.Millisecond)), Agrees},
		{"far", sample(after(time.Second), after(1080*time.Millisecond)), sample(after(1300 * time.Millisecond)), Differs},
		{"agrees only with an outlier", sample(say("b"), say("a"), say("a"), say("a")), sample(say("b")), Differs},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			findings := compare(test.oracle, test.subject)
			if len(findings) != 1 || findings[0].Outcome != test.want {
				t.Errorf("got %+v, want one with outcome %d", findings, test.want)
			}
		})
	}
}

func TestDiffShowsBothSides(t *testing.T) {
	f := Finding{
		Name:    "head",
		Fact:    facts.NewExact("head", "one\ntwo\nthree"),
		Got:     []facts.Fact{facts.NewExact("head", "one\n2\nthree")},
		Outcome: Differs,
	}
	want := "head: differs (exact)\n      one\n    - two\n    + 2\n      three\n"
	if got := f.Diff(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	f = Finding{Name: "head", Wanted: []facts.Fact{facts.NewExact("head", "a"), facts.NewExact("head", "b")}, Outcome: Unstable}
	if got := f.Diff(); !strings.Contains(got, "1 of 2 times:\n    a\n") || !strings.Contains(got, "+ b") {
		t.Errorf("got:\n%s", got)
	}
}

func TestDuplicates(t *testing.T) {
	if err := duplicates([]facts.Fact{facts.NewExact("a", ""), facts.NewExact("b", "")}); err != nil {
		t.Error(err)
	}
	if duplicates([]facts.Fact{facts.NewExact("a", ""), facts.NewExact("a", "")}) == nil {
		t.Error("two facts with the same name were accepted")
	}
}

// The first performances are counted before anything is repeated.
func TestNoiseAndMisses(t *testing.T) {
	say := func(value string) []facts.Fact { return []facts.Fact{facts.NewExact("x", value)} }
	tests := []struct {
		name            string
		oracle, subject facts.Sample
		noise, missed   int
	}{
		{"all alike", sample(say("a"), say("a")), sample(say("a")), 0, 0},
		{"the oracle disagrees with itself", sample(say("a"), say("b")), sample(say("b")), 1, 0},
		{"the subject disagrees with both", sample(say("a"), say("b")), sample(say("c")), 1, 1},
		{"only the subject is wrong", sample(say("a"), say("a")), sample(say("c")), 0, 1},
		{"the subject is silent", sample(say("a"), say("a")), sample(nil), 0, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := Verdict{Findings: compare(test.oracle, test.subject)}
			v.first()
			if v.Noise != test.noise || v.Missed != test.missed {
				t.Errorf("noise %d, missed %d; want %d and %d", v.Noise, v.Missed, test.noise, test.missed)
			}
		})
	}
}

// A scenario without a recording is not played, and counts as a difference.
func TestNoRecording(t *testing.T) {
	r := &Runner{Offline: true, Recorded: recordings.Store{Dir: t.TempDir()}}
	c := r.Compare(t.Context(), Play{Scenario: scenarios.Scenario{Name: "never-recorded"}})
	r.Repeat(t.Context(), c)
	if !errors.Is(c.Verdict.Err, fs.ErrNotExist) || c.Verdict.Repeats > 0 {
		t.Errorf("got %v after %d repeats, want %v at once", c.Verdict.Err, c.Verdict.Repeats, fs.ErrNotExist)
	}
}
