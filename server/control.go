package server

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"syscall"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/admin"
)

// Do carries out a command, which must be a good one, from any goroutine.
func (w *Worker) Do(c admin.Command) {
	switch c.Do {
	case admin.Limit:
		w.setLimit(c.N)
	case admin.Pause:
		w.paused.begin(w.loop)
	case admin.Resume:
		w.paused.end()
	case admin.Hold:
		w.runtime.Gate.Shut()
	case admin.Release:
		w.release(c.N)
	case admin.Reset:
		w.reset()
	}
}

// setLimit changes the number of threads. It holds at once; those whom a higher one
// lets in start in a step of the loop.
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
	w.paused.end()
	w.release(0)
	w.setLimit(tokens(w.cfg, w.stack))
	w.runtime.Limiter.ResetStatistics()
	w.counts.reset()
	if w.history != nil {
		w.history.forget()
	}
}

// pause is whether, and how, a loop stands still on command.
type pause struct {
	mu    sync.Mutex
	ended chan struct{} // nil while it is not paused
}

func (p *pause) is() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ended != nil
}

func (p *pause) begin(l *eventloop.Loop) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		return
	}
	ended := make(chan struct{})
	p.ended = ended
	l.Post(eventloop.Func(func() { l.Stand(ended) }))
}

func (p *pause) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended != nil {
		close(p.ended)
		p.ended = nil
	}
}

// control answers what a parent asks.
func (w *Worker) control(request string, params json.RawMessage) (any, error) {
	switch request {
	case askWorker:
		var q question
		if err := json.Unmarshal(params, &q); err != nil {
			return nil, fmt.Errorf("question: %w", err)
		}
		return w.report(q)
	case "stop":
		w.Signal(syscall.SIGTERM)
		return nil, nil
	}
	return nil, fmt.Errorf("request %q: unknown", request)
}

// report does what a parent asks for, and tells how the worker is then.
func (w *Worker) report(q question) (report, error) {
	for _, c := range q.Do {
		if err := c.Check(); err != nil {
			return report{}, err
		}
		w.Do(c)
	}
	r := report{Statistics: w.Statistics()}
	if q.Last != noRequests {
		r.Requests = w.Requests(q.Last)
	}
	return r, nil
}

// alone is a server of one worker to the admin address.
type alone struct{ worker *Worker }

func (a alone) Statistics(context.Context) ([]admin.Statistics, error) {
	return []admin.Statistics{a.worker.Statistics()}, nil
}

func (a alone) Requests(_ context.Context, last int) ([]admin.Request, error) {
	return a.worker.Requests(last), nil
}

func (a alone) Do(ctx context.Context, c admin.Command) ([]admin.Statistics, error) {
	a.worker.Do(c)
	return a.Statistics(ctx)
}
