package threaded

import (
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// Lease is a connection's use of a thread of the pool, from the request for one until the thread is given back.
type Lease struct {
	Thread *modes.Thread // that serves the connection, or nil
	// Refused: the queue for threads was full. The connection is served without a thread, to get the
	// refusal.
	Refused bool
}

// Acquire asks for a thread on behalf of a connection. The connection's Granted follows, at once unless it has to wait.
func (l *Lease) Acquire(rt *modes.Runtime, c limiter.Waiter) limiter.Outcome {
	outcome := rt.Limiter.Acquire(c, rt.Loop.Polled())
	l.Refused = outcome == limiter.Refused
	if outcome != limiter.Waiting {
		c.Granted()
	}
	return outcome
}

// Begin takes the thread whose place in the pool has been granted.
func (l *Lease) Begin(rt *modes.Runtime) {
	if !l.Refused {
		l.Thread = rt.Threads.Take(rt.Loop.Polled())
	}
}

// Release gives the thread back, if there is one: it serves the next connection in the queue.
func (l *Lease) Release(rt *modes.Runtime) {
	if l.Thread == nil {
		return
	}
	thread := l.Thread
	l.Thread = nil
	rt.Return(thread)
}
