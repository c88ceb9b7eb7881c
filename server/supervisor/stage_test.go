package supervisor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/server/supervisor"
)

// stage is a parent with simulated workers, in virtual time. Every event is recorded with the second in which it
// happened; process ids are P for the parent and 1, 2, … for the workers in the order of their start.
type stage struct {
	t       *testing.T
	opts    supervisor.Options
	parent  *supervisor.Parent
	signals chan os.Signal
	cancel  context.CancelFunc
	begin   time.Time
	over    chan struct{}
	code    int
	err     error

	mu      sync.Mutex
	written []string
	actors  []*actor
	cast    []func(*actor) // how the workers differ, in the order of their start
	refuse  error          // the error of every further spawn
}

// actor is a simulated worker. By default it is ready at once, answers pings, and ends as soon as it is told to.
type actor struct {
	stage        *stage
	pid, number  int
	ready, gone  chan struct{}
	code         int
	start, grace time.Duration // how long it takes to start, and to end
	frozen       bool          // answers no ping and no signal but KILL
	beats        bool          // it sends heartbeats
	uvicorn      bool          // it handles signals as UvicornWorker does
	once         sync.Once
}

// play runs a parent of n workers and then the script, at whose end the parent may still run.
func play(t *testing.T, policy supervisor.Policy, n int, script func(*stage), cast ...func(*actor)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &stage{t: t, signals: make(chan os.Signal, 64), begin: time.Now(), over: make(chan struct{}), cast: cast}
		s.opts = supervisor.Options{
			Workers: n, Policy: policy, Spawn: s.spawn, Logger: s, Signals: s.signals,
			Timeout: 2 * time.Second, GracefulTimeout: 3 * time.Second, Control: "CTL",
			Unlisten: func() { s.write("unlisten") }, Chance: func() float64 { return 1 },
			OnReady: func(pids []int) { s.write("ready %v", pids) },
		}
		parent, err := supervisor.New(s.opts)
		if err != nil {
			t.Fatal(err)
		}
		s.parent = parent
		ctx, cancel := context.WithCancel(t.Context())
		s.cancel = cancel
		go func() {
			defer close(s.over)
			s.code, s.err = parent.Run(ctx)
			s.write("exit %d", s.code)
		}()
		synctest.Wait()
		script(s)
		cancel()
		<-s.over
		time.Sleep(soonest) // for the workers that were killed last
		synctest.Wait()
	})
}

func (s *stage) spawn(place supervisor.Place) (supervisor.Process, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	serial := place.Serial
	if s.refuse != nil {
		return nil, s.refuse
	}
	a := &actor{stage: s, pid: serial + 1, number: place.Number, ready: make(chan struct{}), gone: make(chan struct{})}
	if serial < len(s.cast) && s.cast[serial] != nil {
		s.cast[serial](a)
	}
	s.actors = append(s.actors, a)
	go func() {
		select {
		case <-time.After(a.start):
			close(a.ready)
		case <-a.gone:
		}
	}()
	return a, nil
}

// at waits until d after the beginning, in virtual time.
func (s *stage) at(d time.Duration) {
	time.Sleep(d - time.Since(s.begin))
	synctest.Wait()
}

func (s *stage) send(sigs ...syscall.Signal) {
	for _, sig := range sigs {
		s.signals <- sig
	}
	synctest.Wait()
}

func (s *stage) worker(pid int) *actor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.actors[pid-1]
}

// finish waits for the parent to end.
func (s *stage) finish() {
	<-s.over
	synctest.Wait()
}

func (s *stage) write(format string, args ...any) {
	line := fmt.Sprintf(format, args...)
	line = strings.ReplaceAll(line, fmt.Sprintf("[%d]", os.Getpid()), "[P]")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written = append(s.written, fmt.Sprintf("%.1f %s", time.Since(s.begin).Seconds(), line))
}

func (s *stage) Info(format string, args ...any)     { s.write(format, args...) }
func (s *stage) Warning(format string, args ...any)  { s.write("WARNING "+format, args...) }
func (s *stage) Error(format string, args ...any)    { s.write("ERROR "+format, args...) }
func (s *stage) Critical(format string, args ...any) { s.write("CRITICAL "+format, args...) }

// expect checks everything recorded since the last call.
func (s *stage) expect(want ...string) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Equal(s.written, want) {
		s.t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(s.written, "\n\t"), strings.Join(want, "\n\t"))
	}
	s.written = nil
}

func (s *stage) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.written = nil
}

func (a *actor) end(code int) {
	a.once.Do(func() {
		a.code = code
		close(a.gone)
	})
	synctest.Wait()
}

func (a *actor) PID() int                { return a.pid }
func (a *actor) Number() int             { return a.number }
func (a *actor) Ready() <-chan struct{}  { return a.ready }
func (a *actor) Exited() <-chan struct{} { return a.gone }
func (a *actor) ExitCode() int           { return a.code }
func (a *actor) Info() json.RawMessage   { return nil }

func (a *actor) LastBeat() time.Time {
	if a.beats {
		return time.Now()
	}
	return time.Time{}
}

func (a *actor) Signal(sig os.Signal) error {
	a.stage.write("worker %d gets %s", a.pid, supervisor.SignalName(sig))
	wait, code := a.grace, 0
	switch {
	case a.uvicorn:
		wait, code = a.asUvicornWorker(sig)
	case sig == os.Kill:
		wait, code = 0, -9
	case a.frozen:
		return nil
	case a.stage.opts.Policy.Event != nil: // its workers do not handle signals
		wait, code = 0, -int(sig.(syscall.Signal))
	}
	if wait >= 0 {
		a.endIn(wait, code)
	}
	return nil
}

// endIn ends the worker after a delay, unless it ends before.
func (a *actor) endIn(wait time.Duration, code int) {
	go func() {
		select {
		case <-time.After(wait):
			a.once.Do(func() {
				a.code = code
				close(a.gone)
			})
		case <-a.gone:
		}
	}()
}

// soonest is the shortest time in which a process ends: meanwhile its parent checks the others.
const soonest = time.Millisecond

// asUvicornWorker returns after how long a signal ends it, negative for never, and the exit code.
func (a *actor) asUvicornWorker(sig os.Signal) (time.Duration, int) {
	switch sig {
	case syscall.SIGTERM:
		return max(a.grace, soonest), 0
	case syscall.SIGABRT:
		return soonest, -6
	case syscall.SIGKILL:
		return soonest, -9
	}
	return -1, 0
}

func (a *actor) Call(ctx context.Context, request string, _ any) (json.RawMessage, error) {
	switch request {
	case supervisor.PingRequest:
	case supervisor.StopRequest:
		a.stage.write("worker %d is to stop", a.pid)
		a.endIn(a.grace, 0)
		return nil, nil
	default:
		return nil, errors.New("unexpected request")
	}
	if a.frozen || supervisor.Closed(a.gone) {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	return json.RawMessage(`{}`), nil
}

// sorted returns everything recorded since the last expect in alphabetical order, for events without a fixed order.
func (s *stage) sorted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sorted(s.written...)
}

func sorted(lines ...string) []string { return slices.Sorted(slices.Values(lines)) }

func same(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
