package limiter

import "time"

// Order says who of those waiting is served next.
type Order uint8

// The orders of the servers imitated.
const (
	// LIFO serves the newest first: anyio up to 3.6.2 on asyncio and uvloop,
	// CapacityLimiter.release_on_behalf_of (OrderedDict.popitem()).
	LIFO Order = iota
	// FIFO serves the oldest first: anyio since 3.7.0 (popitem(last=False)).
	FIFO
)

// String names the order as people say it.
func (o Order) String() string {
	if o == LIFO {
		return "last in, first out"
	}
	return "first in, first out"
}

// entry is one place in the line.
type entry struct {
	waiter Waiter
	since  time.Duration
}

// line is a double-ended queue on a ring, so that either end costs the same.
type line struct {
	order Order
	ring  []entry
	head  int // the oldest
	count int
}

func (q *line) len() int { return q.count }

func (q *line) at(i int) *entry { return &q.ring[(q.head+i)&(len(q.ring)-1)] }

func (q *line) push(e entry) {
	if q.count == len(q.ring) {
		q.resize(max(16, 2*q.count))
	}
	q.count++
	*q.at(q.count - 1) = e
}

// next takes the one whose turn it is.
func (q *line) next() entry {
	if q.order == LIFO {
		return q.take(q.count - 1)
	}
	return q.oldest()
}

func (q *line) oldest() entry { return q.take(0) }

func (q *line) peekOldest() entry { return *q.at(0) }

// take removes the entry at one of the two ends.
func (q *line) take(i int) entry {
	e := *q.at(i)
	*q.at(i) = entry{}
	if i == 0 {
		q.head = (q.head + 1) & (len(q.ring) - 1)
	}
	q.count--
	if len(q.ring) > 1024 && q.count < len(q.ring)/4 {
		q.resize(len(q.ring) / 2) // a burst's memory is given back
	}
	return e
}

// resize moves the entries to a ring of n places, a power of two.
func (q *line) resize(n int) {
	ring := make([]entry, n)
	for i := range q.count {
		ring[i] = *q.at(i)
	}
	q.ring, q.head = ring, 0
}
