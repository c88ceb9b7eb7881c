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

// Embedded is a worker in somebody else's process, which it leaves as it is: it
// handles no signals, and sets nothing that the process has but once. Several may run
// at the same time. Its methods may be called by any goroutine.
//
// A stack that has a master runs without it: nobody replaces the worker, or kills it
// when it is silent.
type Embedded struct {
	*Worker
	port  int
	clock *endedClock
	ended chan struct{}
	err   error // set before ended is closed

	mu      sync.Mutex
	changed chan struct{} // closed when something may have changed; nil if nobody asks
}

// Embed starts a worker of a stack on the address of cfg, which must be valid for it, or on a network
// in memory if there is one. Its log goes to out.
func Embed(ctx context.Context, cfg config.Config, stack *Stack, network *memnet.Network, out io.Writer) (*Embedded, error) {
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
	e := &Embedded{clock: &endedClock{SystemClock: eventloop.NewSystemClock(), ended: make(chan struct{})}, ended: make(chan struct{})}
	e.Worker = NewWorker(cfg, stack, e.clock, poller, journal.New(cfg, stack.Log, out, out, e.clock.Now))
	e.Remember(cfg.History)
	e.loop.BeforeWait = func() {
		e.journal.Flush()
		e.tell()
	}
	var err error
	if e.port, err = e.start(stack, listen); err != nil {
		return nil, errors.Join(err, poller.Release())
	}
	go func() {
		defer close(e.ended)
		var err error
		defer func() {
			e.loop.Abandon()
			e.err = errors.Join(err, poller.Release())
		}()
		_, err = e.Serve()
	}()
	return e, nil
}

// start is Worker.Open, for a worker that may belong to a master.
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

// Port is the port that it serves.
func (e *Embedded) Port() int { return e.port }

// Ended is closed when the server has ended, for whatever reason, and all its
// connections are closed.
func (e *Embedded) Ended() <-chan struct{} { return e.ended }

// Kill ends the server where it stands, as SIGKILL does, and waits until it has ended.
func (e *Embedded) Kill() error {
	e.clock.end()
	e.loop.Post(eventloop.Func(e.loop.Stop))
	for {
		e.pause.stop()
		e.runtime.Gate.Open(e.loop)
		select {
		case <-e.ended:
			return e.err
		case <-time.After(time.Millisecond): // somebody may have paused or held it meanwhile
		}
	}
}

// Wait returns when the server is as asked for, with an error if it was not before ctx
// has ended.
func (e *Embedded) Wait(ctx context.Context, c admin.Condition) error {
	for {
		changed := e.next() // asked for first, so that no change is missed
		s := e.Statistics()
		if c.Met([]admin.Statistics{s}) {
			return nil
		}
		select {
		case <-changed:
		case <-e.ended:
			return errors.New("the server has ended")
		case <-ctx.Done():
			return fmt.Errorf("%d busy, %d waiting, %d zombies: %w", s.Busy, s.Waiting, s.Zombies, context.Cause(ctx))
		}
	}
}

// next is closed at the next change.
func (e *Embedded) next() <-chan struct{} {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.changed == nil {
		e.changed = make(chan struct{})
	}
	return e.changed
}

// tell tells who waits that something may have changed.
func (e *Embedded) tell() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.changed != nil {
		close(e.changed)
		e.changed = nil
	}
}

// endedClock is the machine's clock. When it has been ended, whoever sleeps on it does
// not come back: its goroutine ends there.
type endedClock struct {
	eventloop.SystemClock
	once  sync.Once
	ended chan struct{}
}

func (c *endedClock) end() { c.once.Do(func() { close(c.ended) }) }

// Sleep implements eventloop.Clock.
func (c *endedClock) Sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.ended:
	}
	select {
	case <-c.ended:
		runtime.Goexit()
	default:
	}
}
