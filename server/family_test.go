package server

import (
	"context"
	"encoding/json"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/server/supervisor"
)

// played is a worker that remembers the limits it was told.
type played struct{ limits []int }

func (*played) PID() int                { return 1 }
func (*played) Signal(os.Signal) error  { return nil }
func (*played) Ready() <-chan struct{}  { return nil }
func (*played) Info() json.RawMessage   { return nil }
func (*played) Exited() <-chan struct{} { return nil }
func (*played) ExitCode() int           { return 0 }
func (*played) LastBeat() time.Time     { return time.Time{} }

func (p *played) Call(_ context.Context, _ string, limit any) (json.RawMessage, error) {
	p.limits = append(p.limits, limit.(int))
	return json.RawMessage(`{}`), nil
}

// A worker that is new is told the limit that the others have: not one that was
// refused because the turn did not come, nor one that was changed before it did.
func TestNewWorkersAreToldTheLimitOfTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		worker := &played{}
		f := &family{turn: make(chan struct{}, 1), all: func() []supervisor.Process { return []supervisor.Process{worker} }}
		set := func(ctx context.Context, n int) {
			if _, err := f.SetLimit(ctx, n); (err != nil) != (ctx.Err() != nil) {
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
		if want := []int{1, 3, 3}; !slices.Equal(worker.limits, want) {
			t.Errorf("told %v, want %v", worker.limits, want)
		}
	})
}
