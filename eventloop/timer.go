package eventloop

import "time"

// Runner is one step of work on the loop.
type Runner interface{ Run() }

// Timer is a place among the loop's timers, meant to be embedded in what it
// wakes: a timer costs no allocation of its own. The zero value is a stopped timer.
type Timer struct {
	at     time.Duration
	order  uint64 // timers of one moment fire in the order they were set
	target Runner
	index  int32 // in the heap its place plus one, in the line the same below 0; 0 when it is in neither
	due    bool  // its time has come, and its step is in the queue
}

// Active reports whether the timer is set.
func (t *Timer) Active() bool { return t.index != 0 || t.due }

// Run is the step of a due timer: nothing if it was stopped in the meantime.
func (t *Timer) Run() {
	if t.due {
		t.due = false
		t.target.Run()
	}
}

func (t *Timer) before(other *Timer) bool {
	return t.at < other.at || t.at == other.at && t.order < other.order
}

// timers keeps timers and gives them back, the earliest first. Most are set in the
// order in which they are due, since their durations are the same: keep-alive
// times, sleeps of one length. These stand in a line, where setting and stopping
// one costs no comparison with others. The rest is in a heap.
type timers struct {
	line timerLine
	heap timerHeap
	set  uint64 // how many have ever been
}

func (ts *timers) add(t *Timer, at time.Duration, target Runner) {
	ts.set++
	t.at, t.order, t.target = at, ts.set, target
	if last := ts.line.last(); last == nil || at >= last.at {
		ts.line.push(t)
	} else {
		ts.heap.push(t)
	}
}

func (ts *timers) remove(t *Timer) {
	switch {
	case t.index > 0:
		ts.heap.remove(t)
	case t.index < 0:
		ts.line.remove(t)
	}
}

// next returns the earliest timer, or nil.
func (ts *timers) next() *Timer {
	t, other := ts.line.first(), ts.heap.first()
	if t == nil || other != nil && other.before(t) {
		return other
	}
	return t
}

// pop removes the earliest timer if it is due: its Run is then what it wakes.
func (ts *timers) pop(now time.Duration) *Timer {
	t := ts.next()
	if t == nil || t.at > now {
		return nil
	}
	ts.remove(t)
	t.due = true
	return t
}
