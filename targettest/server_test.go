package targettest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/eventually"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/targettest"
)

// everywhere runs a test on a real socket, in memory in virtual time, and on processes
// of their own.
func everywhere(t *testing.T, test func(t *testing.T, where ...targettest.Option)) {
	t.Run("socket", func(t *testing.T) {
		t.Parallel()
		test(t)
	})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) { test(t, targettest.InMemory()) })
	})
	t.Run("processes", func(t *testing.T) {
		t.Parallel()
		if runtime.GOOS == "windows" {
			t.Skip("several processes cannot share a socket on Windows")
		}
		test(t, targettest.Processes(1))
	})
}

// asking is requests on their way, and what came of them.
type asking struct {
	t *testing.T
	s *targettest.Server
	sync.WaitGroup
	mu      sync.Mutex
	answers map[string]string
}

func asks(t *testing.T, s *targettest.Server) *asking {
	return &asking{t: t, s: s, answers: map[string]string{}}
}

// ask sends a request by a goroutine of its own.
func (a *asking) ask(id int) {
	a.Go(func() {
		text, err := get(a.s, fmt.Sprint("/?id=", id))
		a.mu.Lock()
		defer a.mu.Unlock()
		if err != nil {
			text = err.Error()
		}
		a.answers[fmt.Sprint(id)] = text
	})
}

// inTurn sends n requests, each when the one before has arrived.
func (a *asking) inTurn(n, limit int) {
	a.t.Helper()
	for id := 1; id <= n; id++ {
		a.ask(id)
		busy, waiting := min(id, limit), max(0, id-limit)
		must(a.t, a.s.WaitBusy(a.t.Context(), busy))
		if waiting > 0 {
			must(a.t, a.s.WaitWaiting(a.t.Context(), waiting))
		}
	}
}

func get(s *targettest.Server, path string) (string, error) {
	r, err := s.Client().Get(s.URL + path)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return fmt.Sprint(r.StatusCode, " ", string(body)), err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// The article's first surprise: the request that came last starts first. The test does not sleep.
func TestWhoIsNext(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Limit(2))...)
		s.Hold()
		a := asks(t, s)
		a.inTurn(5, 2)
		check.Equal(t, "held", s.Snapshot().String()[:52], "limit 2, busy 2, waiting 3, peak 2; accepted 5, held")
		for range 5 {
			s.ReleaseNext(1)
		}
		s.Release()
		a.Wait()
		must(t, s.WaitBusy(t.Context(), 0))
		all := s.Requests()
		for i, r := range all {
			check.Equal(t, "arrived", r.ID, fmt.Sprint(i+1))
			check.Equal(t, "outcome of "+r.ID, r.Outcome, targettest.Answered)
			check.Equal(t, "answer to "+r.ID, a.answers[r.ID], `200 "hello"`)
			check.Equal(t, "status of "+r.ID, r.Status, http.StatusOK)
		}
		slices.SortStableFunc(all, func(a, b targettest.Request) int { return a.Number - b.Number })
		var ids []string
		for _, r := range all {
			ids = append(ids, r.ID)
		}
		check.Equal(t, "started", strings.Join(ids, " "), "1 2 5 4 3")
		check.Equal(t, "thread", all[0].Thread, "AnyIO worker thread")
	})
}

func TestSetLimitStartsQueuedRequests(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Limit(1))...)
		s.Hold()
		a := asks(t, s)
		a.inTurn(4, 1)
		s.SetLimit(3)
		must(t, s.WaitBusy(t.Context(), 3))
		check.Equal(t, "waiting", s.Snapshot().Waiting, 1)
		s.Release()
		a.Wait()
		must(t, s.WaitBusy(t.Context(), 0))
		s.Reset()
		check.Equal(t, "after the reset", s.Snapshot().String(),
			"limit 1, busy 0, waiting 0, peak 0; accepted 0, held 0, answered 0")
		check.Equal(t, "remembered", len(s.Requests()), 0)
	})
}

// SetSleep is for handlers that start from then on, until the reset.
func TestSetSleep(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Sleep(time.Hour))...)
		s.SetSleep(0)
		text, err := get(s, "/?id=1")
		must(t, err)
		check.Equal(t, "answer", text[:3], "200")
		s.Reset()
		asks(t, s).ask(2)
		must(t, s.WaitBusy(t.Context(), 1))
	})
}

