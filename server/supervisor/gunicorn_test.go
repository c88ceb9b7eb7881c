//go:build unix

package supervisor_test

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/supervisor"
)

// healthy is a UvicornWorker that takes this long to end.
func healthy(grace time.Duration) func(*actor) {
	return func(a *actor) { a.beats, a.uvicorn, a.grace = true, true, grace }
}

// blocked is a UvicornWorker whose loop is blocked from the start.
func blocked(a *actor) { a.uvicorn = true }

const ms = time.Millisecond

func TestGunicornStopsGracefully(t *testing.T) {
	graceful := func(policy supervisor.Policy, over string) {
		play(t, policy, 2, func(s *stage) {
			s.at(1250 * ms)
			s.forget()
			s.send(syscall.SIGTERM, syscall.SIGTTIN)
			s.finish()
			s.expect("1.2 Handling signal: term", "1.2 unlisten", "1.2 worker 1 gets TERM", "1.2 worker 2 gets TERM",
				over+" Shutting down: Master", over+" exit 0")
		}, healthy(time.Second), healthy(2050*ms))
	}
	graceful(gunicorn201(), "3.4")
	graceful(gunicorn270(), "3.5") // it notices the end at one check, and checks once more
}

func TestGunicornStaggersItsFirstWorkers(t *testing.T) {
	play(t, gunicorn270(), 3, func(s *stage) {
		s.at(time.Second)
		s.expect("0.2 ready [1 2 3]", "0.3 Control socket listening at CTL")
	})
}

func TestGunicornKillsWhoIsLate(t *testing.T) {
	play(t, gunicorn201(), 1, func(s *stage) {
		s.at(time.Second)
		s.forget()
		s.send(syscall.SIGTERM)
		s.finish()
		s.expect("1.0 Handling signal: term", "1.0 unlisten", "1.0 worker 1 gets TERM",
			"4.0 worker 1 gets KILL", "4.0 Shutting down: Master", "4.0 exit 0")
	}, healthy(time.Hour))
}

// UvicornWorker ignores SIGQUIT, and so is killed; then it is stopped once more.
func TestGunicornQuits(t *testing.T) {
	for name, c := range map[string]struct {
		policy       supervisor.Policy
		killed, over string
	}{
		"20.1.0": {gunicorn201(), "4.0 WARNING Worker with pid 1 was terminated due to signal 9", "4.1"},
		"27.0.1": {gunicorn270(), "4.1 ERROR Worker (pid:1) was sent SIGKILL! Perhaps out of memory?", "4.2"},
	} {
		t.Run(name, func(t *testing.T) {
			play(t, c.policy, 1, func(s *stage) {
				s.at(time.Second)
				s.forget()
				s.send(syscall.SIGINT)
				s.finish()
				got := s.sorted()
				want := sorted("1.0 Handling signal: int", "1.0 unlisten", "1.0 worker 1 gets QUIT", "4.0 worker 1 gets KILL",
					"4.0 unlisten", "4.0 worker 1 gets TERM", c.killed, c.over+" Shutting down: Master", c.over+" exit 0")
				same(t, got, want)
			}, healthy(time.Second))
		})
	}
}

func TestASecondSignalHastensTheNewerGunicornOnly(t *testing.T) {
	hastened := func(policy supervisor.Policy, want ...string) {
		play(t, policy, 1, func(s *stage) {
			s.at(time.Second)
			s.forget()
			s.send(syscall.SIGTERM)
			s.at(1250 * ms)
			s.send(syscall.SIGINT)
			s.finish()
			s.expect(append([]string{"1.0 Handling signal: term", "1.0 unlisten", "1.0 worker 1 gets TERM"}, want...)...)
		}, healthy(time.Hour))
	}
	hastened(gunicorn201(), "4.0 worker 1 gets KILL", "4.0 Shutting down: Master", "4.0 exit 0")
	hastened(gunicorn270(), "1.3 Quick shutdown requested", "1.3 worker 1 gets QUIT",
		"3.3 worker 1 gets KILL", "3.3 Shutting down: Master", "3.3 exit 0")
}

func TestGunicornAbortsTheSilent(t *testing.T) {
	play(t, gunicorn270(), 2, func(s *stage) {
		s.at(time.Second)
		s.forget()
		s.at(5 * time.Second)
		s.expect("2.2 CRITICAL WORKER TIMEOUT (pid:2)", "2.2 worker 2 gets ABRT",
			"2.2 WARNING Worker (pid:2) was sent SIGABRT!", "2.2 Control socket listening at CTL", "2.2 ready [1 3]")
	}, healthy(0), blocked, healthy(0))
}

func TestGunicornKillsTheSilentWhoSurvive(t *testing.T) {
	play(t, gunicorn201(), 1, func(s *stage) {
		s.forget()
		s.at(4 * time.Second)
		s.expect("2.1 CRITICAL WORKER TIMEOUT (pid:1)", "2.1 worker 1 gets ABRT", "3.1 worker 1 gets KILL",
			"3.1 WARNING Worker with pid 1 was terminated due to signal 9", "3.1 ready [2]")
	}, func(a *actor) { a.frozen = true }, healthy(0))
}

