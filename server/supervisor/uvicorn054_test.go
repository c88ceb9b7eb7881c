//go:build unix

package supervisor_test

import (
	"syscall"
	"testing"
	"time"
)

func TestUvicorn054StopsItsWorkersTogetherAtTheNextPoll(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.expect("0.0 Started parent process [P]", "0.0 ready [1 2]")
		s.at(700 * time.Millisecond)
		s.send(syscall.SIGTERM)
		s.at(1200 * time.Millisecond)
		s.send(syscall.SIGTERM, syscall.SIGINT)
		s.finish()
		s.expect(
			"1.0 Received SIGTERM, exiting.",
			"1.0 worker 1 gets TERM",
			"1.0 Terminated child process [1]",
			"1.0 worker 2 gets TERM",
			"1.0 Terminated child process [2]",
			"1.0 Waiting for child process [1]",
			"4.0 Waiting for child process [2]",
			"4.0 Stopping parent process [P]",
			"4.0 exit 0",
		)
	}, slow(3*time.Second), slow(2*time.Second))
}

func TestUvicorn054ReplacesTheDead(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.forget()
		s.at(700 * time.Millisecond)
		s.worker(1).end(-9)
		s.worker(2).end(0)
		s.at(5 * time.Second)
		s.expect(
			"1.0 Waiting for child process [1]",
			"1.0 Child process [1] died",
			"1.0 Waiting for child process [2]",
			"1.0 Child process [2] died",
			"1.4 ready [3 4]",
		)
	}, nil, nil, starting(400*time.Millisecond))
}

func TestUvicorn054TerminatesOnlyThoseThatRun(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.forget()
		s.send(syscall.SIGINT)
		s.worker(1).end(-15)
		s.finish()
		s.expect(
			"0.5 Received SIGINT, exiting.",
			"0.5 worker 2 gets TERM",
			"0.5 Terminated child process [2]",
			"0.5 Waiting for child process [1]",
			"0.5 Waiting for child process [2]",
			"0.5 Stopping parent process [P]",
			"0.5 exit 0",
		)
	})
}

func TestUvicorn054KillsAWorkerThatDoesNotAnswerAndIsDeafMeanwhile(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.forget()
		s.at(time.Second)
		s.send(syscall.SIGTERM)
		s.finish()
		s.expect(
			"5.5 worker 1 gets KILL",
			"5.5 Waiting for child process [1]",
			"5.5 Child process [1] died",
			"5.5 ready [3 2]",
			"6.0 Received SIGTERM, exiting.",
			"6.0 worker 3 gets TERM",
			"6.0 Terminated child process [3]",
			"6.0 worker 2 gets TERM",
			"6.0 Terminated child process [2]",
			"6.0 Waiting for child process [3]",
			"6.0 Waiting for child process [2]",
			"6.0 Stopping parent process [P]",
			"6.0 exit 0",
		)
	}, func(a *actor) { a.frozen = true })
}

func TestUvicorn054WaitsOutThePingOfAWorkerThatDiesUnderIt(t *testing.T) {
	play(t, uvicorn054(), 1, func(s *stage) {
		s.forget()
		s.at(time.Second)
		s.worker(1).end(1)
		s.at(6 * time.Second)
		s.expect("5.5 Waiting for child process [1]", "5.5 Child process [1] died", "5.5 ready [2]")
	}, func(a *actor) { a.frozen = true })
}

func TestUvicorn054StopsWhenAWorkerCannotStart(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.forget()
		s.worker(1).end(3)
		s.finish()
		s.expect(
			"0.5 Waiting for child process [1]",
			"0.5 ERROR Child process [1] failed to start, stopping the parent process.",
			"0.5 worker 2 gets TERM",
			"0.5 Terminated child process [2]",
			"0.5 Waiting for child process [1]",
			"0.5 Waiting for child process [2]",
			"0.5 Stopping parent process [P]",
			"0.5 exit 0",
		)
	})
}

