package targettest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/server/admin"
)

// Server is a running server.
type Server struct {
	// URL is its base URL, such as http://127.0.0.1:41234, without a slash at the end.
	URL string

	t      testing.TB
	place  place
	client *http.Client
	log    *tail
	once   sync.Once
	closed atomic.Bool
	latest time.Time // when waits give up, so that the test can still report the state; zero means never
}

// place is where a server runs: in this process or in others.
type place interface {
	url() string
	dial(context.Context) (net.Conn, error)
	// statistics returns those of each worker.
	statistics(context.Context) ([]admin.Statistics, error)
	requests(context.Context) ([]admin.Request, error)
	do(context.Context, admin.Command) error
	wait(context.Context, admin.Condition) error
	// terminate asks the server to end, as SIGTERM does. ended is closed when it has ended.
	terminate() error
	ended() <-chan struct{}
	// kill ends it at once, and returns when it has ended.
	kill() error
}

// New starts a server that ends with the test. If it cannot start, the test fails.
func New(t testing.TB, options ...Option) *Server {
	t.Helper()
	set := &setup{}
	for _, o := range options {
		o(set)
	}
	s := &Server{t: t, log: &tail{also: set.log}, latest: latest(t)}
	var err error
	if s.place, err = open(t, set, s.log); err != nil {
		t.Fatalf("targettest: %v", err)
	}
	s.URL = s.place.url()
	s.client = &http.Client{Transport: &http.Transport{
		DialContext:         func(ctx context.Context, _, _ string) (net.Conn, error) { return s.place.dial(ctx) },
		MaxIdleConnsPerHost: 1000, // a test with many connections wants them kept alive
		DisableCompression:  true,
	}}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.report())
		}
		s.Close()
	})
	return s
}

func open(t testing.TB, set *setup, log *tail) (place, error) {
	switch {
	case set.wrong != nil:
		return nil, fmt.Errorf("Program: %w", set.wrong)
	case slices.ContainsFunc(set.args, func(arg string) bool { return strings.HasPrefix(arg, "--addr=") }):
		return nil, errors.New("Set(\"addr\", …): the server takes a free port, which is part of URL; accepted: no such option")
	case set.processes > 0 && set.inMemory:
		return nil, fmt.Errorf("Processes(%d) and InMemory(): processes share no memory with the test; accepted: one of the two", set.processes)
	case set.processes > 0:
		return startProcesses(t, set, log)
	}
	return embed(t, set, log)
}

// Client returns a client for the server. It connects to this server whatever the URL's host, and has no time-out. Its
// connections end with the server.
func (s *Server) Client() *http.Client { return s.client }

// Dial connects to the server, for tests that use another client, or none.
func (s *Server) Dial(ctx context.Context) (net.Conn, error) { return s.place.dial(ctx) }

// Close ends the server at once: its connections break, also those with requests that are held. It is called at the end
// of the test too. Take a [Server.Snapshot] before it, or use [Server.Terminate].
func (s *Server) Close() {
	s.t.Helper()
	s.once.Do(func() {
		s.closed.Store(true)
		s.client.CloseIdleConnections()
		if err := s.place.kill(); err != nil {
			s.t.Errorf("targettest: Close: %v", err)
		}
	})
}

// Terminate asks the server to end, as SIGTERM asks the real one, and waits until it has ended. Each stack decides what
// happens to its requests and connections. While [Server.Hold] keeps handlers running, it may never end. Afterwards
// [Server.Snapshot] and [Server.Requests] return what each worker knew at its end; of a worker that was killed, and so
// could not say, they return what it knew when Terminate was called.
func (s *Server) Terminate(ctx context.Context) error {
	s.t.Helper()
	if err := s.place.terminate(); err != nil {
		return fmt.Errorf("Terminate: %w", err)
	}
	select {
	case <-s.place.ended():
		return nil
	case <-ctx.Done():
		return fmt.Errorf("Terminate: %s: %w", s.Snapshot(), context.Cause(ctx))
	}
}

// SetLimit changes the number of threads of each worker at once: queued requests that now have a thread start. It
// accepts what [Limit] accepts: on a stack whose limit is fixed, the test fails.
func (s *Server) SetLimit(n int) {
	s.t.Helper()
	s.do(fmt.Sprintf("SetLimit(%d)", n), admin.Command{Do: admin.Limit, N: n})
}

// SetSleep changes how long the handlers sleep that start from now on, as [Sleep] does before the start. It is not for a
// server with a [Program]: then the test fails.
func (s *Server) SetSleep(d time.Duration) {
	s.t.Helper()
	s.do(fmt.Sprintf("SetSleep(%v)", d), admin.Command{Do: admin.Sleep, Sleep: distribution.Of(d)})
}

// Pause stops the server as SIGSTOP stops a process: it accepts, reads, answers and closes nothing. Connections are
// still established, up to the backlog. What became due in the meantime happens at [Server.Resume]. A handler that
// blocks the loop (async-misuse) finishes first.
func (s *Server) Pause() {
	s.t.Helper()
	s.do("Pause", admin.Command{Do: admin.Pause})
}

