package server

import (
	"os"
	"runtime"
	"sync"

	"github.com/target-server/target-server/server/admin"
)

// sums are what admin.Statistics defines and balances, with what is so now.
type sums struct {
	accepted, held, started, answered, refused, cancelled, left int64
	begun                                                       int64 // of those held
	busy, peak, zombies                                         int
}

// of is the sum that an outcome belongs to.
func (s *sums) of(o admin.Outcome) *int64 {
	switch o {
	case admin.Refused:
		return &s.refused
	case admin.Cancelled:
		return &s.cancelled
	case admin.ClientLeft:
		return &s.left
	default:
		return &s.answered
	}
}

// again counts anew: what is so now stays.
func (s *sums) again() {
	*s = sums{accepted: s.held, held: s.held, started: s.begun, begun: s.begun, busy: s.busy, peak: s.busy, zombies: s.zombies}
}

// counts are the sums since the start, or since they were reset. Only the loop
// counts; anybody may read them, also while the loop is blocked, and finds them balanced.
type counts struct {
	mu sync.Mutex
	sums
}

func (c *counts) change(f func(*sums)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.sums)
}

func (c *counts) read() sums {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sums
}

// Statistics returns a snapshot, from any goroutine.
func (w *Worker) Statistics() admin.Statistics {
	l, s := w.runtime.Limiter.Statistics(w.loop.Now()), w.counts.read()
	return admin.Statistics{
		Worker: os.Getpid(), Limit: l.Limit, Borrowed: l.Borrowed, Busy: s.busy, Waiting: l.Waiting, Peak: max(l.Peak, s.peak),
		LongestWait: l.LongestWait.Seconds(), Zombies: s.zombies,
		Paused: w.paused.is(), Holding: w.runtime.Gate.IsShut(),
		Accepted: s.accepted, Held: s.held, Started: s.started, Answered: s.answered,
		Refused: s.refused, Cancelled: s.cancelled, Left: s.left, Goroutines: runtime.NumGoroutine(),
	}
}
