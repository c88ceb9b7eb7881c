package supervisor

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"syscall"
	"time"
)

// Arbiter is what differs between parents that keep a number of workers, as gunicorn's master does. Whenever such a parent
// wakes (at a signal, at the end of a worker, and after [Policy.Poll]) it kills the workers that have been silent for too
// long, starts those that are missing, and tells the oldest to stop where there are too many.
type Arbiter struct {
	// Stagger is the longest random pause after each worker that is started because it was missing.
	Stagger time.Duration
	// Pause is the time between two looks at the workers that are to end.
	Pause time.Duration
	// ReapsAtOnce: the end of a worker is seen when it comes, whatever the parent does. Others see it at their next look.
	ReapsAtOnce bool
	// MostPending is how many signals may wait to be acted upon; further ones are lost. 0 is any number.
	MostPending int
	// AwaitsOld: a reload waits for the old workers to end, at most for the graceful timeout, and does nothing else.
	AwaitsOld bool
	// HastenedEnd is how long the workers still have when SIGINT or SIGQUIT comes during a graceful end; 0 means that the
	// signal changes nothing.
	HastenedEnd time.Duration
	// Failures are the exit codes of workers that end the parent too, with that code.
	Failures []Failure
	// FailsLoudly: the end that follows is logged as an error.
	FailsLoudly bool
	// Endings are what is logged of a worker that a signal has ended: the first that is for its signal counts.
	Endings []Ending

	Exited   string // an error: a worker (id) has exited with a code other than 0 (the code)
	Silent   string // critical: a worker (id) is killed because it was silent
	Reloads  string // no id: a reload begins
	Hastened string // no id: the graceful end is hastened
	Stopping string // no id: the workers have ended, or were killed
	Reason   string // why they had to (a [Failure]'s reason)
	Control  string // the control socket (its path) is opened; this follows every fork
}

// Failure is an exit code by which a worker says that it is of no use to start another.
type Failure struct {
	Code   int
	Reason string
}

// Ending is what is logged of a worker that a signal has ended.
type Ending struct {
	Signal string // its name without SIG; none is any
	Level  Level
	Line   string // a format, with the id and the signal: %d is its number, %s its name
}

// Level is the weight of a line.
type Level uint8

// The levels.
const (
	Info Level = iota
	Warning
	Error
)

// arbiter is the state of a parent that keeps a number of workers.
type arbiter struct {
	target int                // how many workers to keep
	opened bool               // the control socket is
	woken  bool               // a worker has ended since the last look
	hired  map[Process]*hired // what is known of each worker
	soon   bool               // the end is to be quick
	failed *Failure           // why it ends
}

// hired is what an arbiter knows of a worker.
type hired struct {
	serial  int       // how many were started before it
	at      time.Time // when it was started
	aborted bool      // it was silent and got SIGABRT
}

// arbitrate is Arbiter.run.
func (p *Parent) arbitrate(ctx context.Context) (int, error) {
	p.arbiter = arbiter{target: p.opts.Workers, hired: map[Process]*hired{}}
	p.manage(ctx)
	p.openControl()
	for !p.done(ctx) {
		p.pause(ctx)
		p.arbiter.woken = false
		p.reap()
		p.react(ctx)
		if !p.done(ctx) {
			p.murder()
			p.manage(ctx)
		}
	}
	p.halt(ctx)
	if ctx.Err() != nil {
		p.killAll()
		return 1, fmt.Errorf("supervisor: %w", context.Cause(ctx))
	}
	if p.failure != nil {
		return 1, fmt.Errorf("supervisor: %w", p.failure)
	}
	if f := p.arbiter.failed; f != nil {
		return f.Code, nil
	}
	return 0, nil
}

// arbitrateSignal acts upon a signal.
func (p *Parent) arbitrateSignal(ctx context.Context, action Action, sig os.Signal) {
	switch action {
	case HaltSoon:
		p.arbiter.soon = true
		p.stopping = true
	case Halt:
		p.stopping = true
	case Reload:
		p.reload(ctx)
	case More:
		p.arbiter.target++
		p.manage(ctx)
	case Fewer:
		if p.arbiter.target > 1 {
			p.arbiter.target--
			p.manage(ctx)
		}
	case PassOn:
		p.signalAll(sig)
	}
}

