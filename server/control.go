package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/admin"
)

// Do carries out a command, which must be valid. Any goroutine may call it.
func (w *Worker) Do(c admin.Command) {
	switch c.Do {
	case admin.Limit:
		w.setLimit(c.N)
	case admin.Sleep:
		w.sleep.Store(&c.Sleep)
	case admin.Pause:
		w.pause.start(w.loop)
	case admin.Resume:
		w.pause.stop()
	case admin.Hold:
		w.runtime.Gate.Shut()
	case admin.Release:
		w.release(c.N)
	case admin.Reset:
		w.reset()
	}
}

// setLimit changes the number of threads at once. Requests that a higher limit lets in start in a step of the loop.
func (w *Worker) setLimit(n int) {
	granted := w.runtime.Limiter.SetLimit(n, w.loop.Now())
	w.loop.Post(eventloop.Func(func() {
		for _, waiter := range granted {
			waiter.Granted()
		}
	}))
}

func (w *Worker) release(n int) {
	if n == 0 {
		w.runtime.Gate.Open(w.loop)
	} else {
		w.runtime.Gate.Release(w.loop, n)
	}
}

func (w *Worker) reset() {
	w.pause.stop()
	w.release(0)
	w.setLimit(tokens(w.cfg, w.stack))
	w.sleep.Store(&w.cfg.Sleep)
	w.runtime.Limiter.ResetStatistics()
	for _, p := range w.pools {
		p.ResetStatistics()
	}
	w.counts.reset()
	w.loop.ResetStatistics()
	if w.history != nil {
		w.history.forget()
	}
}

// pause stops a loop on command until it is resumed.
type pause struct {
	mu      sync.Mutex
	resumed chan struct{} // nil while the loop is not paused
	began   time.Duration // by the loop's clock
}

// since reports whether the loop is paused, and since when.
func (p *pause) since() (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.began, p.resumed != nil
}

func (p *pause) start(l *eventloop.Loop) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.resumed != nil {
		return
	}
	resumed := make(chan struct{})
	p.resumed, p.began = resumed, l.Now()
	l.Post(eventloop.Func(func() { l.Stand(resumed) }))
}

func (p *pause) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.resumed != nil {
		close(p.resumed)
		p.resumed = nil
	}
}

// control handles a request on the control connection to the parent.
func (w *Worker) control(method string, params json.RawMessage) (any, error) {
	switch method {
	case reportMethod:
		var r controlRequest
		if err := json.Unmarshal(params, &r); err != nil {
			return nil, fmt.Errorf("question: %w", err)
		}
		return w.report(r)
	case "stop":
		w.Signal(syscall.SIGTERM)
		return nil, nil
	}
	return nil, fmt.Errorf("request %q: unknown", method)
}

// report does what a parent asks for, and then reports.
func (w *Worker) report(r controlRequest) (controlReply, error) {
	for _, c := range r.Do {
		if err := c.Check(); err != nil {
			return controlReply{}, err
		}
		w.Do(c)
	}
	reply := controlReply{Statistics: w.Statistics()}
	if r.Last != noRequests {
		reply.Requests = w.Requests(r.Last)
	}
	if r.Live != nil {
		live := w.Live(*r.Live)
		reply.Live = &live
	}
	if r.Metrics {
		m := w.Metrics()
		reply.Metrics = &m
	}
	return reply, nil
}

// ReadLimit reads a number of threads as --limit does. Any goroutine may call it.
func (w *Worker) ReadLimit(text string) (int, error) { return readLimit(w.cfg, w.stack, text) }

func readLimit(cfg config.Config, stack *Stack, text string) (int, error) {
	n, err := cfg.ReadLimit(text, stack.Defaults)
	if n == config.Unlimited {
		n = admin.MostThreads
	}
	return n, err
}

// errNoSleep refuses a change of --sleep.
var errNoSleep = errors.New("a program that a file describes says itself how long its functions sleep; " +
	"accepted: the article's program, served without --program")

// ReadSleep reads how long the article's handler sleeps. Any goroutine may call it.
func (w *Worker) ReadSleep(text string) (distribution.Distribution, error) {
	return readSleep(w.cfg, text)
}

// readSleep reads how long the article's handler sleeps.
func readSleep(cfg config.Config, text string) (distribution.Distribution, error) {
	if cfg.Program != nil {
		return distribution.Distribution{}, errNoSleep
	}
	return distribution.Parse(text)
}

// singleWorker is a server of one worker, as the admin address sees it.
type singleWorker struct {
	worker *Worker
	server admin.Server
}

func (s singleWorker) ReadLimit(text string) (int, error) { return s.worker.ReadLimit(text) }

func (s singleWorker) ReadSleep(text string) (distribution.Distribution, error) {
	return s.worker.ReadSleep(text)
}

func (s singleWorker) Server() admin.Server { return s.server }

func (s singleWorker) Statistics(context.Context) ([]admin.Statistics, error) {
	return []admin.Statistics{s.worker.Statistics()}, nil
}

func (s singleWorker) Requests(_ context.Context, last int) ([]admin.Request, error) {
	return s.worker.Requests(last), nil
}

func (s singleWorker) Do(ctx context.Context, c admin.Command) ([]admin.Statistics, error) {
	s.worker.Do(c)
	return s.Statistics(ctx)
}
