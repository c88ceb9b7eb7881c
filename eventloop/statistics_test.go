package eventloop_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
)

// Others can read for how long a loop has stood still while it does.
func TestStanding(t *testing.T) {
	s := newStage(t, eventloop.Uvloop017)
	s.At(time.Second, func() {
		s.loop.Post(eventloop.Func(func() {
			s.loop.Block(4 * time.Second)
			s.loop.Block(2 * time.Second)
		}))
	})
	look := func(at time.Duration) {
		s.At(at, func() {
			since, blocked := s.loop.Standing()
			now := s.loop.Statistics()
			s.note("%v: %v since %v, %v in all, lag %v, longest %v", at, blocked, since, now.Blocked, now.Lag, now.LongestLag)
		})
	}
	look(500 * time.Millisecond)
	look(3 * time.Second)
	s.At(3500*time.Millisecond, func() { s.loop.ResetStatistics() })
	look(4 * time.Second)
	look(6 * time.Second)
	look(7500 * time.Millisecond)
	s.At(8*time.Second, func() { s.loop.Post(eventloop.Func(func() {})) })
	look(9 * time.Second)
	s.Run(10 * time.Second)
	check.Equal(t, "what was seen", fmt.Sprintf("%q", s.log), fmt.Sprintf("%q", []string{
		"500ms: false since 0s, 0s in all, lag 0s, longest 0s",
		"3s: true since 1s, 2s in all, lag 2s, longest 2s",
		"4s: true since 1s, 500ms in all, lag 3s, longest 3s",
		"6s: true since 5s, 2.5s in all, lag 5s, longest 5s",
		"7.5s: false since 5s, 3.5s in all, lag 6s, longest 6s",
		"9s: false since 5s, 3.5s in all, lag 0s, longest 6s",
	}))
}

func TestConnectionsAreCounted(t *testing.T) {
	s := newStage(t, eventloop.Uvloop017)
	look := func(at time.Duration) {
		s.At(at, func() {
			now := s.loop.Statistics()
			s.note("%d accepted, %d open", now.Accepted, now.Open)
		})
	}
	var first *sim.Client
	s.At(time.Second, func() { first = s.Connect(s.listener) })
	s.At(2*time.Second, func() { s.Connect(s.listener) })
	look(3 * time.Second)
	s.At(4*time.Second, func() { first.Close() })
	look(5 * time.Second)
	s.At(6*time.Second, func() { s.loop.ResetStatistics() })
	look(7 * time.Second)
	s.Run(8 * time.Second)
	counts := slices.DeleteFunc(s.log, func(line string) bool { return !strings.Contains(line, "accepted") })
	check.Equal(t, "what was seen", fmt.Sprintf("%q", counts), fmt.Sprintf("%q", []string{"2 accepted, 2 open", "2 accepted, 1 open", "1 accepted, 1 open"}))
}
