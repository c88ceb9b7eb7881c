package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/runner"
)

// terminal prints results as they come in, and a summary at the end.
type terminal struct {
	out     io.Writer
	began   time.Time
	total   int
	count   int
	settled []runner.Verdict
}

func newTerminal(out io.Writer, total int) *terminal {
	return &terminal{out: out, began: time.Now(), total: total}
}

// played prints the result of a scenario's first run, and whether it will be repeated.
func (r *terminal) played(v runner.Verdict, again bool) {
	r.count++
	r.line(v, fmt.Sprintf("%3d/%d", r.count, r.total), map[bool]string{true: ", will be repeated"}[again])
	if !again {
		r.settled = append(r.settled, v)
	}
}

// repeated prints the result of a repeat.
func (r *terminal) repeated(v runner.Verdict) {
	r.settled = append(r.settled, v)
	r.line(v, "again", fmt.Sprintf(", repeated %d times", v.Repeats))
}

func (r *terminal) line(v runner.Verdict, place, more string) {
	fmt.Fprintf(r.out, "[%7s] %-8s %-40s %-8s %3d facts, %s%s\n", place, word(v), v.Scenario, v.Vintage, len(v.Findings),
		v.Took.Round(100*time.Millisecond), more)
}

// close prints every difference, every instability and the final line, and returns the exit status.
func (r *terminal) close(interrupted error) int {
	agree, differ, unstable, broken := 0, 0, 0, 0
	for _, v := range r.settled {
		agree += v.Count(runner.Agrees)
		differ += v.Count(runner.Differs)
		unstable += v.Count(runner.Unstable)
		if v.Err != nil {
			broken++
		}
		r.details(v)
	}
	fmt.Fprintf(r.out, "\n%d scenarios in %s", len(r.settled), time.Since(r.began).Round(time.Second))
	if broken > 0 {
		fmt.Fprintf(r.out, ", %d could not be played", broken)
	}
	if interrupted != nil {
		fmt.Fprintf(r.out, ", interrupted")
	}
	fmt.Fprintf(r.out, "\n%d facts agree, %d differ, %d unstable\n", agree, differ, unstable)
	if differ > 0 || broken > 0 || interrupted != nil || len(r.settled) == 0 {
		return exitFailed
	}
	return exitGood
}

func (r *terminal) details(v runner.Verdict) {
	if v.Err == nil && v.Count(runner.Differs) == 0 && v.Count(runner.Unstable) == 0 {
		return
	}
	fmt.Fprintf(r.out, "\n%s at %s   (only this: go run ./lab/cmd/lab --live --vintage %s --only %s)\n", v.Scenario, v.Vintage, v.Vintage, v.Scenario)
	if v.Err != nil {
		fmt.Fprintf(r.out, "  could not be played: %s\n", strings.ReplaceAll(v.Err.Error(), "\n", "\n  "))
	}
	for _, f := range v.Findings {
		if f.Outcome != runner.Agrees {
			fmt.Fprintf(r.out, "  %s", strings.ReplaceAll(strings.TrimSuffix(f.Diff(), "\n"), "\n", "\n  ")+"\n")
		}
	}
}

func word(v runner.Verdict) string {
	switch {
	case v.Err != nil:
		return "BROKEN"
	case v.Count(runner.Differs) > 0:
		return "DIFFERS"
	case v.Count(runner.Unstable) > 0:
		return "unstable"
	default:
		return "agrees"
	}
}
