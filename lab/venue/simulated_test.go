package venue_test

import (
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/venue"
)

const get = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"

// play runs act on a target-server that was started with some arguments.
func play(t *testing.T, args []string, act func(*venue.Simulated)) {
	t.Helper()
	acted := false
	err := venue.Play(args, time.Minute, func(s *venue.Simulated) {
		act(s)
		acted = true
	})
	if err != nil || !acted {
		t.Errorf("play finished: %v, %v", acted, err)
	}
}

func connect(t *testing.T, s *venue.Simulated) scenarios.Conn {
	t.Helper()
	c, err := s.Dial(time.Second)
	if err != nil {
		t.Error(err)
	}
	return c
}

func answered(events []driver.Event) bool { return len(driver.Answers(events, nil)) > 0 }

func TestARequestTakesItsTime(t *testing.T) {
	play(t, []string{"--sleep=3s"}, func(s *venue.Simulated) {
		c := connect(t, s)
		began := s.Now()
		if err := c.Send([]byte(get)); err != nil {
			t.Error(err)
		}
		if c.Await(2999*time.Millisecond, answered) {
			t.Error("answered before its time")
		}
		if !c.Await(time.Second, answered) || s.Now().Sub(began) != 3*time.Second {
			t.Errorf("answered after %v, want 3s", s.Now().Sub(began))
		}
		if n, err := c.Segments(); n != 1 || err != nil {
			t.Errorf("%d segments, %v; want 1", n, err)
		}
	})
}

func TestTheEndOfAServer(t *testing.T) {
	tests := []struct {
		name     string
		signal   syscall.Signal
		exit     string
		end      driver.EventKind
		answered bool
	}{
		{"graceful", syscall.SIGTERM, "exit 0", driver.FIN, true},
		{"killed", syscall.SIGKILL, "killed by killed", driver.FIN, false},
		{"a signal without a handler", syscall.SIGHUP, "killed by hangup", driver.FIN, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			play(t, []string{"--sleep=1s"}, func(s *venue.Simulated) {
				c := connect(t, s)
				_ = c.Send([]byte(get))
				_ = s.Sleep(100 * time.Millisecond)
				if err := s.Signal(test.signal); err != nil {
					t.Error(err)
				}
				if exit, ok := s.AwaitExit(5 * time.Second); !ok || exit.Text != test.exit {
					t.Errorf("exit %q, %v; want %q", exit.Text, ok, test.exit)
				}
				if end, ok := c.End(); !ok || end.Kind != test.end || answered(c.Events()) != test.answered {
					t.Errorf("the client saw %v, %v, answered %v; want %v, answered %v", end.Kind, ok, answered(c.Events()), test.end, test.answered)
				}
				if _, err := s.Dial(time.Second); !errors.Is(err, syscall.ECONNREFUSED) {
					t.Errorf("a late client got %v, want a refusal", err)
				}
				if s.Signal(syscall.SIGTERM) == nil {
					t.Error("a server that has ended accepted a signal")
				}
			})
		})
	}
}

// A blocked loop with a backlog of 1: two connections are queued, the next gets no answer to its SYN.
func TestAFullBacklog(t *testing.T) {
	play(t, []string{"--mode=async-misuse", "--backlog=1", "--sleep=20s"}, func(s *venue.Simulated) {
		_ = connect(t, s).Send([]byte(get))
		_ = s.Sleep(10 * time.Millisecond)
		connect(t, s)
		connect(t, s)
		if _, err := s.Dial(time.Second); err == nil || errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("one connection too many got %v, want no answer", err)
		}
		queue, _ := s.AcceptQueue()
		held, _ := s.Established()
		if queue != 2 || held != 3 {
			t.Errorf("%d in the queue, %d established; want 2 and 3", queue, held)
		}
	})
}

func TestTheLogIsTheServers(t *testing.T) {
	play(t, []string{"--sleep=0s"}, func(s *venue.Simulated) {
		_ = connect(t, s).Send([]byte(get))
		if !s.AwaitLines(time.Second, func(ls []driver.Line) bool { return len(ls) >= 7 }) {
			t.Errorf("only %d lines came", len(s.Lines()))
		}
		var got []string
		for _, line := range s.Lines() {
			got = append(got, string(line.Output)+" "+line.Text)
		}
		for _, want := range []string{
			"stderr INFO:     Uvicorn running on http://0.0.0.0:18080 (Press CTRL+C to quit)",
			`stdout INFO:     127.0.0.1:40001 - "GET /?id=1 HTTP/1.1" 200 OK`,
		} {
			if !slices.Contains(got, want) {
				t.Errorf("%q is not in the log:\n%s", want, strings.Join(got, "\n"))
			}
		}
	})
}

func TestAPlayThatDoesNotEnd(t *testing.T) {
	err := venue.Play(nil, time.Minute, func(s *venue.Simulated) { _ = s.Sleep(time.Hour) })
	if !errors.Is(err, scenarios.ErrOver) {
		t.Errorf("got %v, want %v", err, scenarios.ErrOver)
	}
	if err := venue.Play([]string{"--limit=x"}, time.Minute, func(*venue.Simulated) {}); err == nil {
		t.Error("wrong arguments were accepted")
	}
}