// A program says itself how long its functions sleep.
func TestSetSleepOfAProgram(t *testing.T) {
	for _, processes := range []int{0, 1} {
		p := &played{TB: t}
		p.run(func() {
			targettest.New(p, targettest.Program("crud"), targettest.Processes(processes)).SetSleep(time.Second)
		})
		if !strings.Contains(p.text, "SetSleep(1s): ") || !strings.Contains(p.text, "accepted: the article's program") {
			t.Errorf("got %s", p.text)
		}
	}
}

func TestFullQueueRefuses(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Limit(1), targettest.Queue(1))...)
		s.Hold()
		a := asks(t, s)
		a.inTurn(2, 1)
		text, err := get(s, "/?id=3")
		must(t, err)
		check.Equal(t, "the third", text[:3], "503")
		must(t, s.WaitRefused(t.Context(), 1))
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		want := "wait for 1 answered: 1 busy, 1 waiting, 0 zombies, 0 answered, 1 refused: "
		if err := s.WaitAnswered(ctx, 1); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("before any answer: %v", err)
		}
		s.Release()
		must(t, s.WaitAnswered(t.Context(), 2))
		a.Wait()
		check.Equal(t, "refused", s.Snapshot().Refused, 1)
		check.Equal(t, "its outcome", s.Requests()[2].Outcome, targettest.Refused)
		must(t, s.WaitAnswered(t.Context(), 0))
		must(t, s.WaitRefused(t.Context(), 0))
	})
}

// Uvicorn's own refusals count as those of the queue do.
func TestLimitConcurrencyRefuses(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Set("limit-concurrency", "2"))...)
		s.Hold()
		a := asks(t, s)
		a.inTurn(1, 1)
		text, err := get(s, "/?id=2")
		must(t, err)
		check.Equal(t, "the second", text, "503 Service Unavailable")
		must(t, s.WaitRefused(t.Context(), 1))
		refused := s.Requests()[1]
		check.Equal(t, "its row", fmt.Sprint(refused.ID, " ", refused.Outcome, " ", refused.Status), "2 refused 503")
		s.Release()
		a.Wait()
		check.Equal(t, "in the end", s.Snapshot().String()[:51], "limit 40, busy 0, waiting 0, peak 1; accepted 2, he")
	})
}

// A paused server takes connections and does nothing with them.
func TestPause(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, where...)
		_, err := get(s, "/?id=1")
		must(t, err)
		s.Pause()
		check.Equal(t, "paused", s.Snapshot().Paused, true)
		a := asks(t, s)
		a.ask(2)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		if err := s.WaitBusy(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("while paused: %v", err)
		}
		check.Equal(t, "accepted while paused", s.Snapshot().Accepted, 1)
		s.Resume()
		a.Wait()
		check.Equal(t, "accepted", s.Snapshot().Accepted, 2)
	})
}

// The request of a client that gives up runs on.
func TestZombies(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Limit(1))...)
		s.Hold()
		ctx, leave := context.WithCancel(t.Context())
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/?id=1", nil)
		must(t, err)
		done := make(chan error)
		go func() {
			r, err := s.Client().Do(request)
			if err == nil {
				r.Body.Close()
			}
			done <- err
		}()
		must(t, s.WaitBusy(t.Context(), 1))
		leave()
		if err := <-done; err == nil {
			t.Error("it was answered")
		}
		must(t, s.WaitZombies(t.Context(), 1))
		check.Equal(t, "busy", s.Snapshot().Busy, 1)
		s.Release()
		must(t, s.WaitBusy(t.Context(), 0))
		must(t, until(s, func(n targettest.Snapshot) bool { return n.Held == 0 }))
		check.Equal(t, "in the end", s.Snapshot().String()[:62],
			"limit 1, busy 0, waiting 0, peak 1; accepted 1, held 0, answer")
		check.Equal(t, "left", s.Snapshot().Left, 1)
		check.Equal(t, "its outcome", s.Requests()[0].Outcome, targettest.Left)
	})
}

// A handler that blocks the loop can be held and released as well, and the server closed
// while it does.
func TestBlockedLoop(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Mode("async-misuse"), targettest.Sleep(time.Hour))...)
		s.Hold()
		a := asks(t, s)
		a.ask(1)
		must(t, s.WaitBusy(t.Context(), 1))
		a.ask(2)
		s.ReleaseNext(1)
		must(t, until(s, func(n targettest.Snapshot) bool { return n.Answered == 1 && n.Busy == 1 }))
		s.Release()
		a.Wait()
		check.Equal(t, "answered", s.Snapshot().Answered, 2)
		a.ask(3) // for an hour, in the midst of which the server ends
		must(t, s.WaitBusy(t.Context(), 1))
		s.Close()
		a.Wait()
		check.Equal(t, "answered when it was closed", strings.HasPrefix(a.answers["3"], "200"), false)
	})
}

