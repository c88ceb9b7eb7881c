package limiter

import (
	"math"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
)

// Unbounded is the bound of a queue that takes every waiter: the default of every stack.
const Unbounded = -1

// Waiter is notified when it gets the token that it waits for.
// Granted is called while the limiter is locked: it may schedule work but must
// not call the limiter.
type Waiter interface{ Granted() }

// Outcome is the answer to a request for a token.
type Outcome uint8

// The outcomes of Acquire.
const (
	Granted Outcome = iota // a token was free and the queue empty
	Waiting                // queued; Waiter.Granted follows
	Refused                // the queue is at its bound
)

// Limiter counts tokens and queues waiters. It is safe for use by several
// goroutines, so that statistics can be read while a loop is blocked.
type Limiter struct {
	mu       sync.Mutex
	tokens   *semaphore.Weighted // of capacity ceiling; the part above limit is withheld
	limit    int
	excess   int // tokens to withhold when they come back, since the limit was lowered
	bound    int
	borrowed int
	peak     int
	longest  time.Duration
	queue    queue
}

// ceiling is the capacity of the semaphore, and so the highest limit.
const ceiling = math.MaxInt32

// New returns a limiter with the given number of tokens, at least 0, and an
// unbounded queue served in the given order.
func New(limit int, order Order) *Limiter {
	l := &Limiter{tokens: semaphore.NewWeighted(ceiling), limit: limit, bound: Unbounded}
	l.queue.order = order
	l.tokens.TryAcquire(int64(ceiling - limit))
	return l
}

// SetBound sets how many may wait; Unbounded removes the bound. A lower bound
// drops no waiter.
func (l *Limiter) SetBound(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bound = n
}

// Acquire borrows a token for w or queues it, unless the queue is at its bound. As in anyio's
// acquire_on_behalf_of_nowait, a new caller never overtakes a waiter.
func (l *Limiter) Acquire(w Waiter, now time.Duration) Outcome { return l.acquire(w, now, true) }

// AcquireAgain is Acquire for a caller that has been let in before: the queue's bound does not concern it.
func (l *Limiter) AcquireAgain(w Waiter, now time.Duration) Outcome { return l.acquire(w, now, false) }

func (l *Limiter) acquire(w Waiter, now time.Duration, bounded bool) Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.queue.len() == 0 && l.tokens.TryAcquire(1) {
		l.borrow()
		return Granted
	}
	if bounded && l.bound >= 0 && l.queue.len() >= l.bound {
		return Refused
	}
	l.queue.push(entry{w, now})
	return Waiting
}

// Release gives a token back. If there are waiters, it goes straight to the next.
func (l *Limiter) Release(now time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.borrowed--
	if l.excess > 0 {
		l.excess--
		return
	}
	l.tokens.Release(1)
	for l.queue.len() > 0 && l.tokens.TryAcquire(1) {
		l.lend(l.queue.popNext(), now).Granted()
	}
}

// SetLimit changes the number of tokens, from 0 upwards. A higher limit grants
// tokens to waiters at once, the oldest first whatever the order, as the setter
// of anyio's total_tokens does. A lower one withdraws tokens as they come back.
//
// It returns the waiters that now have a token. It does not call their Granted,
// because the caller may be on another goroutine than the one that runs them:
// the caller must arrange that.
func (l *Limiter) SetLimit(n int, now time.Duration) []Waiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	free := l.limit + l.excess - l.borrowed
	if more := n - l.limit; more >= 0 {
		paid := min(more, l.excess)
		l.excess -= paid
		l.tokens.Release(int64(more - paid))
	} else {
		withdrawn := min(-more, free)
		l.tokens.TryAcquire(int64(withdrawn))
		l.excess += -more - withdrawn
	}
	l.limit = n
	var granted []Waiter
	for l.queue.len() > 0 && l.tokens.TryAcquire(1) {
		granted = append(granted, l.lend(l.queue.popOldest(), now))
	}
	return granted
}

// lend counts a token, which has been acquired, as that of a waiter that has left the queue.
func (l *Limiter) lend(e entry, now time.Duration) Waiter {
	l.borrow()
	l.longest = max(l.longest, now-e.since)
	return e.waiter
}

// Each calls f for the n waiters that are served next, or for all if there are fewer, in that order, with the time at which
// each asked for its token. The limiter is locked meanwhile: f must not call it.
func (l *Limiter) Each(n int, f func(w Waiter, since time.Duration)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range min(n, l.queue.len()) {
		e := l.queue.at(l.queue.place(i))
		f(e.waiter, e.since)
	}
}

// Abandon empties the queue. Tokens that are lent stay lent.
func (l *Limiter) Abandon() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue = queue{order: l.queue.order}
}

func (l *Limiter) borrow() {
	l.borrowed++
	l.peak = max(l.peak, l.borrowed)
}

// ResetStatistics restarts Peak and LongestWait from the present state.
func (l *Limiter) ResetStatistics() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.peak, l.longest = l.borrowed, 0
}

// Statistics is a snapshot of a limiter.
type Statistics struct {
	Limit       int           // tokens in all
	Borrowed    int           // tokens lent; above Limit only after it was lowered
	Waiting     int           // in the queue
	Peak        int           // most tokens ever lent at once
	LongestWait time.Duration // so far, by waiters past and present
}

// Statistics returns a snapshot at the time now.
func (l *Limiter) Statistics(now time.Duration) Statistics {
	l.mu.Lock()
	defer l.mu.Unlock()
	longest := l.longest
	if l.queue.len() > 0 {
		longest = max(longest, now-l.queue.oldest().since)
	}
	return Statistics{Limit: l.limit, Borrowed: l.borrowed, Waiting: l.queue.len(), Peak: l.peak, LongestWait: longest}
}

// Leave removes a waiter from the queue. It reports whether it was there.
func (l *Limiter) Leave(w Waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.queue.remove(w)
}
