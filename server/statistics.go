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

// restart zeroes the totals and keeps the gauges.
func (s *sums) restart() {
	*s = sums{accepted: s.held, held: s.held, started: s.begun, begun: s.begun, busy: s.busy, peak: s.busy, zombies: s.zombies}
}

// counts are the sums since the start, or since they were reset. Only the loop
// counts; anybody may read them, also while the loop is blocked, and finds them balanced.
type counts struct {
	mu sync.Mutex
	sums
}

// accept counts a request that has had its first step.
func (c *counts) accept() {
	c.mu.Lock()
	c.accepted++
	c.held++
	c.mu.Unlock()
}

// begin counts a handler that begins, and rest one that no longer runs.
func (c *counts) begin() {
	c.mu.Lock()
	c.started++
	c.begun++
	c.busy++
	c.peak = max(c.peak, c.busy)
	c.mu.Unlock()
}

func (c *counts) rest() {
	c.mu.Lock()
	c.busy--
	c.mu.Unlock()
}

// desert counts a request whose client has left.
func (c *counts) desert() {
	c.mu.Lock()
	c.zombies++
	c.mu.Unlock()
}

// end counts the end of a request, whose handler may have begun and whose client may have left.
func (c *counts) end(o admin.Outcome, begun, deserted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held--
	*c.of(o)++
	if begun {
		c.begun--
	}
	if deserted {
		c.zombies--
	}
}

// reset restarts the totals.
func (c *counts) reset() {
	c.mu.Lock()
	c.restart()
	c.mu.Unlock()
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
		Paused: w.pause.active(), Holding: w.runtime.Gate.IsShut(),
		Accepted: s.accepted, Held: s.held, Started: s.started, Answered: s.answered,
		Refused: s.refused, Cancelled: s.cancelled, Left: s.left, Goroutines: runtime.NumGoroutine(),
	}
}
