package server

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// played is a worker that records its queries, and answers when the test lets it.
type played struct {
	pid   int
	asked []controlRequest
	goes  chan struct{} // each answer takes a value from here; nil if it always answers
	ended chan struct{}
}

func (p *played) PID() int                { return p.pid }
func (p *played) Number() int             { return p.pid }
func (*played) Signal(os.Signal) error    { return nil }
func (*played) Ready() <-chan struct{}    { return nil }
func (*played) Info() json.RawMessage     { return nil }
func (p *played) Exited() <-chan struct{} { return p.ended }
func (*played) ExitCode() int             { return 0 }
func (*played) LastBeat() time.Time       { return time.Time{} }

func (p *played) Call(_ context.Context, _ string, q any) (json.RawMessage, error) {
	p.asked = append(p.asked, q.(controlRequest))
	n := int64(len(p.asked)) // which query is answered
	if p.goes != nil {
		select {
		case <-p.goes:
		case <-p.ended:
			return nil, supervisor.ErrClosed
		}
	}
	return json.Marshal(controlReply{
		Statistics: admin.Statistics{Worker: p.pid, Accepted: n},
		Requests:   []admin.Request{{Worker: p.pid, ID: "1"}, {Worker: p.pid, ID: "2"}},
	})
}

// told are the commands of all queries.
func (p *played) told() (all []admin.Command) {
	for _, q := range p.asked {
		all = append(all, q.Do...)
	}
	return all
}

func of(workers ...*played) *workerSet {
	return &workerSet{processes: func() []supervisor.Process {
		var all []supervisor.Process
		for _, w := range workers {
			all = append(all, w)
		}
		return all
	}}
}

// timed makes a query, and returns how long it took.
func (f *workerSet) timed(t *testing.T) ([]admin.Statistics, time.Duration) {
	t.Helper()
	began := time.Now()
	all, err := f.Statistics(t.Context())
	if err != nil {
		t.Error(err)
	}
	return all, time.Since(began)
}

// A silent worker delays the first callers by the patience for it, the others hardly at all, and gets a
// single query. When it answers at last, the queries made meanwhile are sent at once, and the late
// answer is not taken for theirs.
func TestASilentWorkerIsAskedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent, well := &played{pid: 1, goes: make(chan struct{})}, &played{pid: 2}
		f := of(silent, well)
		asked := make(chan time.Duration, 100)
		for range cap(asked) {
			go func() {
				all, took := f.timed(t)
				if len(all) != 2 || all[0].Error != "no answer for 2s" || all[1].Error != "" {
					t.Errorf("at first they are %+v", all)
				}
				asked <- took
			}()
		}
		for range cap(asked) {
			if took := <-asked; took != replyTimeout {
				t.Errorf("it took %v, want %v", took, replyTimeout)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		goroutines := runtime.NumGoroutine()
		for range 50 {
			if all, took := f.timed(t); took != silentTimeout || all[0].Error == "" || all[1].Error != "" {
				t.Errorf("later it takes %v, and they are %+v", took, all)
			}
		}
		synctest.Wait()
		if n := runtime.NumGoroutine(); n > goroutines+25 { // others of this process may come and go
			t.Errorf("%d goroutines, %d before", n, goroutines)
		}
		if len(silent.asked) != 1 {
			t.Errorf("it was asked %d times, want once", len(silent.asked))
		}
		silent.goes <- struct{}{} // the late answer
		synctest.Wait()
		go func() {
			silent.goes <- struct{}{} // the one that all others share
			silent.goes <- struct{}{}
		}()
		synctest.Wait()
		if all, took := f.timed(t); took != 0 || all[0].Error != "" || all[0].Accepted != 3 {
			t.Errorf("in the end it takes %v, and they are %+v", took, all)
		}
	})
}

// Two silent workers take no longer than one.
func TestSilentWorkersAreWaitedForTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		f := of(&played{pid: 1, goes: make(chan struct{}), ended: ended}, &played{pid: 2, goes: make(chan struct{}), ended: ended}, &played{pid: 3})
		for _, want := range []time.Duration{replyTimeout, silentTimeout} {
			if all, took := f.timed(t); took != want || len(all) != 3 || all[1].Error == "" || all[2].Error != "" {
				t.Errorf("it took %v, want %v, and they are %+v", took, want, all)
			}
		}
		close(ended)
	})
}

// A silent worker that dies, or is replaced, is forgotten.
func TestADeadWorkerIsForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent, fresh := &played{pid: 1, goes: make(chan struct{}), ended: make(chan struct{})}, &played{pid: 2}
		workers := []supervisor.Process{silent}
		f := &workerSet{processes: func() []supervisor.Process { return slices.Clone(workers) }}
		f.timed(t)
		go func() {
			time.Sleep(silentTimeout / 2)
			close(silent.ended)
		}()
		if all, took := f.timed(t); len(all) != 0 || took != silentTimeout/2 {
			t.Errorf("after %v they are %+v", took, all)
		}
		workers = []supervisor.Process{fresh}
		if all, took := f.timed(t); len(all) != 1 || took != 0 || all[0].Error != "" || len(f.conns) != 1 {
			t.Errorf("after %v they are %+v, with %d connections", took, all, len(f.conns))
		}
	})
}

// A caller that gives up returns at once.
func TestAQuestionEndsWithItsClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := make(chan struct{})
		f := of(&played{pid: 1, goes: make(chan struct{}), ended: ended})
		ctx, leave := context.WithCancelCause(t.Context())
		left := errors.New("left")
		time.AfterFunc(time.Second, func() { leave(left) })
		began := time.Now()
		all, _ := f.Statistics(ctx)
		if took := time.Since(began); took != time.Second || all[0].Error != "left" {
			t.Errorf("after %v: %+v", took, all)
		}
		close(ended)
	})
}

