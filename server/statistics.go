package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// sums are what admin.Statistics defines and balances.
type sums struct{ accepted, held, started, answered, refused, cancelled, left int64 }

// of is the sum that an outcome belongs to.
func (s *sums) of(o Outcome) *int64 {
	switch o {
	case Refused:
		return &s.refused
	case Cancelled:
		return &s.cancelled
	case ClientLeft:
		return &s.left
	default:
		return &s.answered
	}
}

// counts are the sums since the start. Only the loop changes them; anybody may
// read them, also while the loop is blocked, and finds them balanced.
type counts struct {
	mu sync.Mutex
	sums
}

func (c *counts) change(f func(*sums)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.sums)
}

func (c *counts) read() sums {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.sums
}

// Statistics returns a snapshot, from any goroutine.
func (w *Worker) Statistics() admin.Statistics {
	l, s := w.shared.Limiter.Statistics(w.loop.Now()), w.counts.read()
	return admin.Statistics{
		Worker: os.Getpid(), Limit: l.Limit, Borrowed: l.Borrowed, Waiting: l.Waiting, Peak: l.Peak,
		LongestWait: l.LongestWait.Seconds(),
		Accepted:    s.accepted, Held: s.held, Started: s.started, Answered: s.answered,
		Refused: s.refused, Cancelled: s.cancelled, Left: s.left, Goroutines: runtime.NumGoroutine(),
	}
}

// alone is a server of one worker to the admin address.
type alone struct{ worker *Worker }

func (a alone) Statistics(context.Context) ([]admin.Statistics, error) {
	return []admin.Statistics{a.worker.Statistics()}, nil
}

func (a alone) SetLimit(ctx context.Context, n int) ([]admin.Statistics, error) {
	a.worker.SetLimit(n)
	return a.Statistics(ctx)
}

// family is a parent's workers to the admin address. It asks one question at a
// time, so that no crowd before the address fills the workers' channels, which
// carry the parent's pings too.
type family struct {
	all   func() []supervisor.Process
	turn  chan struct{} // of size 1
	limit int           // as last set, 0 if it never was; belongs to whose turn it is
}

func (f *family) Statistics(ctx context.Context) (all []admin.Statistics, err error) {
	err = f.inTurn(ctx, func() { all = f.ask(ctx, "stats", nil) })
	return all, err
}

// SetLimit also holds for workers that are started later. Of several at once the
// last holds for all workers.
func (f *family) SetLimit(ctx context.Context, n int) (all []admin.Statistics, err error) {
	err = f.inTurn(ctx, func() {
		f.limit = n
		all = f.ask(ctx, "limit", n)
	})
	return all, err
}

// remind tells workers that may be new of the limit that was set.
func (f *family) remind(ctx context.Context, log parentLog) {
	go func() {
		err := f.inTurn(ctx, func() {
			if f.limit != 0 {
				f.ask(ctx, "limit", f.limit)
			}
		})
		if err != nil && ctx.Err() == nil {
			log.Error("limit: %s", err)
		}
	}()
}

// inTurn asks a question when nobody else asks.
func (f *family) inTurn(ctx context.Context, question func()) error {
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	defer func() { <-f.turn }()
	question()
	return nil
}

// ask asks every worker that is alive, all at once. One that does not answer is
// named with the reason.
func (f *family) ask(ctx context.Context, request string, params any) []admin.Statistics {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	workers := slices.DeleteFunc(f.all(), hasExited)
	all := make([]admin.Statistics, len(workers))
	var asked sync.WaitGroup
	for i, p := range workers {
		asked.Go(func() { all[i] = askOne(ctx, p, request, params) })
	}
	asked.Wait()
	return all
}

// patience is how long a worker may take to answer; half of what the admin
// address waits, so that one that is stopped does not cost the others' answers.
const patience = 2 * time.Second

func hasExited(p supervisor.Process) bool {
	select {
	case <-p.Exited():
		return true
	default:
		return false
	}
}

func askOne(ctx context.Context, p supervisor.Process, request string, params any) admin.Statistics {
	var s admin.Statistics
	text, err := p.Call(ctx, request, params)
	if err == nil {
		err = json.Unmarshal(text, &s)
	}
	if err != nil {
		return admin.Statistics{Worker: p.PID(), Error: err.Error()}
	}
	return s
}

// control answers what a parent asks.
func (w *Worker) control(request string, params json.RawMessage) (any, error) {
	switch request {
	case "stats":
		return w.Statistics(), nil
	case "stop":
		w.Signal(syscall.SIGTERM)
		return nil, nil
	case "limit":
		var n int
		if err := json.Unmarshal(params, &n); err != nil || n < 1 || n > admin.MaxLimit {
			return nil, fmt.Errorf("limit %s: accepted: a whole number from 1 to %d", params, admin.MaxLimit)
		}
		w.SetLimit(n)
		return w.Statistics(), nil
	}
	return nil, fmt.Errorf("request %q: unknown", request)
}

// serveAdmin opens the admin address, if one is asked for, and returns its URL.
func serveAdmin(ctx context.Context, cfg config.Config, w admin.Workers, failed func(error)) (string, error) {
	if cfg.AdminAddr == "" {
		return "", nil
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", cfg.AdminAddr)
	if err != nil {
		return "", fmt.Errorf("admin address (--admin-addr) %s: %w", cfg.AdminAddr, err)
	}
	go func() {
		if err := admin.Serve(ctx, l, w); err != nil {
			failed(err)
		}
	}()
	return "http://" + l.Addr().String(), nil
}