func TestUvicorn054RestartsItsWorkersOneByOne(t *testing.T) {
	play(t, uvicorn054(), 2, func(s *stage) {
		s.forget()
		s.send(syscall.SIGHUP)
		s.at(2 * time.Second)
		s.send(syscall.SIGTERM) // handled only after the restart
		s.at(5 * time.Second)
		s.expect(
			"0.5 Received SIGHUP, restarting processes.",
			"0.9 worker 1 gets TERM",
			"0.9 Terminated child process [1]",
			"0.9 Waiting for child process [1]",
			"3.9 ready [3 2]",
			"4.0 worker 2 gets TERM",
			"4.0 Terminated child process [2]",
			"4.0 Waiting for child process [2]",
			"4.0 ready [3 4]",
			"4.5 Received SIGTERM, exiting.",
			"4.5 worker 3 gets TERM",
			"4.5 Terminated child process [3]",
			"4.5 worker 4 gets TERM",
			"4.5 Terminated child process [4]",
			"4.5 Waiting for child process [3]",
			"4.5 Waiting for child process [4]",
			"4.5 Stopping parent process [P]",
			"4.5 exit 0",
		)
	}, slow(3*time.Second), nil, starting(350*time.Millisecond), starting(50*time.Millisecond))
}

func TestUvicorn054GivesUpARestart(t *testing.T) {
	tests := []struct {
		name    string
		fresh   func(*actor)
		seconds time.Duration
		want    []string
	}{
		{
			name:  "a replacement that is not ready in time",
			fresh: starting(time.Minute),
			want: []string{
				"0.5 Received SIGHUP, restarting processes.",
				"5.5 worker 3 gets KILL",
				"5.5 Waiting for child process [3]",
				"5.5 ERROR New child process [3] was not ready in time; keeping worker [1] and aborting the restart.",
			},
		},
		{
			name: "a replacement that ends",
			fresh: func(a *actor) {
				a.start = time.Minute
				time.AfterFunc(230*time.Millisecond, func() { a.once.Do(func() { close(a.gone) }) })
			},
			want: []string{
				"0.5 Received SIGHUP, restarting processes.",
				"0.8 Waiting for child process [3]",
				"0.8 ERROR New child process [3] was not ready in time; keeping worker [1] and aborting the restart.",
			},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			play(t, uvicorn054(), 2, func(s *stage) {
				s.forget()
				s.send(syscall.SIGHUP)
				s.at(time.Minute)
				s.expect(test.want...)
			}, nil, nil, test.fresh)
		})
	}
}

func TestUvicorn054ExitsBeforeARestartOfTheSameMoment(t *testing.T) {
	play(t, uvicorn054(), 1, func(s *stage) {
		s.forget()
		s.send(syscall.SIGTERM, syscall.SIGHUP)
		s.finish()
		s.expect(
			"0.5 Received SIGTERM, exiting.",
			"0.5 Received SIGHUP, restarting processes.",
			"0.5 worker 1 gets TERM",
			"0.5 Terminated child process [1]",
			"0.5 Waiting for child process [1]",
			"0.5 Stopping parent process [P]",
			"0.5 exit 0",
		)
	})
}

func TestUvicorn054GrowsAndShrinks(t *testing.T) {
	play(t, uvicorn054(), 1, func(s *stage) {
		s.forget()
		s.send(syscall.SIGTTIN, syscall.SIGTTIN, syscall.SIGTTOU)
		s.at(700 * time.Millisecond)
		s.expect(
			"0.5 Received SIGTTIN, increasing the number of processes.",
			"0.5 Received SIGTTIN, increasing the number of processes.",
			"0.5 Received SIGTTOU, decreasing number of processes.",
			"0.5 worker 3 gets TERM",
			"0.5 Terminated child process [3]",
			"0.5 Waiting for child process [3]",
			"0.5 ready [1 2]",
		)
		s.send(syscall.SIGTTOU, syscall.SIGTTOU)
		s.at(1200 * time.Millisecond)
		s.expect(
			"1.0 Received SIGTTOU, decreasing number of processes.",
			"1.0 ready [1]",
			"1.0 worker 2 gets TERM",
			"1.0 Terminated child process [2]",
			"1.0 Waiting for child process [2]",
			"1.0 Received SIGTTOU, decreasing number of processes.",
			"1.0 Already reached one process, cannot decrease the number of processes anymore.",
		)
	}, nil, starting(1), starting(1))
}

func TestUvicorn054IgnoresTheOtherSignals(t *testing.T) {
	play(t, uvicorn054(), 1, func(s *stage) {
		s.forget()
		s.send(syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2, syscall.SIGWINCH, syscall.SIGCONT)
		s.at(time.Hour)
		s.expect()
	})
}
