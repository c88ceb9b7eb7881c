package connections

import (
	"fmt"
	"sync"
	"time"
)

// Pool counts the connections of one process. It is safe for use by several goroutines, so that statistics can be read
// while a loop is blocked.
type Pool struct {
	version  *Version
	mu       sync.Mutex
	name     string
	size     int // pool_size
	overflow int // max_overflow
	timeout  time.Duration

	idle    int // connections in the pool: its queue
	made    int // connections that exist
	waiters list

	peak     int
	timeouts int
	longest  time.Duration

	// OnWaited, unless it is nil, is called with how long each caller has waited for a connection, or in vain. It must not
	// call the pool. Set it before the pool is used.
	OnWaited func(time.Duration)
}

// Waiter waits for a connection. Woken is called when one has come back: the waiter should try to take it, soon.
// It is called while the pool is locked: it may schedule work but must not call the pool.
type Waiter interface{ Woken() }

// Wait is a waiter's place in the queue of one pool. The zero value is in none.
type Wait struct {
	Waiter   Waiter
	since    time.Duration // of the first of several waits
	place    *Pool
	previous *Wait
	next     *Wait
}

// Version is how the releases of SQLAlchemy differ.
type Version struct {
	// WaitsInTask: a coroutine that finds the pool exhausted waits in a task of its own (asyncio.wait_for in
	// AsyncAdaptedQueue.get), even if a connection is idle. Later releases first look, and await the queue themselves.
	WaitsInTask bool
	docs        string // where the error refers to
}

// The releases at the two vintages.
var (
	V207 = Version{WaitsInTask: true, docs: "20"} // SQLAlchemy 2.0.7
	V219 = Version{docs: "21"}                    // SQLAlchemy 2.1.9
)

// New returns a pool without connections. A waiter should give up after the timeout.
func New(v *Version, name string, size, overflow int, timeout time.Duration) *Pool {
	return &Pool{version: v, name: name, size: size, overflow: overflow, timeout: timeout}
}

// Version is the release imitated.
func (p *Pool) Version() *Version { return p.version }

// TimeoutError is the exception of a waiter that gives up, as Python prints it.
func (p *Pool) TimeoutError() string {
	return fmt.Sprintf("sqlalchemy.exc.TimeoutError: QueuePool limit of size %d overflow %d reached, connection timed out, "+
		"timeout %.2f (Background on this error at: https://sqlalche.me/e/%s/3o7r)",
		p.size, p.overflow, p.timeout.Seconds(), p.version.docs)
}

// Name is the pool's name in the program.
func (p *Pool) Name() string { return p.name }

// Timeout is how long a caller may wait for a connection.
func (p *Pool) Timeout() time.Duration { return p.timeout }

// Take takes an idle connection or makes one. It reports whether it could: a caller need not be the one that has waited
// longest (QueuePool._do_get).
func (p *Pool) Take() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.idle > 0:
		p.idle--
	case p.made < p.size+p.overflow:
		p.made++
	default:
		return false
	}
	p.peak = max(p.peak, p.made-p.idle)
	return true
}

// Exhausted reports whether the pool may make no more connections.
func (p *Pool) Exhausted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.made >= p.size+p.overflow
}

// Put takes a connection back, or closes it if the pool has enough idle ones. It wakes the waiter that is first in the
// queue, if it keeps the connection (QueuePool._do_return_conn, Queue.put).
func (p *Pool) Put() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.idle >= p.size {
		p.made--
		return
	}
	p.idle++
	p.wake()
}

// Wake wakes the next waiter, on behalf of one that was woken and no longer wants a connection.
func (p *Pool) Wake() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wake()
}

func (p *Pool) wake() {
	if w := p.waiters.first; w != nil {
		p.waiters.remove(w)
		w.Waiter.Woken()
	}
}

// Join puts a waiter last in the queue. since is when it first asked for a connection.
func (p *Pool) Join(w *Wait, since time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.since, w.place = since, p
	p.waiters.push(w)
}

// Leave takes a waiter out of the queue, if it is in one.
func (p *Pool) Leave(w *Wait) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiters.remove(w)
}

// Waited notes how long a waiter has waited, and whether in vain.
func (p *Pool) Waited(d time.Duration, timedOut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.longest = max(p.longest, d)
	if timedOut {
		p.timeouts++
	}
	if p.OnWaited != nil {
		p.OnWaited(d)
	}
}

// Statistics is a snapshot of a pool.
type Statistics struct {
	Size        int           // connections that it keeps
	Overflow    int           // connections that it may make beyond those
	InUse       int           // connections taken
	Idle        int           // connections that it has and nobody uses
	Waiting     int           // waiters
	Peak        int           // most connections ever in use at once
	Timeouts    int           // waiters that gave up
	LongestWait time.Duration // so far, by waiters past and present
}

// Statistics returns a snapshot at the time now.
func (p *Pool) Statistics(now time.Duration) Statistics {
	p.mu.Lock()
	defer p.mu.Unlock()
	longest := p.longest
	for w := p.waiters.first; w != nil; w = w.next {
		longest = max(longest, now-w.since)
	}
	return Statistics{
		Size: p.size, Overflow: p.overflow, InUse: p.made - p.idle, Idle: p.idle, Waiting: p.waiters.n,
		Peak: p.peak, Timeouts: p.timeouts, LongestWait: longest,
	}
}

// ResetStatistics restarts Peak, Timeouts and LongestWait from the present state.
func (p *Pool) ResetStatistics() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.peak, p.timeouts, p.longest = p.made-p.idle, 0, 0
}

// list is a queue of waiters, from which any can leave.
type list struct {
	first, last *Wait
	n           int
}

func (l *list) push(w *Wait) {
	w.previous, w.next = l.last, nil
	if l.last == nil {
		l.first = w
	} else {
		l.last.next = w
	}
	l.last = w
	l.n++
}

// remove takes a waiter out. It does nothing if the waiter is not in the list.
func (l *list) remove(w *Wait) {
	if w.place == nil {
		return
	}
	if w.previous == nil {
		l.first = w.next
	} else {
		w.previous.next = w.next
	}
	if w.next == nil {
		l.last = w.previous
	} else {
		w.next.previous = w.previous
	}
	w.place, w.previous, w.next = nil, nil, nil
	l.n--
}
