package supervisor

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync/atomic"
	"time"
)

// Logger takes the parent's own lines, without level, time or end of line.
type Logger interface {
	Info(format string, args ...any)
	Warning(format string, args ...any)
	Error(format string, args ...any)
	Critical(format string, args ...any)
}

// Options are what a [Parent] is made of.
type Options struct {
	// Workers is how many to start with, at least 1.
	Workers int
	// Policy is how the server imitated behaves.
	Policy Policy
	// Spawn starts one worker; see [Reexec].
	Spawn Spawner
	// Logger takes the parent's lines; nil is silence.
	Logger Logger
	// Signals brings what [Notify] asked for. It is not to be closed.
	Signals <-chan os.Signal
	// Timeout is how long a worker may be silent before an [Arbiter] kills it; 0 is for ever.
	Timeout time.Duration
	// GracefulTimeout is how long the workers of an [Arbiter] may take to stop; a negative one is for ever.
	GracefulTimeout time.Duration
	// Control is the path of the control socket that an [Arbiter] says it has.
	Control string
	// Unlisten closes the listening socket in this process. An [Arbiter] calls it before it stops its workers.
	Unlisten func()
	// Chance gives random numbers from 0 to 1; none is Go's own.
	Chance func() float64
	// OnReady is called with the workers' process ids whenever all of them accept connections and the set is not the
	// one told before. It is called by the parent's goroutine, which it should not keep.
	OnReady func(pids []int)
}

// Parent owns the workers. Its state belongs to the goroutine in [Parent.Run]; [Parent.Workers] may be called by any.
type Parent struct {
	opts   Options
	policy Policy

	workers  []Process   // in the order in which they are checked and stopped
	started  []Process   // all that may still run, also those on their way in or out
	spawned  int         // how many were ever started
	pending  []os.Signal // came, and not yet acted upon
	stopping bool
	failure  error // why the parent cannot go on
	told     []int // the last set given to OnReady
	arbiter  arbiter

	ready    chan struct{} // some worker became ready
	ended    chan struct{} // some worker has ended
	over     chan struct{} // closed when Run ends
	snapshot atomic.Pointer[[]Process]
}

// New checks the options and makes a parent, which does nothing until Run.
func New(opts Options) (*Parent, error) {
	var errs []error
	if opts.Workers < 1 {
		errs = append(errs, fmt.Errorf("workers: %d, want at least 1", opts.Workers))
	}
	if opts.Spawn == nil {
		errs = append(errs, errors.New("spawn: missing"))
	}
	if opts.Policy.RespawnDead && opts.Policy.Poll <= 0 {
		errs = append(errs, errors.New("policy: dead workers can be replaced only by a parent that polls"))
	}
	if len(errs) > 0 {
		return nil, fmt.Errorf("supervisor: %w", errors.Join(errs...))
	}
	if opts.Logger == nil {
		opts.Logger = silence{}
	}
	return &Parent{
		opts: opts, policy: opts.Policy,
		ready: make(chan struct{}), ended: make(chan struct{}), over: make(chan struct{}),
	}, nil
}

// Run starts the workers and looks after them until a signal ends it, and then until the last of them has ended, which
// may be as long as their longest request. It may be called once. The code is what the process should exit with: 0
// after a signal and also after workers that failed to start, as Uvicorn has it.
//
// A cancelled context is not a signal: every wait ends, the workers are killed, and the context's error is returned. So
// does a worker that cannot be started end the parent, but its siblings are stopped in the ordinary way first.
func (p *Parent) Run(ctx context.Context) (int, error) {
	defer close(p.over)
	if p.policy.Arbiter != nil {
		return p.arbitrate(ctx)
	}
	if p.policy.Event != nil {
		return p.tend(ctx)
	}
	p.info(p.policy.Lines.Started, os.Getpid())
	p.startAll()
	for !p.done(ctx) {
		p.pause(ctx)
		p.react(ctx)
		p.replaceDead(ctx)
	}
	p.stopAll(ctx)
	if ctx.Err() != nil {
		p.killAll()
		return 1, fmt.Errorf("supervisor: %w", context.Cause(ctx))
	}
	p.info(p.policy.Lines.Stopping, os.Getpid())
	if p.failure != nil {
		return 1, fmt.Errorf("supervisor: %w", p.failure)
	}
	return 0, nil
}

// Workers gives the workers of this moment, the dead ones that are not replaced among them. Their Call asks them things.
func (p *Parent) Workers() []Process {
	if now := p.snapshot.Load(); now != nil {
		return slices.Clone(*now)
	}
	return nil
}

func (p *Parent) done(ctx context.Context) bool { return p.stopping || ctx.Err() != nil }

// pause waits for the next look, or for a signal where signals are acted upon at once.
func (p *Parent) pause(ctx context.Context) {
	expired, stop := alarm(p.policy.Poll)
	defer stop()
	for !p.awake() {
		if p.step(ctx, nil, expired) {
			return
		}
	}
}

// awake tells whether there is something to do before the next look.
func (p *Parent) awake() bool {
	return p.policy.actsAtOnce() && len(p.pending) > 0 || p.arbiter.woken
}

// wait waits until done is closed, the time is over (0 is for ever), or the context ends.
func (p *Parent) wait(ctx context.Context, done <-chan struct{}, limit time.Duration) {
	expired, stop := alarm(limit)
	defer stop()
	for !p.step(ctx, done, expired) {
	}
}

// step lets one thing happen and tells whether it ends the wait. Signals and news of readiness never do.
func (p *Parent) step(ctx context.Context, done <-chan struct{}, expired <-chan time.Time) bool {
	select {
	case sig := <-p.opts.Signals:
		if a := p.policy.Arbiter; a == nil || a.MostPending == 0 || len(p.pending) < a.MostPending {
			p.pending = append(p.pending, sig)
		}
		return false
	case <-p.ready:
		p.announce()
		return false
	case <-p.ended:
		p.bereave()
		return false
	case <-done:
	case <-expired:
	case <-ctx.Done():
	}
	return true
}

// alarm gives a channel that fires after d, or never if d is 0.
func alarm(d time.Duration) (<-chan time.Time, func()) {
	if d <= 0 {
		return nil, func() {}
	}
	timer := time.NewTimer(d)
	return timer.C, func() { timer.Stop() }
}

func (p *Parent) info(format string, args ...any) {
	if format != "" {
		p.opts.Logger.Info(format, args...)
	}
}

// say logs a line that is no format.
func (p *Parent) say(line string) {
	if line != "" {
		p.opts.Logger.Info("%s", line)
	}
}

func (p *Parent) error(format string, args ...any) {
	if format != "" {
		p.opts.Logger.Error(format, args...)
	}
}

// silence is the logger of those who gave none.
type silence struct{}

func (silence) Info(string, ...any)     {}
func (silence) Warning(string, ...any)  {}
func (silence) Error(string, ...any)    {}
func (silence) Critical(string, ...any) {}