// Resume ends [Server.Pause].
func (s *Server) Resume() {
	s.t.Helper()
	s.do("Resume", admin.Command{Do: admin.Resume})
}

// Hold keeps handlers running: one that starts from now on, or whose sleep ends, runs until it is released.
func (s *Server) Hold() {
	s.t.Helper()
	s.do("Hold", admin.Command{Do: admin.Hold})
}

// Release ends [Server.Hold]: all handlers that it has kept running end, and later ones end after their sleep.
func (s *Server) Release() {
	s.t.Helper()
	s.do("Release", admin.Command{Do: admin.Release})
}

// ReleaseNext lets n handlers of each worker end, those that [Server.Hold] has kept longest. n is at least 1. All others
// keep running.
func (s *Server) ReleaseNext(n int) {
	s.t.Helper()
	if n < 1 {
		s.t.Errorf("targettest: ReleaseNext(%d): accepted: a number from 1 to %d", n, admin.Most)
		return
	}
	s.do(fmt.Sprintf("ReleaseNext(%d)", n), admin.Command{Do: admin.Release, N: n})
}

// Reset puts the server back into its initial state: it resumes and releases, restores the limit and the sleep, forgets requests that
// have ended and zeroes the totals. Running and queued requests go on.
func (s *Server) Reset() {
	s.t.Helper()
	s.do("Reset", admin.Command{Do: admin.Reset})
}

// do makes every worker carry out a command. If it fails, the test fails.
func (s *Server) do(call string, c admin.Command) {
	s.t.Helper()
	err := c.Check()
	if err == nil {
		ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
		defer cancel()
		err = s.place.do(ctx, c)
	}
	if err != nil {
		s.t.Errorf("targettest: %s: %v", call, err)
	}
}

// answerTimeout is how long a server in separate processes may take to answer.
const answerTimeout = 10 * time.Second

// WaitBusy waits until n handlers or more are running; 0 waits until none is. It returns an error with the server's
// state if ctx is done first, or if the test's time (go test -timeout, 10 minutes) is nearly up, because t.Context()
// ends only with the test. In a bubble of testing/synctest, where that time is not known, pass a context with a
// time-out.
func (s *Server) WaitBusy(ctx context.Context, n int) error {
	return s.wait(ctx, n, "busy", admin.Condition{Busy: n, Waiting: admin.Any})
}

// WaitWaiting is [Server.WaitBusy] for requests that are queued for a thread.
func (s *Server) WaitWaiting(ctx context.Context, n int) error {
	return s.wait(ctx, n, "waiting", admin.Condition{Busy: admin.Any, Waiting: n})
}

// WaitZombies waits, as [Server.WaitBusy] does, until at least n requests are held for clients that have left, as far
// as the server notices. For 0 it does not wait.
func (s *Server) WaitZombies(ctx context.Context, n int) error {
	return s.wait(ctx, n, "zombies", admin.Condition{Busy: admin.Any, Waiting: admin.Any, Zombies: n})
}

// WaitAnswered waits, as [Server.WaitBusy] does, until the app has answered at least n requests since the start or the
// last [Server.Reset]. For 0 it does not wait.
func (s *Server) WaitAnswered(ctx context.Context, n int) error {
	return s.wait(ctx, n, "answered", admin.Condition{Busy: admin.Any, Waiting: admin.Any, Answered: n})
}

// WaitRefused is [Server.WaitAnswered] for requests that were refused with 503.
func (s *Server) WaitRefused(ctx context.Context, n int) error {
	return s.wait(ctx, n, "refused", admin.Condition{Busy: admin.Any, Waiting: admin.Any, Refused: n})
}

func (s *Server) wait(ctx context.Context, n int, what string, c admin.Condition) error {
	if n < 0 || n > admin.Most {
		return fmt.Errorf("wait for %d %s: accepted: a number from 0 to %d", n, what, admin.Most)
	}
	if c == (admin.Condition{Busy: admin.Any, Waiting: admin.Any}) {
		return nil // the total is never below 0
	}
	if !s.latest.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadlineCause(ctx, s.latest, errNearlyUp)
		defer cancel()
	}
	if err := s.place.wait(ctx, c); err != nil {
		return fmt.Errorf("wait for %d %s: %w", n, what, err)
	}
	return nil
}

var errNearlyUp = errors.New("the test's time (go test -timeout) is nearly up")

// latest is when waits give up. It leaves a tenth of the test's remaining time, at most 5 s, for the report: otherwise
// the test would end in a panic that says nothing about the server.
func latest(t testing.TB) (until time.Time) {
	timed, ok := t.(interface{ Deadline() (time.Time, bool) })
	if !ok {
		return time.Time{}
	}
	defer func() { _ = recover() }() // Deadline panics in a bubble, and nothing says whether this is one
	end, ok := timed.Deadline()
	if !ok {
		return time.Time{}
	}
	return end.Add(-min(time.Until(end)/10, 5*time.Second))
}
