package eventloop

import (
	"sync/atomic"
	"time"
)

// pace slows a loop down to the one that it imitates. What the real loop computes is added up by Spend, and before
// anything that others can see, the loop waits until that much time has passed: for all steps since then at once, and
// without using the processor. Our own processing counts within it.
//
// A wait ends a little late. As long as the loop has something to do, that is made up for by the next ones, so the work
// done per second is exact; a wait before which the loop was idle begins earlier by as much as waits are usually late.
type pace struct {
	clock Clock
	doze  func(time.Duration)
	busy  atomic.Int64  // until when the real loop would compute; only the loop writes it. Nanoseconds by the loop's clock
	late  time.Duration // by which a wait usually ends too late
}

// mostArrears is how far the loop may lag behind and still make up for it: more than that is not the waits' fault, but
// that of a process that was stopped.
const mostArrears = 50 * time.Millisecond

// dozer is a Poller that can wait more exactly than its clock.
type dozer interface{ Doze(d time.Duration) }

// Paced makes the loop wait for what Spend adds up. Call it before Run.
func (l *Loop) Paced() {
	p := &pace{clock: l.clock, doze: l.clock.Sleep}
	if exact, ok := l.poller.(dozer); ok {
		p.doze = exact.Doze
	}
	p.busy.Store(int64(l.clock.Monotonic()))
	l.pace = p
}

// Spend notes that the real loop, or one of its threads under the interpreter's lock, computes for d. It does nothing
// unless the loop is paced.
func (l *Loop) Spend(d time.Duration) {
	if l.pace != nil {
		l.pace.busy.Add(int64(d))
	}
}

// settle waits until what was spent has passed. While other threads compute, the loop needs the interpreter's lock for
// that.
func (l *Loop) settle() {
	p := l.pace
	if p == nil {
		return
	}
	until := p.until() - p.late
	now := p.clock.Monotonic()
	switch {
	case now >= until:
		return
	case l.holds && l.computing():
		p.busy.Store(int64(now))
		l.spend(until-now, false)
		p.idle(p.clock.Monotonic())
		return
	}
	for now < until { // a signal may end a wait
		p.doze(until - now)
		now = p.clock.Monotonic()
	}
	p.learn(now - until)
}

func (p *pace) until() time.Duration { return time.Duration(p.busy.Load()) }

// The steps by which the usual lateness follows what is seen, and its bound.
const (
	lateStep = time.Microsecond
	mostLate = 200 * time.Microsecond
)

// learn moves the usual lateness towards the median of what is seen.
func (p *pace) learn(late time.Duration) {
	switch {
	case late > p.late:
		p.late = min(p.late+lateStep, mostLate)
	case late < p.late:
		p.late = max(p.late-lateStep, 0)
	}
}

// idle notes that the loop had nothing to do until a moment.
func (p *pace) idle(until time.Duration) {
	if until > p.until() {
		p.busy.Store(int64(until))
	}
}

// idleUntil is idle, if the loop is paced.
func (l *Loop) idleUntil(until time.Duration) {
	if l.pace != nil {
		l.pace.idle(until)
	}
}

// rest polls. If a paced loop finds nothing, it is idle until something comes, or until the time of the timer that wakes
// it, even if it wakes later.
func (l *Loop) rest(timeout time.Duration) ([]Event, error) {
	p := l.pace
	if p == nil || timeout == 0 {
		return l.poller.Wait(timeout, l.events[:0])
	}
	p.idle(p.clock.Monotonic() - mostArrears)
	events, err := l.poller.Wait(0, l.events[:0])
	if len(events) > 0 || err != nil || l.posted.any.Load() {
		return events, err
	}
	due := p.clock.Monotonic() + timeout
	events, err = l.poller.Wait(timeout, events)
	until := p.clock.Monotonic()
	if timeout > 0 && len(events) == 0 {
		until = min(until, due)
	}
	p.idle(until)
	return events, err
}
