package server

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// played is a worker that remembers what it was told.
type played struct{ told []admin.Command }

func (*played) PID() int                { return 1 }
func (*played) Signal(os.Signal) error  { return nil }
func (*played) Ready() <-chan struct{}  { return nil }
func (*played) Info() json.RawMessage   { return nil }
func (*played) Exited() <-chan struct{} { return nil }
func (*played) ExitCode() int           { return 0 }
func (*played) LastBeat() time.Time     { return time.Time{} }

func (p *played) Call(_ context.Context, _ string, c any) (json.RawMessage, error) {
	p.told = append(p.told, c.(admin.Command))
	return json.RawMessage(`{}`), nil
}

// A worker that is new is told the limit that the others have: not one that was
// refused because the turn did not come, nor one that was changed before it did.
func TestNewWorkersAreToldTheLimitOfTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker := &played{}
		f := &family{turn: make(chan struct{}, 1), all: func() []supervisor.Process { return []supervisor.Process{worker} }}
		set := func(ctx context.Context, n int) {
			if _, err := f.Do(ctx, admin.Command{Do: admin.Limit, N: n}); (err != nil) != (ctx.Err() != nil) {
				t.Errorf("limit %d: %v", n, err)
			}
		}
		set(t.Context(), 1)

		f.turn <- struct{}{} // somebody asks
		impatient, leave := context.WithCancel(t.Context())
		go set(t.Context(), 3)
		synctest.Wait()
		go set(impatient, 2)
		synctest.Wait()
		leave()
		synctest.Wait()
		f.remind(t.Context(), parentLog{})
		synctest.Wait()
		<-f.turn
		synctest.Wait()
		limit := func(n int) admin.Command { return admin.Command{Do: admin.Limit, N: n} }
		if want := []admin.Command{limit(1), limit(3), limit(3)}; !slices.Equal(worker.told, want) {
			t.Errorf("told %v, want %v", worker.told, want)
		}
	})
}

// What is undone is not told to workers that come later.
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
			got = standing(got, command)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("after %v: %v, want %v", c.done, got, c.want)
		}
	}
}
