package interpreter

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Interval is Python's switch interval (sys.getswitchinterval).
const Interval = 5 * time.Millisecond

// Handover is how long it takes until a thread that is to have the lock runs.
const Handover = 50 * time.Microsecond

// What follows was measured with CPython 3.11 and 2 to 16 threads that compute, on a machine with two processors.
const (
	// leaverShare is how often the thread that lost the lock when a turn began gets it back when the turn ends.
	leaverShare = 0.45
	// outOfStep is how much more likely than others a thread is to get the lock that began to wait within a turn.
	outOfStep = 2
	// awakeShare is how often a thread gets the lock that has begun to wait at most awake before another lets go by itself.
	awakeShare = 0.5
	awake      = 200 * time.Microsecond
	// lateShare is how often a holder keeps the lock for longer than the interval, by up to another one.
	lateShare = 0.12
)

// Lock is the lock of one process. The zero Lock is free. Only one goroutine uses it, except for [Lock.Statistics].
type Lock struct {
	// Random decides who is next. Set it before use.
	Random *rand.Rand
	// Burner, unless it is nil, is on while a thread computes. Set it before use.
	Burner *Burner

	holder  *turn
	waiting []*turn       // in the order in which they began to wait
	since   time.Duration // when the holder got the lock
	from    time.Duration // when it began what it does now
	late    time.Duration // how much longer than the interval it keeps it
	running bool          // its Then runs
	account account
}

// Wish is what a thread wants the lock for.
type Wish struct {
	By  string        // the thread's name, for reports
	For time.Duration // how much it computes; 0 for as much as takes no time
	// Keeps: C code computes, which does not let go of the lock.
	Keeps bool
	// Then is called when the thread has computed. It still has the lock then, and loses it when Then returns, unless it
	// asks again.
	Then Runner
	// Stays: it does not lose it, but calls Release.
	Stays bool
}

// Runner is the next step of a thread.
type Runner interface{ Run() }

// turn is a thread that has the lock or waits for it.
type turn struct {
	Wish
	asked time.Duration // when it began to wait
	apart bool          // it began to wait within a turn
}

// Busy reports whether a thread has the lock.
func (l *Lock) Busy() bool { return l.holder != nil }

// Kept reports whether the lock is held by C code.
func (l *Lock) Kept() bool { return l.holder != nil && l.holder.Keeps }

// Waiting is how many threads wait for the lock.
func (l *Lock) Waiting() int { return len(l.waiting) }

// Ask has a thread take the lock, as soon as it can. From a Then, it is the thread of that Then that asks, and it goes on
// at once.
func (l *Lock) Ask(now time.Duration, w Wish) {
	if l.running {
		l.goOn(l.from, w)
		return
	}
	t := &turn{Wish: w, asked: now}
	if l.holder == nil {
		l.give(t, now)
		return
	}
	t.apart = now > l.since
	l.waiting = append(l.waiting, t)
	l.account.note(l, now)
}

// GoOn has the thread that has the lock, and that Stays, compute.
func (l *Lock) GoOn(now time.Duration, w Wish) { l.goOn(now, w) }

func (l *Lock) goOn(now time.Duration, w Wish) {
	l.holder.Wish, l.from, l.running = w, now, false
	l.account.note(l, now)
}

// Release takes the lock from the thread that has it and gives it to the next.
func (l *Lock) Release(now time.Duration) {
	l.holder = nil
	l.next(now)
}

// Drop forgets a thread, whatever it does: the exception of a signal has ended its work.
func (l *Lock) Drop(now time.Duration, then Runner) {
	if l.holder != nil && l.holder.Then == then && !l.running {
		l.Release(now)
		return
	}
	l.waiting = slices.DeleteFunc(l.waiting, func(t *turn) bool { return t.Then == then })
	l.account.note(l, now)
}

// Next is when something happens by itself: the holder has computed, or lets go. It reports false if nothing does.
func (l *Lock) Next() (time.Duration, bool) {
	if l.holder == nil || l.holder.For < 0 {
		return 0, false
	}
	done, switches := l.from+l.holder.For, l.switches()
	if l.holder.Keeps || len(l.waiting) == 0 || done <= switches {
		return done, true
	}
	return switches, true
}

// switches is when the holder lets go, if it computes for so long and in Python: one of those that wait has waited for
// the interval, and nobody else has taken the lock meanwhile.
func (l *Lock) switches() time.Duration {
	if len(l.waiting) == 0 {
		return 0
	}
	return max(l.from, max(l.since, l.waiting[0].asked)+Interval+l.late)
}

// Advance does what happens at the moment that Next gives. It may be called later than that.
func (l *Lock) Advance() {
	at, found := l.Next()
	if !found {
		return
	}
	h := l.holder
	h.For -= at - l.from
	l.from = at
	if h.For > 0 {
		h.asked, h.apart, l.holder = at, false, nil
		l.next(at)
		if l.holder == nil { // nobody wants it any more
			l.give(h, at)
			return
		}
		l.waiting = append(l.waiting, h)
		l.account.note(l, at)
		return
	}
	h.For = -1 // has no end of its own, until it asks again
	l.running = true
	h.Then.Run()
	if !l.running { // it has asked again
		return
	}
	l.running = false
	if l.holder == h && !h.Stays {
		l.Release(at)
	}
}

// next gives the lock to one of those that wait.
func (l *Lock) next(now time.Duration) {
	if len(l.waiting) == 0 {
		l.account.note(l, now)
		return
	}
	i := l.chosen(now)
	t := l.waiting[i]
	l.waiting = slices.Delete(l.waiting, i, i+1)
	l.give(t, now+Handover)
}

func (l *Lock) give(t *turn, at time.Duration) {
	l.holder, l.since, l.from, l.late = t, at, at, 0
	if len(l.waiting) > 0 && l.Random.Float64() < lateShare {
		l.late = time.Duration(l.Random.Int64N(int64(Interval)))
	}
	l.account.note(l, at)
}

// chosen is the place of the one that gets the lock.
func (l *Lock) chosen(now time.Duration) int {
	last := len(l.waiting) - 1
	if turnIsOver := now-l.since >= Interval; turnIsOver {
		leaver := slices.IndexFunc(l.waiting, func(t *turn) bool { return t.asked >= l.since-Handover && t.asked <= l.since })
		if leaver >= 0 && (last == 0 || l.Random.Float64() < leaverShare) {
			return leaver
		}
		return l.drawn(leaver)
	}
	if now-l.waiting[last].asked <= awake && l.Random.Float64() < awakeShare {
		return last
	}
	return l.drawn(-1)
}

// drawn is the place of any of those that wait, except one.
func (l *Lock) drawn(except int) int {
	sum := 0.0
	for i, t := range l.waiting {
		sum += t.weight(i == except)
	}
	at := l.Random.Float64() * sum
	for i, t := range l.waiting {
		if at -= t.weight(i == except); at < 0 {
			return i
		}
	}
	return max(0, except-1) // by rounding only
}

// weight is how likely it is to be drawn.
func (t *turn) weight(never bool) float64 {
	switch {
	case never:
		return 0
	case t.apart:
		return outOfStep
	}
	return 1
}
