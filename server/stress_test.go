package server_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/servertest"
)

// The stress test is one model in several files. A plan (stress_plan_test.go) is drawn at random: settings, clients,
// what they send and when they leave, what is done to the workers. A run (stress_ledger_test.go) carries it out in
// simulated time. Each worker's journal is a ledger, which checks after every line the rules that hold at any moment.
// At the end the story (stress_story_test.go) is read back from both log formats and compared with what clients got and
// with /stats. The trace of a run must be the same whenever its plan is carried out (stress_trace_test.go), and the
// plans must reach every stage at which a client can leave (stress_departed_test.go). TestEveryStack draws simpler
// plans for all other stacks.

// mishaps are the problems of a run, followed by its trace.
func (r *run) mishaps() string {
	r.reconcile()
	if len(r.problems) == 0 {
		return ""
	}
	return strings.Join(r.problems, "\n") + "\n\n" + r.trace.String()
}

// Whatever clients do and whenever they leave, whatever happens to the limit and to the workers: the limit holds, no
// request waits while a thread is free, the sums balance, and clients, statistics and both logs tell the same story.
func TestStress(t *testing.T) {
	for _, m := range modes.OnAsyncio() {
		t.Run(m.Name, func(t *testing.T) {
			servertest.Both(t, func(t *testing.T, vintage string) {
				rapid.Check(t, func(t *rapid.T) {
					if wrong := carryOut(drawPlan(t, m.Name, vintage)).mishaps(); wrong != "" {
						t.Fatal(wrong)
					}
				})
			})
		})
	}
}