// The requests of all workers are in one list; of two callers that want different numbers, each gets
// its own.
func TestRequestsOfAllWorkers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := of(&played{pid: 1, goes: make(chan struct{}, 9)}, &played{pid: 2})
		first := f.processes()[0].(*played)
		for want, last := range map[int]int{4: 0, 1: 1, 3: 3} {
			go func() {
				all, err := f.Requests(t.Context(), last)
				if err != nil || len(all) != want {
					t.Errorf("the last %d are %+v, %v", last, all, err)
				}
			}()
		}
		synctest.Wait()
		for range 2 {
			first.goes <- struct{}{}
			synctest.Wait()
		}
		if len(first.asked) != 2 || first.asked[1].Last != 0 && first.asked[1].Last != 3 {
			t.Errorf("it was asked %+v", first.asked)
		}
	})
}

// A new worker gets the state of the others; one that was silent gets the commands that it missed,
// merged so that they do not accumulate; in the end all have the same state.
func TestEveryWorkerIsToldInTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent, well := &played{pid: 1, goes: make(chan struct{})}, &played{pid: 2}
		workers := []supervisor.Process{silent, well}
		f := &workerSet{processes: func() []supervisor.Process { return slices.Clone(workers) }}
		f.timed(t)
		pause, resume, hold := admin.Command{Do: admin.Pause}, admin.Command{Do: admin.Resume}, admin.Command{Do: admin.Hold}
		limit, release := func(n int) admin.Command { return admin.Command{Do: admin.Limit, N: n} }, admin.Command{Do: admin.Release, N: 1}
		for range 100 {
			for _, c := range []admin.Command{pause, limit(3), hold, release, resume, limit(4)} {
				if all, err := f.Do(t.Context(), c); err != nil || all[0].Error == "" || all[1].Error != "" {
					t.Errorf("%v: %+v, %v", c, all, err)
				}
			}
		}
		if n := len(well.told()); n != 600 {
			t.Errorf("the one that is well was told %d commands, want 600", n)
		}
		close(silent.goes)
		synctest.Wait()
		if want := []admin.Command{hold, {Do: admin.Release, N: 100}, resume, limit(4)}; !slices.Equal(silent.told(), want) {
			t.Errorf("the silent one was told %v, want %v", silent.told(), want)
		}
		fresh := &played{pid: 3}
		workers = append(workers, fresh)
		f.refresh()
		f.refresh()
		synctest.Wait()
		if want := []admin.Command{hold, limit(4)}; !slices.Equal(fresh.told(), want) {
			t.Errorf("the new one was told %v, want %v", fresh.told(), want)
		}
	})
}

// The commands that wait for a silent worker are merged as far as possible.
func TestQueuedCommands(t *testing.T) {
	limit, pause, hold, all, one := admin.Command{Do: admin.Limit, N: 3}, admin.Command{Do: admin.Pause}, admin.Command{Do: admin.Hold}, admin.Command{Do: admin.Release}, admin.Command{Do: admin.Release, N: 1}
	resume, reset := admin.Command{Do: admin.Resume}, admin.Command{Do: admin.Reset}
	most := admin.Command{Do: admin.Release, N: admin.Most}
	for _, c := range []struct{ done, want []admin.Command }{
		{[]admin.Command{limit, pause, hold}, []admin.Command{limit, pause, hold}},
		{[]admin.Command{pause, {Do: admin.Limit, N: 4}, limit}, []admin.Command{pause, limit}},
		{[]admin.Command{pause, hold, resume}, []admin.Command{hold, resume}},
		{[]admin.Command{hold, one, one}, []admin.Command{hold, {Do: admin.Release, N: 2}}},
		{[]admin.Command{hold, one, all}, []admin.Command{all}},
		{[]admin.Command{all, hold, one}, []admin.Command{all, hold, one}},
		{[]admin.Command{one, most}, []admin.Command{most}},
		{[]admin.Command{limit, pause, hold, reset}, []admin.Command{reset}},
		{[]admin.Command{reset, limit}, []admin.Command{reset, limit}},
	} {
		var got []admin.Command
		for _, command := range c.done {
			got = coalesce(got, command)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("after %v: %v, want %v", c.done, got, c.want)
		}
	}
}

// A command that has been undone is not sent to later workers.
func TestStandingCommands(t *testing.T) {
	limit, pause, hold := admin.Command{Do: admin.Limit, N: 3}, admin.Command{Do: admin.Pause}, admin.Command{Do: admin.Hold}
	for _, c := range []struct{ done, want []admin.Command }{
		{[]admin.Command{limit, pause, hold}, []admin.Command{limit, pause, hold}},
		{[]admin.Command{pause, {Do: admin.Limit, N: 4}, limit}, []admin.Command{pause, limit}},
		{[]admin.Command{pause, hold, {Do: admin.Resume}}, []admin.Command{hold}},
		{[]admin.Command{pause, hold, {Do: admin.Release}}, []admin.Command{pause}},
		{[]admin.Command{hold, {Do: admin.Release, N: 1}}, []admin.Command{hold}},
		{[]admin.Command{limit, pause, hold, {Do: admin.Reset}}, nil},
	} {
		var got []admin.Command
		for _, command := range c.done {
			got = replayAfter(got, command)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("after %v: %v, want %v", c.done, got, c.want)
		}
	}
}
