package server_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/servertest"
)

// mishaps are the problems of a run, and what happened in it, for a reader.
func (r *run) mishaps() string {
	r.reconcile()
	if len(r.problems) == 0 {
		return ""
	}
	return strings.Join(r.problems, "\n") + "\n\n" + r.trace.String()
}

// Whatever clients do and whenever they leave, whatever becomes of the limit and
// of the workers: the limit holds, nobody waits for a thread that is free, the
// sums balance, and clients, statistics and both logs tell the same story.
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
