package server_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/server/servertest"
)

// departure is how a client leaves, and when.
type departure struct {
	way   way
	stage stage
}

// stage is how far a client has come.
type stage string

const (
	isOver      stage = "the server has closed"
	isQueued    stage = "not accepted"
	isSilent    stage = "nothing sent"
	isAsking    stage = "in the middle of a request"
	isInLine    stage = "waiting for a thread"
	isWorkedFor stage = "running"
	isUnread    stage = "the answer not taken"
	isAnswered  stage = "answered"
)

// stage returns the stage of a client that has sent this many bytes.
func (r *run) stage(v visit, c *sim.Client, sent string) stage {
	got, _ := answers(c.Text())
	switch asked := strings.Count(sent, "\r\n\r\n"); {
	case c.Ended != sim.Never:
		return isOver
	case c.Accepted == sim.Never:
		return isQueued
	case sent == "":
		return isSilent
	case len(got) < asked:
		return r.owed(v.asks[len(got)].key)
	case !strings.HasSuffix(sent, "\r\n\r\n"):
		return isAsking
	}
	return isAnswered
}

// owed returns how far the server has come with a request.
func (r *run) owed(key string) stage {
	for _, l := range r.ledgers {
		switch {
		case l.finished[key]:
			return isUnread
		case l.unfinished[key]:
			return isWorkedFor
		}
	}
	return isInLine
}

// The random plans have clients leave at every stage, in every way.
func TestEveryStageIsLeft(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		plans := rapid.Custom(func(t *rapid.T) plan { return drawPlan(t, "threadpool", vintage) })
		seen := map[departure]int{}
		for seed := range 4 * traces {
			for d, n := range carryOut(plans.Example(seed)).departed {
				seen[d] += n
			}
		}
		for _, s := range []stage{isOver, isQueued, isSilent, isAsking, isInLine, isWorkedFor, isUnread, isAnswered} {
			ways := []int{seen[departure{halfClose, s}], seen[departure{closeBoth, s}], seen[departure{reset, s}]}
			t.Logf("%s: %d half-closed, %d closed, %d reset", s, ways[0], ways[1], ways[2])
			if min(ways[0], ways[1], ways[2]) == 0 {
				t.Errorf("no client leaves in some way when it is so: %s: %v", s, ways)
			}
		}
	})
}
