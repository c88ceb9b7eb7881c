package supervisor_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/server/supervisor"
)

func TestHypercorn014WaitsForEveryWorker(t *testing.T) {
	for _, sig := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(sig.String(), func(t *testing.T) {
			play(t, hypercorn014(), 2, func(s *stage) {
				s.expect("0.0 ready [1 2]")
				s.at(time.Second)
				s.send(sig, sig)
				same(t, s.sorted(), sorted("1.0 worker 1 is to stop", "1.0 worker 2 is to stop"))
				s.forget()
				s.finish()
				s.expect("4.0 exit 0")
			}, slow(time.Second), slow(3*time.Second))
		})
	}
}

// Dead workers are not replaced, and after the last of them the parent exits with 0.
func TestHypercorn014EndsWithItsLastWorker(t *testing.T) {
	play(t, hypercorn014(), 2, func(s *stage) {
		s.forget()
		s.worker(1).end(-9)
		s.at(time.Hour)
		s.expect()
		s.worker(2).end(-15)
		s.finish()
		s.expect("3600.0 exit 0")
	})
}

// When the first worker has ended, the others are terminated.
func TestHypercorn018CutsItsWorkersShort(t *testing.T) {
	play(t, hypercorn018(), 2, func(s *stage) {
		s.forget()
		s.send(syscall.SIGTERM)
		s.finish()
		same(t, s.sorted(), sorted("0.0 worker 1 is to stop", "0.0 worker 2 is to stop", "1.0 worker 2 gets TERM", "1.0 exit 0"))
	}, slow(time.Second), slow(3*time.Second))
}

func TestHypercorn018ReplacesAWorkerThatHasEndedWell(t *testing.T) {
	play(t, hypercorn018(), 2, func(s *stage) {
		s.forget()
		s.worker(1).end(0)
		s.expect("0.0 ready [2 3]")
	})
}

func TestHypercorn018EndsWithAWorkerThatHasNot(t *testing.T) {
	play(t, hypercorn018(), 2, func(s *stage) {
		s.forget()
		s.worker(2).end(-9)
		s.finish()
		same(t, s.sorted(), sorted("0.0 worker 1 is to stop", "0.0 worker 1 gets TERM", "0.0 exit 0"))
	}, slow(time.Second))
}

func TestHypercorn018RenewsItsWorkers(t *testing.T) {
	play(t, hypercorn018(), 2, func(s *stage) {
		s.forget()
		s.send(syscall.SIGHUP)
		s.at(4 * time.Second)
		same(t, s.sorted(), sorted("0.0 worker 1 is to stop", "0.0 worker 2 is to stop", "3.0 ready [3 4]"))
	}, slow(time.Second), slow(3*time.Second))
}

func TestHypercornRespawns(t *testing.T) {
	for name, policy := range map[string]supervisor.Policy{"0.14.3": hypercorn014(), "0.18.0": hypercorn018()} {
		t.Run(name, func(t *testing.T) {
			play(t, policy.Respawning(), 2, func(s *stage) {
				s.forget()
				s.worker(1).end(-9)
				s.expect("0.0 ready [2 3]")
				s.worker(2).end(0)
				s.expect("0.0 ready [3 4]")
			})
		})
	}
}
