package limiter

import "time"

// Order says which waiter is served next.
type Order uint8

// The orders of the imitated servers.
const (
	// LIFO serves the newest first: anyio up to 3.6.2 on asyncio and uvloop,
	// CapacityLimiter.release_on_behalf_of (OrderedDict.popitem()).
	LIFO Order = iota
	// FIFO serves the oldest first: anyio since 3.7.0 (popitem(last=False)).
	FIFO
)

// String returns the order in words.
func (o Order) String() string {
	if o == LIFO {
		return "last in, first out"
	}
	return "first in, first out"
}

// entry is a waiter in the queue.
type entry struct {
	waiter Waiter
	since  time.Duration
}

// queue is double-ended, on a ring: removing from either end costs the same.
type queue struct {
	order Order
	ring  []entry
	head  int // index of the oldest
	count int
}

func (q *queue) len() int { return q.count }

func (q *queue) at(i int) *entry { return &q.ring[(q.head+i)&(len(q.ring)-1)] }

func (q *queue) push(e entry) {
	if q.count == len(q.ring) {
		q.resize(max(16, 2*q.count))
	}
	q.count++
	*q.at(q.count - 1) = e
}

// popNext removes the waiter that the order serves next.
func (q *queue) popNext() entry { return q.pop(q.place(0)) }

// place is where the waiter is that the order serves after n others.
func (q *queue) place(n int) int {
	if q.order == LIFO {
		return q.count - 1 - n
	}
	return n
}

func (q *queue) popOldest() entry { return q.pop(0) }

func (q *queue) oldest() entry { return *q.at(0) }

// pop removes the entry at one of the two ends.
func (q *queue) pop(i int) entry {
	e := *q.at(i)
	*q.at(i) = entry{}
	if i == 0 {
		q.head = (q.head + 1) & (len(q.ring) - 1)
	}
	q.count--
	if len(q.ring) > 1024 && q.count < len(q.ring)/4 {
		q.resize(len(q.ring) / 2) // gives back the memory of a burst
	}
	return e
}

// remove removes a waiter from its place, if it has one.
func (q *queue) remove(w Waiter) bool {
	for i := range q.count {
		if q.at(i).waiter != w {
			continue
		}
		for ; i > 0; i-- {
			*q.at(i) = *q.at(i - 1)
		}
		q.pop(0)
		return true
	}
	return false
}

// resize moves the entries to a ring of size n, a power of two.
func (q *queue) resize(n int) {
	ring := make([]entry, n)
	for i := range q.count {
		ring[i] = *q.at(i)
	}
	q.ring, q.head = ring, 0
}
