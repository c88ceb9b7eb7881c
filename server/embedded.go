package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/eventloop/memnet"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/journal"
)

// Embedded is a worker inside another program's process. It handles no signals and changes no process-wide setting, so
// several may run at the same time. Any goroutine may call its methods.
//
// A stack that has a master runs without it: the worker is not replaced when it ends, or killed when it is silent.
type Embedded struct {
	*Worker
	port  int
	clock *stoppableClock
	ended chan struct{}
	err   error // set before ended is closed

	mu      sync.Mutex
	changed chan struct{} // closed when something may have changed; nil while no one waits
}

// Embed starts a worker on a network in memory or, if network is nil, on the address of cfg. cfg must be valid for the
// stack. The log goes to out.
func Embed(
	ctx context.Context, cfg config.Config, stack *Stack, network *memnet.Network, out io.Writer,
) (*Embedded, error) {
	var poller interface {
		eventloop.Poller
		Release() error
	} = network
	listen := func() (eventloop.Handle, int, error) {
		return network.Listen(cfg.Backlog), int(memnet.Addr.Port()), nil
	}
	if network == nil {
		system, err := eventloop.NewPoller()
		if err != nil {
			return nil, err
		}
		poller = system
		listen = func() (eventloop.Handle, int, error) { return open(ctx, cfg, system) }
	}
	e := &Embedded{
		clock: &stoppableClock{SystemClock: eventloop.NewSystemClock(), stopped: make(chan struct{})},
		ended: make(chan struct{}),
	}
	e.Worker = NewWorker(cfg, stack, e.clock, poller, journal.New(cfg, stack.Log, out, out, e.clock.Now))
	if network == nil {
		e.calibrate()
	}
	e.Remember(cfg.History)
	e.loop.BeforeWait = func() {
		e.beforeWait()
		e.notify()
	}
	var err error
	if e.port, err = e.start(stack, listen); err != nil {
		return nil, errors.Join(err, poller.Release())
	}
	closeTrace, err := e.traceTo(cfg)
	if err != nil {
		return nil, errors.Join(err, poller.Release())
	}
	go func() {
		defer close(e.ended)
		defer closeTrace()
		var err error
		defer func() {
			e.loop.Abandon()
			e.err = errors.Join(err, poller.Release())
		}()
		_, err = e.Serve()
	}()
	return e, nil
}

// start is [Worker.Open]. For a stack with a master it does only the worker's part.
func (e *Embedded) start(stack *Stack, listen func() (eventloop.Handle, int, error)) (port int, err error) {
	if !stack.Supervised {
		return e.Open(listen)
	}
	e.Announce()
	listener, port, err := listen()
	if err != nil {
		return 0, err
	}
	return port, e.Start(listener)
}

// traceTo creates and opens the file of --trace.
func (e *Embedded) traceTo(cfg config.Config) (closeTrace func(), err error) {
	if err := createTrace(cfg); err != nil {
		return nil, err
	}
	return e.openTrace(e.postError)
}

// Port is the port that the worker serves.
func (e *Embedded) Port() int { return e.port }

// Ended is closed when the worker has ended, for whatever reason, and all its connections are closed.
func (e *Embedded) Ended() <-chan struct{} { return e.ended }

// Kill ends the worker at once, as SIGKILL does, and waits until it has ended.
func (e *Embedded) Kill() error {
	e.clock.stop()
	e.loop.Post(eventloop.Func(e.loop.Stop))
	for {
		e.pause.stop()
		e.runtime.Gate.Open(e.loop)
		select {
		case <-e.ended:
			return e.err
		case <-time.After(time.Millisecond): // it may have been paused or held again
		}
	}
}

// Wait returns when the worker meets the condition, or with an error when it has ended or ctx is done.
func (e *Embedded) Wait(ctx context.Context, c admin.Condition) error {
	for {
		changed := e.nextChange() // taken first, so that no change is missed
		s := e.Statistics()
		if c.Met([]admin.Statistics{s}) {
			return nil
		}
		select {
		case <-changed:
		case <-e.ended:
			return errors.New("the server has ended")
		case <-ctx.Done():
			return fmt.Errorf("%s: %w", admin.Progress([]admin.Statistics{s}), context.Cause(ctx))
		}
	}
}

// nextChange is closed at the next change.
func (e *Embedded) nextChange() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.changed == nil {
		e.changed = make(chan struct{})
	}
	return e.changed
}

// notify wakes everyone in Wait: something may have changed.
func (e *Embedded) notify() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.changed != nil {
		close(e.changed)
		e.changed = nil
	}
}

// stoppableClock is the machine's clock until it is stopped. Then a Sleep does not return: it ends its goroutine.
type stoppableClock struct {
	eventloop.SystemClock
	once    sync.Once
	stopped chan struct{}
}

func (c *stoppableClock) stop() { c.once.Do(func() { close(c.stopped) }) }

// Sleep implements eventloop.Clock.
func (c *stoppableClock) Sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.stopped:
	}
	select {
	case <-c.stopped:
		runtime.Goexit()
	default:
	}
}