// until looks until the server is as wanted.
func until(s *targettest.Server, wanted func(targettest.Snapshot) bool) error {
	if !eventually.Within(10*time.Second, func() bool { return wanted(s.Snapshot()) }) {
		return fmt.Errorf("after 10s: %s", s.Snapshot())
	}
	return nil
}

// SIGTERM ends the server as it ends the real one: the listener closes at once, and running requests are answered first.
func TestTerminate(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Sleep(500*time.Millisecond))...)
		a := asks(t, s)
		a.ask(1)
		must(t, s.WaitBusy(t.Context(), 1))
		must(t, s.Terminate(t.Context()))
		a.Wait()
		check.Equal(t, "the running request", a.answers["1"], `200 "hello"`)
		if conn, err := s.Dial(t.Context()); err == nil {
			conn.Close()
			t.Error("it still accepts")
		}
		check.Equal(t, "answered", s.Snapshot().Answered, 1)
		all := s.Requests()
		check.Equal(t, "requests", len(all), 1)
		check.Equal(t, "outcome", all[0].Outcome, targettest.Answered)
		must(t, s.Terminate(t.Context())) // again
		if err := s.WaitBusy(t.Context(), 1); err == nil || !strings.HasSuffix(err.Error(), "the server has ended") {
			t.Errorf("a wait after the end: %v", err)
		}
	})
}

// Of a server that SIGTERM kills, the fixture returns what it knew before.
func TestTerminateKills(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		s := targettest.New(t, append(where, targettest.Stack("flask"), targettest.Sleep(time.Hour))...)
		a := asks(t, s)
		a.ask(1)
		must(t, s.WaitBusy(t.Context(), 1))
		must(t, s.Terminate(t.Context()))
		a.Wait()
		check.Equal(t, "held", s.Snapshot().Held, 1)
		check.Equal(t, "outcome", s.Requests()[0].Outcome, targettest.Working)
	})
}

// SetLimit accepts what --limit accepts.
func TestSetLimitOfAStackWithoutOne(t *testing.T) {
	for _, processes := range []int{0, 1} {
		p := &played{TB: t}
		p.run(func() {
			s := targettest.New(p, targettest.Stack("flask"), targettest.Processes(processes))
			s.SetLimit(3)
			check.Equal(t, "limit", s.Snapshot().Limit, math.MaxInt32)
		})
		if want := `"3" cannot be used with --stack flask --vintage 2023-03: `; !strings.Contains(p.text, "SetLimit(3): ") || !strings.Contains(p.text, want) {
			t.Errorf("got %s", p.text)
		}
	}
}

// Each stack serves in each way.
func TestEveryStack(t *testing.T) {
	for _, stack := range stacks.All() {
		v := stack.Defaults.Values
		t.Run(v.Stack+" at "+v.Vintage, func(t *testing.T) {
			everywhere(t, func(t *testing.T, where ...targettest.Option) {
				s := targettest.New(t, append(where, targettest.Stack(v.Stack), targettest.Vintage(v.Vintage))...)
				text, err := get(s, "/?id=1")
				must(t, err)
				if text[:3] != "200" {
					t.Errorf("got %s", text)
				}
			})
		})
	}
}

// A wrong option gets the message of the command, before anything runs.
func TestWrongOptions(t *testing.T) {
	for _, c := range []struct {
		want    string
		options []targettest.Option
	}{
		{`flag --limit: "0" is too small`, []targettest.Option{targettest.Limit(0)}},
		{`flag --stack: "unicorn" is unknown`, []targettest.Option{targettest.Stack("unicorn")}},
		{`"unicorn" is unknown`, []targettest.Option{targettest.Processes(2), targettest.Stack("unicorn")}},
		{"flag --queue: 3 cannot be used with --mode cooperative", []targettest.Option{targettest.Mode("cooperative"), targettest.Queue(3)}},
		{"accepted: Processes(2)", []targettest.Option{targettest.Set("workers", "2")}},
		{`Set("addr", …): the server takes a free port`, []targettest.Option{targettest.Set("addr", ":80")}},
		{`Set("addr", …): the server takes a free port`, []targettest.Option{targettest.Processes(1), targettest.Set("addr", ":80")}},
		{"processes share no memory", []targettest.Option{targettest.Processes(2), targettest.InMemory()}},
		{"of no use in the test's own process", []targettest.Option{targettest.Set("admin-addr", ":0")}},
	} {
		p := &played{TB: t}
		p.run(func() { targettest.New(p, c.options...) })
		if !strings.Contains(p.text, c.want) || !p.failed {
			t.Errorf("got %q, want %q", p.text, c.want)
		}
	}
}

