package server

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// workerSet is a parent's workers, as the admin address sees them.
type workerSet struct {
	cfg       config.Config
	stack     *Stack
	server    admin.Server
	processes func() []supervisor.Process
	restarts  func() int

	mu     sync.Mutex
	conns  map[supervisor.Process]*controlConn // to the workers that were alive at the last look
	replay []admin.Command                     // what a new worker is sent first
}

// Statistics asks every worker that is alive. One that does not reply is listed with the reason.
func (s *workerSet) Statistics(ctx context.Context) ([]admin.Statistics, error) {
	return s.statistics(ctx, controlRequest{Last: noRequests}), nil
}

// Requests leaves out those of a worker that does not reply.
func (s *workerSet) Requests(ctx context.Context, last int) ([]admin.Request, error) {
	var all []admin.Request
	for _, r := range s.callAll(ctx, controlRequest{Last: last}) {
		all = append(all, r.reply.Requests...) // none without a reply
	}
	slices.SortStableFunc(all, func(a, b admin.Request) int { return a.Arrival.Compare(b.Arrival) })
	if last > 0 && len(all) > last {
		all = all[len(all)-last:]
	}
	return all, nil
}

// ReadLimit reads a number of threads as --limit does.
func (s *workerSet) ReadLimit(text string) (int, error) { return readLimit(s.cfg, s.stack, text) }

// ReadSleep reads how long the article's handler sleeps.
func (s *workerSet) ReadSleep(text string) (distribution.Distribution, error) {
	return readSleep(s.cfg, text)
}

// Server is what the workers serve.
func (s *workerSet) Server() admin.Server { return s.server }

// Live lists a worker that does not reply with the reason.
func (s *workerSet) Live(ctx context.Context, after map[int]int64) ([]admin.LiveWorker, error) {
	request := func(pid int) controlRequest {
		known := after[pid]
		return controlRequest{Last: noRequests, Live: &known}
	}
	var all []admin.LiveWorker
	for _, r := range s.call(ctx, nil, request) {
		live := newLive(r.statistics())
		if r.reply.Live != nil {
			live = *r.reply.Live
		}
		all = append(all, live)
	}
	slices.SortStableFunc(all, func(a, b admin.LiveWorker) int { return cmp.Compare(a.Statistics.Number, b.Statistics.Number) })
	return all, nil
}

// Do also applies to workers that start later, and to those that do not reply now. When several commands come at once,
// the same one is last for every worker.
func (s *workerSet) Do(ctx context.Context, c admin.Command) ([]admin.Statistics, error) {
	return s.statistics(ctx, controlRequest{Do: []admin.Command{c}, Last: noRequests}), nil
}

// replayAfter is what a new worker is sent once c has been done as well.
func replayAfter(replay []admin.Command, c admin.Command) []admin.Command {
	undone := map[admin.Verb]admin.Verb{admin.Resume: admin.Pause, admin.Release: admin.Hold}[c.Do]
	after := slices.DeleteFunc(replay, func(b admin.Command) bool {
		return c.Do == admin.Reset || b.Do == c.Do || b.Do == undone && c.N == 0
	})
	if c.Do == admin.Limit || c.Do == admin.Sleep || c.Do == admin.Pause || c.Do == admin.Hold {
		after = append(after, c)
	}
	return after
}

// refresh connects to new workers, which replays the commands to them.
func (s *workerSet) refresh() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.connect()
}

// connect returns the connections to the workers that are alive, in the workers' order, and drops all others. The
// caller holds the lock.
func (s *workerSet) connect() []*controlConn {
	workers := slices.DeleteFunc(s.processes(), hasExited)
	kept, all := make(map[supervisor.Process]*controlConn, len(workers)), make([]*controlConn, len(workers))
	for i, w := range workers {
		c := s.conns[w]
		if c == nil {
			c = &controlConn{worker: w}
			if len(s.replay) > 0 {
				c.enqueue(controlRequest{Do: s.replay, Last: noRequests})
			}
		}
		kept[w], all[i] = c, c
	}
	s.conns = kept
	return all
}

// callAll sends a request to every worker that is alive, to all at once, and waits for the replies. A worker that ends
// in the meantime is left out. Commands reach all workers in the same order.
func (s *workerSet) callAll(ctx context.Context, r controlRequest) []result {
	return s.call(ctx, r.Do, func(int) controlRequest { return r })
}

// call is callAll with a request of its own for each process id. do are the commands in all of them.
func (s *workerSet) call(ctx context.Context, do []admin.Command, request func(pid int) controlRequest) []result {
	s.mu.Lock()
	for _, c := range do {
		s.replay = replayAfter(s.replay, c)
	}
	conns := s.connect()
	calls := make([]pendingCall, len(conns))
	for i, c := range conns {
		calls[i] = c.enqueue(request(c.worker.PID()))
	}
	s.mu.Unlock()
	all := make([]result, 0, len(conns))
	for _, c := range calls { // their timeouts all began above
		if r := c.wait(ctx); !errors.Is(r.err, supervisor.ErrClosed) {
			all = append(all, r)
		}
	}
	return all
}

func (s *workerSet) statistics(ctx context.Context, r controlRequest) []admin.Statistics {
	var all []admin.Statistics
	for _, r := range s.callAll(ctx, r) {
		all = append(all, r.statistics())
	}
	return all
}

func hasExited(p supervisor.Process) bool {
	select {
	case <-p.Exited():
		return true
	default:
		return false
	}
}
