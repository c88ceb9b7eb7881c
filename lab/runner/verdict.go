package runner

import (
	"time"

	"github.com/target-server/target-server/lab/facts"
)

// Outcome is the result for one fact.
type Outcome int

// The outcomes. A difference or instability counts only after the repeats.
const (
	Agrees Outcome = iota
	Differs
	Unstable
)

// Finding is one fact compared.
type Finding struct {
	Name    string
	Fact    facts.Fact   // the oracle's value, if it agrees with itself
	Wanted  []facts.Fact // the oracle's findings, one per run
	Got     []facts.Fact // the subject's, one per run
	Outcome Outcome
}

// Verdict is one scenario compared.
type Verdict struct {
	Scenario string
	Stack    string
	Vintage  string
	Findings []Finding
	Repeats  int

	// The result of the first performances, before any repeat: the facts on which the oracle's two runs
	// disagreed, and those on which the subject agreed with neither.
	Noise, Missed int

	Took time.Duration
	Err  error // the scenario could not be played; it counts as a difference
}

// Count is the number of findings with this outcome.
func (v Verdict) Count(outcome Outcome) int {
	n := 0
	for _, f := range v.Findings {
		if f.Outcome == outcome {
			n++
		}
	}
	return n
}

// first counts the facts on which the first performances did not agree.
func (v *Verdict) first() {
	for _, f := range v.Findings {
		met := false
		for _, wanted := range f.Wanted {
			if !wanted.Agree(f.Wanted[0]) {
				v.Noise++
			}
			met = met || len(f.Got) > 0 && wanted.Agree(f.Got[0])
		}
		if !met {
			v.Missed++
		}
	}
}

// compare judges every fact of both samples.
func compare(oracle, subject facts.Sample) []Finding {
	names := oracle.Names()
	for _, name := range subject.Names() {
		if facts.Find(flatten(oracle), name).Kind == "" {
			names = append(names, name)
		}
	}
	findings := make([]Finding, len(names))
	for i, name := range names {
		findings[i] = judge(oracle, subject, name)
	}
	return findings
}

func flatten(s facts.Sample) []facts.Fact {
	var all []facts.Fact
	for _, run := range s.Runs {
		all = append(all, run...)
	}
	return all
}

// judge decides the outcome of one fact. The subject agrees if one of its runs agrees with one of the
// runs that form the oracle's stable finding.
func judge(oracle, subject facts.Sample, name string) Finding {
	f := Finding{Name: name, Wanted: oracle.Findings(name), Got: subject.Findings(name), Outcome: Unstable}
	stable, ok := oracle.Stable(name)
	if !ok {
		return f
	}
	f.Fact, f.Outcome = stable, Differs
	for _, wanted := range f.Wanted {
		for _, got := range f.Got {
			if wanted.Agree(stable) && wanted.Agree(got) {
				f.Outcome = Agrees
			}
		}
	}
	return f
}
