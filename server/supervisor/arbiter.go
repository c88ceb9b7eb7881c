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

// Arbiter describes a parent that keeps a number of workers, as gunicorn's master does. Whenever such a parent wakes
// (for a signal, when a worker ends, and after [Policy.Poll]) it kills the workers that have been silent for too long,
// starts the missing ones, and tells the oldest to stop if there are too many. Its texts are formats of log lines, each
// with a process id unless noted; an empty one is not logged.
type Arbiter struct {
	// Stagger is the longest random pause after starting a missing worker.
	Stagger time.Duration
	// Pause is the time between two checks of the workers that are to end.
	Pause time.Duration
	// ReapsAtOnce: the parent notices at once when a worker ends, whatever it does. Others notice at their next check.
	ReapsAtOnce bool
	// MostPending is how many signals may be pending; further ones are lost. 0 is any number.
	MostPending int
	// AwaitsOld: a reload blocks until the old workers have ended, or the graceful timeout has passed.
	AwaitsOld bool
	// HastenedEnd is how long the workers still have if SIGINT or SIGQUIT arrives during a graceful end; 0 means that
	// the signal is ignored then.
	HastenedEnd time.Duration
	// Failures are the exit codes of a worker that also end the parent, with that code.
	Failures []Failure
	// FailsLoudly: that end is logged as an error.
	FailsLoudly bool
	// Endings are logged for workers that a signal has ended: the first one that matches the signal.
	Endings []Ending

	Exited   string // an error: a worker (id) has exited with a code other than 0 (the code)
	Silent   string // critical: a worker (id) is killed because it was silent
	Reloads  string // no id: a reload begins
	Hastened string // no id: the graceful end is hastened
	Stopping string // no id: the workers have ended, or were killed
	Reason   string // why they ended (a [Failure]'s reason)
	Control  string // the control socket (its path) is open; logged after every fork
}

// Failure is the exit code of a worker that makes it useless to start another.
type Failure struct {
	Code   int
	Reason string
}

// Ending is logged for a worker that a signal has ended.
type Ending struct {
	Signal   string // its name without SIG; empty for any
	Severity Severity
	Line     string // a format, with the id and the signal: %d is its number, %s its name
}

// Severity is that of a log line.
type Severity uint8

// The severities.
const (
	Info Severity = iota
	Warning
	Error
)

// arbiter is the state of a parent that keeps a number of workers.
type arbiter struct {
	target int                      // how many workers to keep
	opened bool                     // the control socket is open
	woken  bool                     // a worker has ended since the last check
	states map[Process]*workerState // of each worker
	quick  bool                     // the workers end by SIGQUIT
	failed *Failure                 // why it ends
}

// workerState is what an arbiter knows of a worker.
type workerState struct {
	serial  int // number of workers started before it
	started time.Time
	aborted bool // it was silent and was sent SIGABRT
}

// runArbiter is Arbiter.run.
func (p *Parent) runArbiter(ctx context.Context) (int, error) {
	p.arbiter = arbiter{target: p.opts.Workers, states: map[Process]*workerState{}}
	p.wants(p.opts.Workers)
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

// reactAsArbiter handles a signal of an [Arbiter].
func (p *Parent) reactAsArbiter(ctx context.Context, action Action, sig os.Signal) {
	switch action {
	case HaltSoon:
		p.arbiter.quick = true
		p.stopping = true
	case Halt:
		p.stopping = true
	case Reload:
		p.reload(ctx)
	case More:
		p.arbiter.target++
		p.wants(p.arbiter.target)
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

// workerEnded is called when a worker has ended.
func (p *Parent) workerEnded() {
	a := p.policy.Arbiter
	p.arbiter.woken = a != nil
	if a != nil && a.ReapsAtOnce {
		p.reap()
	}
}

// manage is Arbiter.manage_workers.
func (p *Parent) manage(ctx context.Context) {
	for range p.arbiter.target - len(p.workers) {
		if p.startOne() == nil || p.done(ctx) {
			return
		}
		p.rest(ctx, time.Duration(p.chance()*float64(p.policy.Arbiter.Stagger)))
	}
	for _, w := range p.workers[:max(0, len(p.workers)-p.arbiter.target)] {
		_ = w.Signal(syscall.SIGTERM) // repeated until it has ended
	}
}

func (p *Parent) chance() float64 {
	if p.opts.Chance != nil {
		return p.opts.Chance()
	}
	return rand.Float64()
}

// startOne starts one more worker. p.workers is in the order of their start.
func (p *Parent) startOne() Process {
	w := p.start()
	if w == nil {
		return nil
	}
	p.arbiter.states[w] = &workerState{serial: p.spawned - 1, started: time.Now()}
	if p.arbiter.opened {
		p.openControl()
	}
	p.setWorkers(append(slices.Clone(p.workers), w))
	return w
}

// openControl logs that the control socket is open, although there is none.
func (p *Parent) openControl() {
	p.arbiter.opened = true
	p.info(p.policy.Arbiter.Control, p.opts.Control)
}

// murder is Arbiter.murder_workers: SIGABRT for a worker that has been silent for too long, and SIGKILL at the next
// check.
func (p *Parent) murder() {
	if p.opts.Timeout <= 0 {
		return
	}
	for _, w := range p.workers {
		known := p.arbiter.states[w]
		beat := w.LastBeat()
		if beat.IsZero() {
			beat = known.started
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

// reap is Arbiter.reap_workers: it removes the workers that have ended, and logs how they did.
func (p *Parent) reap() {
	for _, w := range slices.Clone(p.workers) {
		if !exited(w) {
			continue
		}
		p.setWorkers(slices.DeleteFunc(slices.Clone(p.workers), func(other Process) bool { return other == w }))
		delete(p.arbiter.states, w)
		p.logExit(w)
	}
}

func (p *Parent) logExit(w Process) {
	a := p.policy.Arbiter
	switch code := w.ExitCode(); {
	case code < 0:
		p.logEnding(w.PID(), syscall.Signal(-code))
	case code > 0:
		p.error(a.Exited, w.PID(), code)
		for _, f := range a.Failures {
			if f.Code == code && !p.stopping {
				p.arbiter.failed, p.stopping = &f, true
			}
		}
	}
}

func (p *Parent) logEnding(pid int, sig syscall.Signal) {
	for _, e := range p.policy.Arbiter.Endings {
		if e.Signal == "" || e.Signal == signalName(sig) {
			p.log(e.Severity, e.Line, pid, named{sig})
			return
		}
	}
}

// named is a signal that %s formats as its name.
type named struct{ syscall.Signal }

func (n named) String() string { return "SIG" + signalName(n.Signal) }

// Format implements fmt.Formatter: %d is the signal's number.
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

// rest waits for d, in which workers may end and signals arrive.
func (p *Parent) rest(ctx context.Context, d time.Duration) {
	if d > 0 { // 0 would mean without limit
		p.wait(ctx, nil, d)
	}
}

func (p *Parent) log(severity Severity, format string, args ...any) {
	switch severity {
	case Info:
		p.info(format, args...)
	case Warning:
		p.opts.Logger.Warning(format, args...)
	case Error:
		p.error(format, args...)
	}
}
