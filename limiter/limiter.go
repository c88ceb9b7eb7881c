package limiter

import (
	"math"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// Unbounded is a line without a bound, the default of every stack imitated.
const Unbounded = -1

// Waiter is told when the token it waits for has been handed over to it.
// Granted is called while the limiter is locked: it may schedule work but must
// not call the limiter.
type Waiter interface{ Granted() }

// Outcome is the answer to a request for a token.
type Outcome uint8

// The outcomes of Acquire.
const (
	Granted Outcome = iota // a token was free and nobody waited
	Waiting                // in line; Waiter.Granted follows
	Refused                // the line is at its bound
)

// Limiter counts tokens and keeps the line of waiters. It is safe for use by
// several goroutines, so that statistics can be read while a loop is blocked.
type Limiter struct {
	mu      sync.Mutex
	tokens  *semaphore.Weighted // of capacity ceiling, the part above limit is held back
	limit   int
	owed    int // tokens still borrowed above a limit that was lowered
	bound   int
	busy    int
	peak    int
	longest time.Duration
	line    line
}

// ceiling is the capacity of the semaphore, and so the highest limit.
const ceiling = math.MaxInt32

// New returns a limiter with the given number of tokens, at least 0, and an
// unbounded line served in the given order.
func New(limit int, order Order) *Limiter {
	l := &Limiter{tokens: semaphore.NewWeighted(ceiling), limit: limit, bound: Unbounded}
	l.line.order = order
	l.tokens.TryAcquire(int64(ceiling - limit))
	return l
}

// SetBound sets how many may wait; Unbounded removes the bound. Those already
// in line stay.
func (l *Limiter) SetBound(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bound = n
}

// Acquire borrows a token for w or puts it in line. As in anyio's
// acquire_on_behalf_of_nowait a newcomer never overtakes somebody who waits.
func (l *Limiter) Acquire(w Waiter, now time.Duration) Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.line.len() == 0 && l.tokens.TryAcquire(1) {
		l.borrow()
		return Granted
	}
	if l.bound >= 0 && l.line.len() >= l.bound {
		return Refused
	}
	l.line.push(entry{w, now})
	return Waiting
}

// Release gives a token back, which goes to the next in line at once.
func (l *Limiter) Release(now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.busy--
	if l.owed > 0 { // the limit was lowered: this token is not lent again
		l.owed--
		return
	}
	l.tokens.Release(1)
	for _, w := range l.handOver(l.line.next, now) {
		w.Granted()
	}
}

// SetLimit changes the number of tokens, from 0 upwards. Raised, it lets in
// those who wait at once, the oldest first in either order, as the setter of
// anyio's total_tokens does; lowered, the tokens too many are withdrawn as
// they come back.
//
// Whoever changes the limit may not be who runs the waiters. So those who have
// a token now are returned, and the caller sees to it that they are told.
func (l *Limiter) SetLimit(n int, now time.Duration) []Waiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	free := l.limit + l.owed - l.busy
	if more := n - l.limit; more >= 0 {
		paid := min(more, l.owed)
		l.owed -= paid
		l.tokens.Release(int64(more - paid))
	} else {
		withdrawn := min(-more, free)
		l.tokens.TryAcquire(int64(withdrawn))
		l.owed += -more - withdrawn
	}
	l.limit = n
	return l.handOver(l.line.oldest, now)
}

// handOver gives every free token to those whom pick takes from the line, and
// returns them.
func (l *Limiter) handOver(pick func() entry, now time.Duration) (granted []Waiter) {
	for l.line.len() > 0 && l.tokens.TryAcquire(1) {
		l.borrow()
		e := pick()
		l.longest = max(l.longest, now-e.since)
		granted = append(granted, e.waiter)
	}
	return granted
}

// Abandon forgets everybody in line. Those who have a token keep it.
func (l *Limiter) Abandon() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line = line{order: l.line.order}
}

func (l *Limiter) borrow() {
	l.busy++
	l.peak = max(l.peak, l.busy)
}

// Forget begins the statistics anew: from what is so now.
func (l *Limiter) Forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.peak, l.longest = l.busy, 0
}

// Statistics is what a limiter looked like at one moment.
type Statistics struct {
	Limit       int           // tokens in all
	Borrowed    int           // tokens lent; above Limit only after it was lowered
	Waiting     int           // in line
	Peak        int           // most tokens ever lent at once
	LongestWait time.Duration // of those who wait and those who have waited
}

// Statistics returns an immutable snapshot.
func (l *Limiter) Statistics(now time.Duration) Statistics {
	l.mu.Lock()
	defer l.mu.Unlock()
	longest := l.longest
	if l.line.len() > 0 {
		longest = max(longest, now-l.line.peekOldest().since)
	}
	return Statistics{Limit: l.limit, Borrowed: l.busy, Waiting: l.line.len(), Peak: l.peak, LongestWait: longest}
}
