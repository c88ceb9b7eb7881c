package server

import (
	"os"
	"runtime"
	"sync"

	"github.com/target-server/target-server/server/admin"
)

// processID is this process: a system call for each request would cost as much as what is counted.
var processID = os.Getpid()

// sums are the totals and gauges that admin.Statistics defines, and that balance as it says.
type sums struct {
	accepted, held, started, answered, refused, cancelled, left int64
	begun                                                       int64 // of those held, the ones whose handler has started
	busy, peak, zombies                                         int
}

// of returns the total that counts an outcome.
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
	*s = sums{
		accepted: s.held, held: s.held, started: s.begun, begun: s.begun,
		busy: s.busy, peak: s.busy, zombies: s.zombies,
	}
}

// counts are the sums since the start or the last reset. Only the loop counts. Any goroutine may read them, also while
// the loop is blocked, and always finds them balanced.
type counts struct {
	mu sync.Mutex
	sums
}

// accept counts a request at its first step.
func (c *counts) accept() {
	c.mu.Lock()
	c.accepted++
	c.held++
	c.mu.Unlock()
}

// handlerStarted counts a handler that starts.
func (c *counts) handlerStarted() {
	c.mu.Lock()
	c.started++
	c.begun++
	c.busy++
	c.peak = max(c.peak, c.busy)
	c.mu.Unlock()
}

// handlerStopped counts a handler that no longer runs.
func (c *counts) handlerStopped() {
	c.mu.Lock()
	c.busy--
	c.mu.Unlock()
}

// clientLeft counts a request that is held for a client that has left.
func (c *counts) clientLeft() {
	c.mu.Lock()
	c.zombies++
	c.mu.Unlock()
}

// finish counts the end of a request: whether its handler had started, and whether clientLeft has counted it.
func (c *counts) finish(o admin.Outcome, started, clientLeft bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held--
	*c.of(o)++
	if started {
		c.begun--
	}
	if clientLeft {
		c.zombies--
	}
}

// reset zeroes the totals and keeps the gauges.
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

// Statistics returns a snapshot. Any goroutine may call it.
func (w *Worker) Statistics() admin.Statistics {
	l, s := w.runtime.Limiter.Statistics(w.loop.Now()), w.counts.read()
	var address string
	if listens := w.address.Load(); listens != nil {
		address = *listens
	}
	return admin.Statistics{
		Worker: processID, Address: address,
		Limit: l.Limit, Borrowed: l.Borrowed, Busy: s.busy, Waiting: l.Waiting, Peak: max(l.Peak, s.peak),
		LongestWait: l.LongestWait.Seconds(), Zombies: s.zombies,
		Paused: w.pause.active(), Holding: w.runtime.Gate.IsShut(),
		Accepted: s.accepted, Held: s.held, Started: s.started, Answered: s.answered,
		Refused: s.refused, Cancelled: s.cancelled, Left: s.left, Goroutines: runtime.NumGoroutine(),
	}
}