// bereave is told that a worker has ended.
func (p *Parent) bereave() {
	a := p.policy.Arbiter
	p.arbiter.woken = a != nil
	if a != nil && a.ReapsAtOnce {
		p.reap()
	}
}

// manage is Arbiter.manage_workers.
func (p *Parent) manage(ctx context.Context) {
	for range p.arbiter.target - len(p.workers) {
		if p.hire() == nil || p.done(ctx) {
			return
		}
		p.rest(ctx, time.Duration(p.chance()*float64(p.policy.Arbiter.Stagger)))
	}
	for _, w := range p.workers[:max(0, len(p.workers)-p.arbiter.target)] {
		_ = w.Signal(syscall.SIGTERM) // again, if it has not ended since
	}
}

func (p *Parent) chance() float64 {
	if p.opts.Chance != nil {
		return p.opts.Chance()
	}
	return rand.Float64()
}

// hire starts one more worker. Workers stand in the order of their birth.
func (p *Parent) hire() Process {
	w := p.start()
	if w == nil {
		return nil
	}
	p.arbiter.hired[w] = &hired{serial: p.spawned - 1, at: time.Now()}
	if p.arbiter.opened {
		p.openControl()
	}
	p.setWorkers(append(slices.Clone(p.workers), w))
	return w
}

// openControl says that the control socket is open; there is none.
func (p *Parent) openControl() {
	p.arbiter.opened = true
	p.info(p.policy.Arbiter.Control, p.opts.Control)
}

// murder is Arbiter.murder_workers: SIGABRT for who has been silent for too long, SIGKILL at the next look.
func (p *Parent) murder() {
	if p.opts.Timeout <= 0 {
		return
	}
	for _, w := range p.workers {
		known := p.arbiter.hired[w]
		beat := w.LastBeat()
		if beat.IsZero() {
			beat = known.at
		}
		switch {
		case time.Since(beat) <= p.opts.Timeout:
		case known.aborted:
			_ = w.Signal(os.Kill)
		default:
			p.opts.Logger.Critical(p.policy.Arbiter.Silent, w.PID())
			known.aborted = true
			_ = w.Signal(syscall.SIGABRT)
		}
	}
}

// reap is Arbiter.reap_workers: it says how each worker has ended that has.
func (p *Parent) reap() {
	for _, w := range slices.Clone(p.workers) {
		if !exited(w) {
			continue
		}
		p.setWorkers(slices.DeleteFunc(slices.Clone(p.workers), func(other Process) bool { return other == w }))
		delete(p.arbiter.hired, w)
		p.bury(w)
	}
}

func (p *Parent) bury(w Process) {
	a := p.policy.Arbiter
	switch code := w.ExitCode(); {
	case code < 0:
		p.sayEnding(w.PID(), syscall.Signal(-code))
	case code > 0:
		p.error(a.Exited, w.PID(), code)
		for _, f := range a.Failures {
			if f.Code == code && !p.stopping {
				p.arbiter.failed, p.stopping = &f, true
			}
		}
	}
}

func (p *Parent) sayEnding(pid int, sig syscall.Signal) {
	for _, e := range p.policy.Arbiter.Endings {
		if e.Signal == "" || e.Signal == signalName(sig) {
			p.log(e.Level, e.Line, pid, named{sig})
			return
		}
	}
}

// named is a signal whose %s is its name.
type named struct{ syscall.Signal }

func (n named) String() string { return "SIG" + signalName(n.Signal) }

// Format lets %d be the number.
func (n named) Format(f fmt.State, verb rune) {
	if verb == 'd' {
		fmt.Fprintf(f, "%d", int(n.Signal))
		return
	}
	fmt.Fprint(f, n.String())
}

// signalAll sends a signal to every worker.
func (p *Parent) signalAll(sig os.Signal) {
	for _, w := range p.workers {
		_ = w.Signal(sig)
	}
}

// rest lets time pass, in which workers may end and signals come.
func (p *Parent) rest(ctx context.Context, d time.Duration) {
	if d > 0 { // which for wait is for ever
		p.wait(ctx, nil, d)
	}
}

func (p *Parent) log(level Level, format string, args ...any) {
	switch level {
	case Info:
		p.info(format, args...)
	case Warning:
		p.opts.Logger.Warning(format, args...)
	case Error:
		p.error(format, args...)
	}
}
