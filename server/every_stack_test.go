package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/stacks"
)

// Whatever clients do to any stack: its limit holds, no request waits while a thread is free, its sums balance at every
// moment, nothing is held in the end, and the same seed gives the same run.
func TestEveryStack(t *testing.T) {
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		if v.Stack == "uvicorn" {
			continue // TestStress knows more of it
		}
		for _, mode := range stack.Modes {
			if refused := stack.Defaults.With["app="+v.App]["mode"]; refused != "" && mode.Name != v.Mode {
				continue // a mode for the other framework
			}
			t.Run(fmt.Sprintf("%s at %s, %s", v.Stack, v.Vintage, mode.Name), func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					p := drawForeign(t, stack, mode.Name)
					first := carryOut(p)
					for _, l := range first.ledgers {
						if !l.killed && !l.ended && l.last.Held > 0 {
							first.problem("held in the end: %+v", l.last)
						}
					}
					if len(first.problems) > 0 {
						t.Fatal(strings.Join(first.problems, "\n") + "\n\n" + first.trace.String())
					}
					if second := carryOut(p); second.trace.String() != first.trace.String() {
						t.Fatalf("the same seed gave two runs:\n%s\n\n%s", &first.trace, &second.trace)
					}
				})
			})
		}
	}
}

// drawForeign draws a plan for a stack with the settings that it has.
func drawForeign(t *rapid.T, stack *server.Stack, mode string) plan {
	p := plan{cfg: stack.Defaults.Values, foreign: true}
	p.cfg.Mode, p.cfg.Seed = mode, rapid.Uint64Range(1, 9).Draw(t, "seed")
	if _, fixed := stack.Defaults.Refuses["limit"]; !fixed {
		p.cfg.Limit = rapid.IntRange(1, 4).Draw(t, "limit")
	}
	if _, none := stack.Defaults.Refuses["queue"]; !none && mode == "threadpool" {
		p.cfg.Queue = rapid.SampledFrom([]int{config.Unlimited, config.Unlimited, 0, 2}).Draw(t, "queue")
	}
	p.cfg.Sleep = distribution.Of(rapid.SampledFrom([]time.Duration{0, grid, 4 * grid, time.Second}).Draw(t, "sleep"))
	for i := range rapid.SampledFrom([]int{12, 6, 3, 1}).Draw(t, "clients") {
		p.visits = append(p.visits, drawVisit(t, i))
	}
	if rapid.IntRange(0, 3).Draw(t, "is stopped") == 0 {
		p.changes = append(p.changes, change{at: moment(t, "moment of the stop", 5*time.Second), what: terminate})
	}
	return p
}
