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

// Logger takes the parent's log lines, without level, time or line end.
type Logger interface {
	Info(format string, args ...any)
	Warning(format string, args ...any)
	Error(format string, args ...any)
	Critical(format string, args ...any)
}

// Options are the settings of a [Parent].
type Options struct {
	// Workers is the number of workers at the start, at least 1.
	Workers int
	// Policy is how the imitated server behaves.
	Policy Policy
	// Spawn starts one worker; see [Reexec].
	Spawn Spawner
	// Logger takes the parent's log lines; nil drops them.
	Logger Logger
	// Signals is the channel of [Notify]. It must not be closed.
	Signals <-chan os.Signal
	// Timeout is how long a worker may be silent before an [Arbiter] kills it; 0 means no limit.
	Timeout time.Duration
	// GracefulTimeout is how long the workers of an [Arbiter] may take to stop; negative means without limit.
	GracefulTimeout time.Duration
	// Control is the path of the control socket, which an [Arbiter] logs.
	Control string
	// Unlisten closes the listening socket in this process. An [Arbiter] calls it before it stops its workers.
	Unlisten func()
	// Chance returns random numbers from 0 to 1; nil means math/rand.
	Chance func() float64
	// OnReady is called with the workers' process ids whenever all of them accept connections and the set has changed.
	// It is called on the parent's goroutine, and should not block it.
	OnReady func(pids []int)
}

// Parent owns the workers. Its state belongs to the goroutine in [Parent.Run]; only [Parent.Workers] and
// [Parent.Restarts] may be called by others.
type Parent struct {
	opts   Options
	policy Policy

	workers   []Process   // in the order in which they are checked and stopped
	started   []Process   // all that may still run, including those that start or stop
	spawned   int         // number ever started
	places    int         // most workers that there ever were to be at once
	pending   []os.Signal // arrived, and not yet handled
	stopping  bool
	failure   error // why the parent has to end
	announced []int // the last argument of OnReady
	arbiter   arbiter

	ready    chan struct{} // a worker has become ready
	ended    chan struct{} // a worker has ended
	over     chan struct{} // closed when Run ends
	restarts atomic.Int64  // workers started in place of an earlier one
	snapshot atomic.Pointer[[]Process]
}

// New checks the options and returns a parent, which does nothing before Run.
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

// Run starts the workers and supervises them until a signal ends it and the last of them has ended, which may take as
// long as their longest request. It may be called once. It returns the exit code for the process: 0 after a signal, but
// also after workers that failed to start, as with Uvicorn.
//
// If the context is cancelled, every wait ends, the workers are killed, and the context's error is returned. A worker
// that cannot be started also ends the parent, after the others are stopped in the ordinary way.
func (p *Parent) Run(ctx context.Context) (int, error) {
	defer close(p.over)
	if p.policy.Arbiter != nil {
		return p.runArbiter(ctx)
	}
	if p.policy.Event != nil {
		return p.runEvent(ctx)
	}
	p.info(p.policy.Messages.Started, os.Getpid())
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
	p.info(p.policy.Messages.Stopping, os.Getpid())
	if p.failure != nil {
		return 1, fmt.Errorf("supervisor: %w", p.failure)
	}
	return 0, nil
}

// Workers returns the present workers, including dead ones that are not replaced.
func (p *Parent) Workers() []Process {
	if now := p.snapshot.Load(); now != nil {
		return slices.Clone(*now)
	}
	return nil
}

// Restarts is how many workers were started in place of an earlier one, whether that had ended or was to end.
func (p *Parent) Restarts() int { return int(p.restarts.Load()) }

func (p *Parent) done(ctx context.Context) bool { return p.stopping || ctx.Err() != nil }

// pause waits for the next check, or for a signal if signals are handled at once.
func (p *Parent) pause(ctx context.Context) {
	expired, stop := alarm(p.policy.Poll)
	defer stop()
	for !p.awake() {
		if p.step(ctx, nil, expired) {
			return
		}
	}
}

// awake reports whether there is something to do before the next check.
func (p *Parent) awake() bool {
	return p.policy.actsAtOnce() && len(p.pending) > 0 || p.arbiter.woken
}

// wait waits until done is closed, the time is up (0 means never), or the context ends.
func (p *Parent) wait(ctx context.Context, done <-chan struct{}, limit time.Duration) {
	expired, stop := alarm(limit)
	defer stop()
	for !p.step(ctx, done, expired) {
	}
}

// step waits for one event and reports whether it ends the wait. Signals, and workers that become ready or end, do not.
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
		p.workerEnded()
		return false
	case <-done:
	case <-expired:
	case <-ctx.Done():
	}
	return true
}

// alarm returns a channel that fires after d, or never if d is 0.
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

// say logs a line that is not a format.
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

// silence is the default Logger.
type silence struct{}

func (silence) Info(string, ...any)     {}
func (silence) Warning(string, ...any)  {}
func (silence) Error(string, ...any)    {}
func (silence) Critical(string, ...any) {}
