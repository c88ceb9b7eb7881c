package server

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"sync/atomic"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// counts are sums since the start. Only the loop writes them; anybody may read
// them, also while the loop is blocked. They balance: every request that the
// program was asked for is held, answered, refused, or its client has left.
type counts struct {
	started, held, answered, refused, left atomic.Int64
}

// Statistics returns a snapshot, from any goroutine.
func (w *Worker) Statistics() admin.Statistics {
	l := w.shared.Limiter.Statistics(w.loop.Now())
	return admin.Statistics{
		Worker: os.Getpid(), Limit: l.Limit, Borrowed: l.Borrowed, Waiting: l.Waiting, Peak: l.Peak,
		LongestWait: l.LongestWait.Seconds(),
		Held:        w.counts.held.Load(), Started: w.counts.started.Load(), Answered: w.counts.answered.Load(),
		Refused: w.counts.refused.Load(), Left: w.counts.left.Load(),
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

// family is a parent's workers to the admin address.
type family struct{ parent *supervisor.Parent }

func (f family) Statistics(ctx context.Context) ([]admin.Statistics, error) {
	return f.ask(ctx, "stats", nil)
}

func (f family) SetLimit(ctx context.Context, n int) ([]admin.Statistics, error) {
	return f.ask(ctx, "limit", n)
}

// ask asks every worker that is alive.
func (f family) ask(ctx context.Context, request string, params any) ([]admin.Statistics, error) {
	all := []admin.Statistics{}
	for _, p := range f.parent.Workers() {
		select {
		case <-p.Exited():
			continue
		default:
		}
		text, err := p.Call(ctx, request, params)
		if err != nil {
			return nil, fmt.Errorf("worker %d: %w", p.PID(), err)
		}
		var s admin.Statistics
		if err := json.Unmarshal(text, &s); err != nil {
			return nil, fmt.Errorf("worker %d: %w", p.PID(), err)
		}
		all = append(all, s)
	}
	return all, nil
}

// control answers what a parent asks.
func (w *Worker) control(request string, params json.RawMessage) (any, error) {
	switch request {
	case "stats":
		return w.Statistics(), nil
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
		return "", fmt.Errorf("admin address: %w", err)
	}
	go func() {
		if err := admin.Serve(ctx, l, w); err != nil {
			failed(err)
		}
	}()
	return "http://" + l.Addr().String(), nil
}