// played is a test that fails.
type played struct {
	testing.TB
	failed   bool
	text     string
	cleanups []func()
}

func (p *played) Helper()                   {}
func (p *played) Failed() bool              { return p.failed }
func (p *played) Log(args ...any)           { p.text += fmt.Sprintln(args...) }
func (p *played) Errorf(f string, a ...any) { p.failed = true; p.Log(fmt.Sprintf(f, a...)) }
func (p *played) Cleanup(f func())          { p.cleanups = append(p.cleanups, f) }

func (p *played) Fatalf(f string, a ...any) {
	p.Errorf(f, a...)
	runtime.Goexit()
}

// run runs a test and its cleanups.
func (p *played) run(test func()) {
	var done sync.WaitGroup
	done.Go(test)
	done.Wait()
	for _, f := range slices.Backward(p.cleanups) {
		f()
	}
}

// A test that fails prints what the server was doing.
func TestFailedTestPrintsTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &played{TB: t}
		p.run(func() {
			s := targettest.New(p, targettest.InMemory(), targettest.Limit(1), targettest.Sleep(time.Hour))
			a := asks(t, s)
			a.inTurn(2, 1)
			time.Sleep(3 * time.Second)
			p.Errorf("it went wrong")
		})
		for _, want := range []string{
			"it went wrong", "the server at http://target-server.invalid: limit 1, busy 1, waiting 1, peak 1; accepted 2, held 2, answered 0; longest wait 3s",
			"+0s      0s    3s    working  0       AnyIO worker thread 1  GET /?id=1", "waiting", "Uvicorn running on http://",
			"processing request id[1], sleeping",
		} {
			if !strings.Contains(p.text, want) {
				t.Errorf("%q is missing in\n%s", want, p.text)
			}
		}
	})
}

// A wait that would last until the end of the test's time fails before that, when a panic would end the test.
func TestWaitLeavesTimeToFail(t *testing.T) {
	t.Parallel()
	for _, processes := range []int{0, 1} {
		p := &played{TB: t}
		p.run(func() {
			end := time.Now().Add(time.Second)
			s := targettest.New(timed{p, end}, targettest.Processes(processes))
			if err := s.WaitBusy(t.Context(), 1); err != nil {
				p.Errorf("%v", err)
			}
			if time.Now().After(end) {
				t.Error("its time is up")
			}
		})
		for _, want := range []string{"wait for 1 busy: 0 busy, 0 waiting, 0 zombies, 0 answered, 0 refused: the test's time (go test -timeout) is nearly up", "limit 40, busy 0"} {
			if !strings.Contains(p.text, want) {
				t.Errorf("%q is missing in\n%s", want, p.text)
			}
		}
	}
}

// timed is a test whose time is limited.
type timed struct {
	*played
	end time.Time
}

func (t timed) Deadline() (time.Time, bool) { return t.end, true }

// A server that the test has closed is not asked for its state.
func TestFailedTestThatHasClosed(t *testing.T) {
	everywhere(t, func(t *testing.T, where ...targettest.Option) {
		p := &played{TB: t}
		p.run(func() {
			s := targettest.New(p, where...)
			if err := s.WaitBusy(t.Context(), -1); err == nil || !strings.Contains(err.Error(), "accepted: a number from 0") {
				t.Errorf("wait for -1: %v", err)
			}
			s.Close()
			p.Errorf("it went wrong")
		})
		if !strings.Contains(p.text, "had ended\n") || strings.Contains(p.text, "snapshot") {
			t.Errorf("got %s", p.text)
		}
	})
}

// Close leaves no goroutine, and no connection that does not end.
func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	p := &played{TB: t}
	var conn net.Conn
	p.run(func() {
		s := targettest.New(p)
		for range 3 {
			if _, err := get(s, "/nowhere"); err != nil { // whose connection is kept
				t.Error(err)
			}
		}
		conn, _ = s.Dial(t.Context())
	})
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.ReadAll(conn); errors.Is(err, context.DeadlineExceeded) {
		t.Error("a connection has not ended")
	}
	if !eventually.Within(5*time.Second, func() bool { return runtime.NumGoroutine() <= before }) {
		stack := make([]byte, 1<<16)
		t.Fatalf("goroutines: %d before, %d afterwards\n%s", before, runtime.NumGoroutine(), stack[:runtime.Stack(stack, true)])
	}
}
