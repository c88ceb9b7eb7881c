package supervisor_test

import (
	"syscall"
	"testing"
	"time"
)

// slow makes a worker take some time to end, as one with running requests does.
func slow(d time.Duration) func(*actor) { return func(a *actor) { a.grace = d } }

// starting makes a worker take some time to become ready.
func starting(d time.Duration) func(*actor) { return func(a *actor) { a.start = d } }

func TestUvicorn021StopsItsWorkersOneAfterTheOther(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			play(t, uvicorn021(), 2, func(s *stage) {
				s.expect("0.0 Started parent process [P]", "0.0 ready [1 2]")
				s.at(1300 * time.Millisecond)
				s.send(sig)
				s.finish()
				s.expect(
					"1.3 worker 1 gets TERM",
					"4.3 worker 2 gets TERM",
					"6.3 Stopping parent process [P]",
					"6.3 exit 0",
				)
			}, slow(3*time.Second), slow(2*time.Second))
		})
	}
}

func TestUvicorn021HearsNoSecondSignal(t *testing.T) {
	play(t, uvicorn021(), 2, func(s *stage) {
		s.forget()
		s.send(syscall.SIGINT)
		s.at(time.Second)
		s.send(syscall.SIGINT, syscall.SIGTERM)
		s.finish()
		s.expect("0.0 worker 1 gets TERM", "3.0 worker 2 gets TERM", "3.0 Stopping parent process [P]", "3.0 exit 0")
	}, slow(3*time.Second))
}

func TestUvicorn021LeavesDeadWorkersDead(t *testing.T) {
	play(t, uvicorn021(), 2, func(s *stage) {
		s.forget()
		s.worker(1).end(-9)
		s.worker(2).end(1)
		s.at(time.Hour)
		s.expect()
		if got := len(s.parent.Workers()); got != 2 {
			t.Errorf("the parent knows %d workers, want 2", got)
		}
		s.send(syscall.SIGTERM)
		s.finish()
		s.expect("3600.0 Stopping parent process [P]", "3600.0 exit 0")
	})
}

func TestUvicorn021NeverPings(t *testing.T) {
	play(t, uvicorn021(), 2, func(s *stage) {
		s.forget()
		s.at(time.Hour)
		s.expect()
	}, func(a *actor) { a.frozen = true })
}

func TestUvicorn021RespawningReplacesTheDeadAndStaysPrompt(t *testing.T) {
	play(t, uvicorn021().Respawning(), 2, func(s *stage) {
		s.forget()
		s.at(700 * time.Millisecond)
		s.worker(1).end(-9)
		s.worker(2).end(3)
		s.at(2200 * time.Millisecond)
		s.expect("1.0 Child process [1] died", "1.0 Child process [2] died", "1.0 ready [3 4]")
		s.send(syscall.SIGTERM)
		s.finish()
		s.expect("2.2 worker 3 gets TERM", "2.2 worker 4 gets TERM", "2.2 Stopping parent process [P]", "2.2 exit 0")
	})
}

func TestReadyIsToldOnceEveryWorkerIs(t *testing.T) {
	play(t, uvicorn021(), 3, func(s *stage) {
		s.at(time.Minute)
		s.expect("0.0 Started parent process [P]", "2.0 ready [1 2 3]")
	}, nil, starting(2*time.Second), starting(time.Second))
}

func TestReadyIsNotToldWhenOneHasDied(t *testing.T) {
	play(t, uvicorn021(), 2, func(s *stage) {
		s.at(time.Second)
		s.worker(1).end(-9)
		s.at(time.Minute)
		s.expect("0.0 Started parent process [P]")
	}, nil, starting(2*time.Second))
}
