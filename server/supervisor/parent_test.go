package supervisor_test

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/supervisor"
)

func TestNewRefusesWhatCannotWork(t *testing.T) {
	impossible := uvicorn021()
	impossible.RespawnDead = true
	_, err := supervisor.New(supervisor.Options{Workers: 0, Policy: impossible})
	if err == nil {
		t.Fatal("New accepted it")
	}
	for _, want := range []string{"workers: 0, want at least 1", "spawn: missing", "a parent that polls"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
}

func TestRespawningKeepsAPolicyThatRespawnsAnyway(t *testing.T) {
	policy := uvicorn054().Respawning()
	if policy.SignalsAtOnce || policy.HealthCheck != 5*time.Second || policy.Messages.Died != uvicorn054().Messages.Died {
		t.Errorf("got %+v", policy)
	}
}

func TestACancelledContextKills(t *testing.T) {
	for name, policy := range map[string]supervisor.Policy{"0.21.1": uvicorn021(), "0.54.0": uvicorn054()} {
		t.Run(name, func(t *testing.T) {
			play(t, policy, 2, func(s *stage) {
				s.forget()
				s.at(1200 * time.Millisecond)
				s.cancel()
				s.finish()
				s.expect("1.2 worker 1 gets KILL", "1.2 worker 2 gets KILL", "1.2 exit 1")
				if !errors.Is(s.err, context.Canceled) {
					t.Errorf("got %v, want the context's error", s.err)
				}
			}, slow(time.Hour), slow(time.Hour))
		})
	}
}

func TestACancelledContextKillsThoseOnTheirWayToo(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.send(syscall.SIGHUP)
		s.at(time.Second)
		s.forget()
		s.cancel() // worker 1 is stopping, and worker 3 is starting
		s.finish()
		s.expect("1.0 worker 1 gets KILL", "1.0 worker 2 gets KILL", "1.0 worker 3 gets KILL", "1.0 exit 1")
	}, slow(time.Hour))
}

func TestAParentThatCannotStartAWorkerStopsTheOthers(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.forget()
		s.mu.Lock()
		s.refuse = syscall.EAGAIN
		s.mu.Unlock()
		s.worker(1).end(-9)
		s.finish()
		s.expect(
			"0.5 Waiting for child process [1]",
			"0.5 Child process [1] died",
			"0.5 worker 2 gets TERM",
			"0.5 Terminated child process [2]",
			"0.5 Waiting for child process [1]",
			"0.5 Waiting for child process [2]",
			"0.5 Stopping parent process [P]",
			"0.5 exit 1",
		)
		if !errors.Is(s.err, syscall.EAGAIN) {
			t.Errorf("got %v, want the reason", s.err)
		}
	})
}

func TestWorkersAreASnapshot(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		before := s.parent.Workers()
		s.worker(1).end(-9)
		s.at(700 * time.Millisecond)
		after := s.parent.Workers()
		if before[0].PID() != 1 || after[0].PID() != 3 || after[1].PID() != 2 {
			t.Errorf("before %d; after %d and %d; want 1; 3 and 2", before[0].PID(), after[0].PID(), after[1].PID())
		}
	})
}
