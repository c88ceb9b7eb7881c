package server

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// What a parent asks its workers.
const (
	askStatistics = "stats"
	askRequests   = "requests"
	askCommand    = "command"
)

// family is a parent's workers to the admin address. It asks one question at a
// time, so that no crowd before the address fills the workers' channels, which
// carry the parent's pings too.
type family struct {
	all      func() []supervisor.Process
	turn     chan struct{}   // of size 1
	standing []admin.Command // that hold for new workers too; belongs to whose turn it is
}

// Statistics asks every worker that is alive. One that does not answer is named with
// the reason.
func (f *family) Statistics(ctx context.Context) (all []admin.Statistics, err error) {
	err = f.inTurn(ctx, func() { all = f.statistics(ctx, askStatistics, nil) })
	return all, err
}

// Requests leaves out those of a worker that does not answer.
func (f *family) Requests(ctx context.Context, last int) (all []admin.Request, err error) {
	err = f.inTurn(ctx, func() {
		for _, a := range ask[[]admin.Request](ctx, f.all(), askRequests, last) {
			all = append(all, a.said...)
		}
	})
	slices.SortStableFunc(all, func(a, b admin.Request) int { return a.Arrival.Compare(b.Arrival) })
	if last > 0 && len(all) > last {
		all = all[len(all)-last:]
	}
	return all, err
}

// Do also holds for workers that are started later. Of several at once the last
// holds for all workers.
func (f *family) Do(ctx context.Context, c admin.Command) (all []admin.Statistics, err error) {
	err = f.inTurn(ctx, func() {
		f.standing = standing(f.standing, c)
		all = f.statistics(ctx, askCommand, c)
	})
	return all, err
}

// standing is what a new worker is to be told when c has been done as well.
func standing(before []admin.Command, c admin.Command) []admin.Command {
	undone := map[admin.Verb]admin.Verb{admin.Resume: admin.Pause, admin.Release: admin.Hold}[c.Do]
	after := slices.DeleteFunc(before, func(b admin.Command) bool {
		return c.Do == admin.Reset || b.Do == c.Do || b.Do == undone && c.N == 0
	})
	if c.Do == admin.Limit || c.Do == admin.Pause || c.Do == admin.Hold {
		after = append(after, c)
	}
	return after
}

// remind tells workers that may be new what the others have been told.
func (f *family) remind(ctx context.Context, log parentLog) {
	go func() {
		err := f.inTurn(ctx, func() {
			for _, c := range f.standing {
				f.statistics(ctx, askCommand, c)
			}
		})
		if err != nil && ctx.Err() == nil {
			log.Error("commands of the admin address: %s", err)
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

func (f *family) statistics(ctx context.Context, request string, params any) []admin.Statistics {
	var all []admin.Statistics
	for _, a := range ask[admin.Statistics](ctx, f.all(), request, params) {
		if a.err != nil {
			a.said = admin.Statistics{Worker: a.pid, Error: a.err.Error()}
		}
		all = append(all, a.said)
	}
	return all
}

// answer is what a worker has said.
type answer[T any] struct {
	pid  int
	said T
	err  error
}

// ask asks every worker that is alive, all at once. One that ends meanwhile has no
// answer, and none is missed.
func ask[T any](ctx context.Context, workers []supervisor.Process, request string, params any) []answer[T] {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	workers = slices.DeleteFunc(workers, hasExited)
	all := make([]answer[T], len(workers))
	var asked sync.WaitGroup
	for i, p := range workers {
		asked.Go(func() {
			all[i].pid = p.PID()
			text, err := p.Call(ctx, request, params)
			if err == nil {
				err = json.Unmarshal(text, &all[i].said)
			}
			all[i].err = err
		})
	}
	asked.Wait()
	return slices.DeleteFunc(all, func(a answer[T]) bool { return errors.Is(a.err, supervisor.ErrClosed) })
}

// patience is how long a worker may take to answer; half of what the admin
// address waits, so that one that is stopped does not cost the others' answers.
const patience = admin.Patience / 2

func hasExited(p supervisor.Process) bool {
	select {
	case <-p.Exited():
		return true
	default:
		return false
	}
}
