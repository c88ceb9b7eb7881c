package server

import (
	"cmp"
	"context"
	"slices"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/server/admin"
)

// describe says what does not change while a server runs.
func describe(cfg config.Config, version string) admin.Server {
	s := admin.Server{Stack: cfg.Stack, Vintage: cfg.Vintage, App: cfg.App, Version: version}
	if cfg.Program != nil {
		s.Program = cfg.Program.Name
	} else {
		s.Mode = cfg.Mode
	}
	return s
}

// Metrics returns a snapshot for GET /metrics. Any goroutine may call it.
func (w *Worker) Metrics() admin.WorkerMetrics {
	l := w.loop.Statistics()
	m := admin.WorkerMetrics{
		Statistics: w.Statistics(), Accepted: l.Accepted, Open: l.Open,
		Loop: admin.LoopMetrics{Blocked: l.Blocked.Seconds(), Lag: l.Lag.Seconds(), LongestLag: l.LongestLag.Seconds()},
	}
	w.counts.mu.Lock()
	w.counts.measures.read(&m)
	w.counts.mu.Unlock()
	m.Backlog = w.backlog()
	return m
}

// backlog is what the kernel holds for the worker's listener, or nil if that is not known.
func (w *Worker) backlog() *admin.Backlog {
	server := w.serving.Load()
	if server == nil {
		return nil
	}
	waiting, limit, known := server.Backlog()
	if !known {
		return nil
	}
	return &admin.Backlog{Waiting: waiting, Limit: limit}
}

// Metrics implements admin.Workers.
func (s singleWorker) Metrics(context.Context) (admin.Metrics, error) {
	return admin.Metrics{Server: s.server, Workers: []admin.WorkerMetrics{s.worker.Metrics()}}, nil
}

// Metrics asks every worker that is alive. Of one that does not reply only the reason is known.
func (s *workerSet) Metrics(ctx context.Context) (admin.Metrics, error) {
	all := admin.Metrics{Server: s.server, Restarts: s.restarts()}
	for _, r := range s.callAll(ctx, controlRequest{Last: noRequests, Metrics: true}) {
		m := admin.WorkerMetrics{Statistics: r.statistics()}
		if r.reply.Metrics != nil {
			m = *r.reply.Metrics
		}
		all.Workers = append(all.Workers, m)
	}
	slices.SortStableFunc(all.Workers, func(a, b admin.WorkerMetrics) int {
		return cmp.Compare(a.Statistics.Number, b.Statistics.Number)
	})
	return all, nil
}
