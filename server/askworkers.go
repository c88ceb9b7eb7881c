package server

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// family is a parent's workers to the admin address.
type family struct {
	all func() []supervisor.Process

	mu       sync.Mutex
	lines    map[supervisor.Process]*line // to the workers that were alive when they were last looked at
	standing []admin.Command              // that hold for new workers too
}

// Statistics asks every worker that is alive. One that does not answer is named with
// the reason.
func (f *family) Statistics(ctx context.Context) ([]admin.Statistics, error) {
	return f.statistics(ctx, question{Last: noRequests}), nil
}

// Requests leaves out those of a worker that does not answer.
func (f *family) Requests(ctx context.Context, last int) ([]admin.Request, error) {
	var all []admin.Request
	for _, a := range f.ask(ctx, question{Last: last}) {
		all = append(all, a.said.Requests...) // none if there is no answer
	}
	slices.SortStableFunc(all, func(a, b admin.Request) int { return a.Arrival.Compare(b.Arrival) })
	if last > 0 && len(all) > last {
		all = all[len(all)-last:]
	}
	return all, nil
}

// Do also holds for workers that are started later, and for those that do not answer
// now. Of several at once the last holds for all workers.
func (f *family) Do(ctx context.Context, c admin.Command) ([]admin.Statistics, error) {
	return f.statistics(ctx, question{Do: []admin.Command{c}, Last: noRequests}), nil
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

// remind tells workers that are new what the others have been told.
func (f *family) remind() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.connect()
}

// connect returns the lines to the workers that are alive, in their order, and forgets
// those to others. A new worker is told first what holds for all. The caller has the lock.
func (f *family) connect() []*line {
	workers := slices.DeleteFunc(f.all(), hasExited)
	kept, all := make(map[supervisor.Process]*line, len(workers)), make([]*line, len(workers))
	for i, w := range workers {
		l := f.lines[w]
		if l == nil {
			l = &line{worker: w}
			if len(f.standing) > 0 {
				l.join(question{Do: f.standing, Last: noRequests})
			}
		}
		kept[w], all[i] = l, l
	}
	f.lines = kept
	return all
}

// ask puts a question to every worker that is alive, all at once, and waits for the
// answers. One that ends meanwhile has no answer, and none is missed. Commands reach all
// workers in the same order.
func (f *family) ask(ctx context.Context, q question) []answer {
	f.mu.Lock()
	for _, c := range q.Do {
		f.standing = standing(f.standing, c)
	}
	lines := f.connect()
	waits := make([]wait, len(lines))
	for i, l := range lines {
		waits[i] = l.join(q)
	}
	f.mu.Unlock()
	all := make([]answer, 0, len(lines))
	for _, w := range waits { // each has its time from the same moment on
		if a := w.answer(ctx); !errors.Is(a.err, supervisor.ErrClosed) {
			all = append(all, a)
		}
	}
	return all
}

func (f *family) statistics(ctx context.Context, q question) []admin.Statistics {
	var all []admin.Statistics
	for _, a := range f.ask(ctx, q) {
		if a.err != nil {
			a.said.Statistics = admin.Statistics{Worker: a.pid, Error: a.err.Error()}
		}
		all = append(all, a.said.Statistics)
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