func TestGunicornReplacesTheDeadAtOnce(t *testing.T) {
	play(t, gunicorn201(), 2, func(s *stage) {
		s.at(1450 * ms)
		s.forget()
		s.worker(1).end(-9)
		s.at(1600 * ms)
		s.expect("1.4 WARNING Worker with pid 1 was terminated due to signal 9", "1.4 ready [2 3]")
		s.worker(2).end(1) // which is not logged
		s.at(2 * time.Second)
		s.expect("1.6 ready [3 4]")
	}, healthy(0), healthy(0), healthy(0), healthy(0))
}

func TestGunicornSaysHowAWorkerExited(t *testing.T) {
	play(t, gunicorn270(), 1, func(s *stage) {
		s.at(1450 * ms)
		s.forget()
		s.worker(1).end(1)
		s.at(1600 * ms)
		s.expect("1.4 ERROR Worker (pid:1) exited with code 1.", "1.4 Control socket listening at CTL", "1.4 ready [2]")
	}, healthy(0), healthy(0))
}

func TestGunicornGrowsAndEndsTheOldest(t *testing.T) {
	play(t, gunicorn201(), 1, func(s *stage) {
		s.at(1050 * ms)
		s.forget()
		s.send(syscall.SIGTTIN)
		s.at(1500 * ms)
		s.expect("1.1 Handling signal: ttin", "1.1 ready [1 2]")
		s.send(syscall.SIGTTOU)
		s.at(4200 * ms)
		s.send(syscall.SIGTTOU) // the last one is kept
		s.at(6 * time.Second)
		s.expect("1.5 Handling signal: ttou", "1.5 worker 1 gets TERM", "1.5 worker 1 gets TERM", "2.5 worker 1 gets TERM",
			"3.5 worker 1 gets TERM", "4.0 ready [2]", "4.2 Handling signal: ttou")
	}, healthy(2500*ms), healthy(0))
}

func TestGunicornReloads(t *testing.T) {
	reload := func(policy supervisor.Policy, want ...string) {
		play(t, policy, 1, func(s *stage) {
			s.at(1050 * ms)
			s.forget()
			s.send(syscall.SIGHUP)
			s.at(1500 * ms)
			s.send(syscall.SIGUSR1)
			s.at(3 * time.Second)
			s.expect(want...)
		}, healthy(720*ms), healthy(0))
	}
	reload(gunicorn201(), "1.1 Handling signal: hup", "1.1 Hang up: Master", "1.1 worker 1 gets TERM", "1.1 worker 1 gets TERM",
		"1.5 Handling signal: usr1", "1.5 worker 1 gets USR1", "1.5 worker 2 gets USR1",
		"1.5 worker 1 gets TERM", "1.8 ready [2]")
	reload(gunicorn270(), "1.1 Handling signal: hup", "1.1 Hang up: Master", "1.1 Control socket listening at CTL",
		"1.1 worker 1 gets TERM", "1.9 ready [2]", "1.9 Handling signal: usr1", "1.9 worker 2 gets USR1")
}

func TestGunicornEndsWithAWorkerThatCannotBoot(t *testing.T) {
	failing := func(policy supervisor.Policy, want ...string) {
		play(t, policy, 2, func(s *stage) {
			s.at(1050 * ms)
			s.forget()
			s.worker(1).end(3)
			s.finish()
			s.expect(want...)
		}, healthy(0), healthy(0))
	}
	failing(gunicorn201(), "1.1 unlisten", "1.1 worker 2 gets TERM", "1.1 Shutting down: Master",
		"1.1 Reason: Worker failed to boot.", "1.1 exit 3")
	failing(gunicorn270(), "1.1 ERROR Worker (pid:1) exited with code 3.", "1.1 unlisten", "1.1 worker 2 gets TERM",
		"1.2 ERROR Shutting down: Master", "1.2 ERROR Reason: Worker failed to boot.", "1.2 exit 3")
}

func TestGunicornForgetsSignalsThatAreTooMany(t *testing.T) {
	many := func(policy supervisor.Policy) int {
		grown := 0
		play(t, policy, 1, func(s *stage) {
			s.at(50 * ms) // during the pause after the first worker
			for range 9 {
				s.send(syscall.SIGTTIN)
			}
			s.at(1500 * ms)
			grown = len(s.actors) - 1
		})
		return grown
	}
	if got := many(gunicorn201()); got != 5 {
		t.Errorf("20.1.0 acts upon %d of 9 signals, want 5", got)
	}
	if got := many(gunicorn270()); got != 9 {
		t.Errorf("27.0.1 acts upon %d of 9 signals, want all", got)
	}
}

func TestAnArbiterThatCannotStartWorkersStopsTheOthers(t *testing.T) {
	play(t, gunicorn201(), 1, func(s *stage) {
		s.at(1050 * ms)
		s.forget()
		s.refuse = errors.New("no memory")
		s.send(syscall.SIGTTIN)
		s.finish()
		s.expect("1.1 Handling signal: ttin", "1.1 unlisten", "1.1 worker 1 gets TERM", "1.1 Shutting down: Master", "1.1 exit 1")
	}, healthy(0))
}

func TestACancelledContextKillsAnArbitersWorkers(t *testing.T) {
	play(t, gunicorn270(), 1, func(s *stage) {
		s.at(time.Second)
		s.forget()
		s.cancel()
		s.finish()
		s.expect("1.0 unlisten", "1.0 worker 1 gets TERM", "1.0 worker 1 gets KILL", "1.0 exit 1")
	}, healthy(time.Hour))
}
