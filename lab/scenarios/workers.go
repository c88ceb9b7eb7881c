package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// workers shows several processes that share one listening socket.
func workers() []Scenario {
	all := []Scenario{workersLines(), workersCounters(), workersBlocked(), workersPool(), workersSpread(), workersKilled(), workersAllKilled(), workersInWork()}
	for _, sig := range []stopSignal{{"sighup", syscall.SIGHUP}, {"sigttin", syscall.SIGTTIN}, {"sigttou", syscall.SIGTTOU}} {
		all = append(all, workersSignal(sig))
	}
	return all
}

func workersLines() Scenario {
	return Scenario{
		Name:   "workers-lines",
		About:  "Two workers start and stop: the log lines (their order varies), the exit status and the time it takes.",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Core:   true,
		Play: func(s *Stage) {
			s.Pause(700 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 1400*ms, after)
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
			s.Lines("first lines", s.Log(driver.Stderr)[:min(2, len(s.Log(driver.Stderr)))])
		},
	}
}

func workersCounters() Scenario {
	return Scenario{
		Name:   "workers-counters",
		About:  "Each worker counts its own requests from one.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 600 * ms, Workers: 2},
		Core:   true,
		Play: func(s *Stage) {
			s.blockBoth()
			s.AwaitDones(len(s.Starts()), patience)
			s.Exact("requests that are number one", s.Logged(": #1 processing"))
		},
	}
}

func workersBlocked() Scenario {
	return Scenario{
		Name:   "workers-blocked",
		About:  "Both workers are blocked and six connections wait in the kernel: how are they divided when the first worker is free?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 800 * ms, Workers: 2},
		Core:   true,
		Play: func(s *Stage) {
			s.blockBoth()
			s.Mark()
			clients := make([]*Client, 6)
			for i := range clients {
				clients[i] = s.Connect()
				clients[i].Get(fmt.Sprint(i + 1))
			}
			s.AwaitAll(clients, 15*time.Second)
			perPid := map[string]int{}
			pids := s.StartPids()
			for _, pid := range pids[len(pids)-len(clients):] {
				perPid[pid]++
			}
			busiest := 0
			for _, n := range perPid {
				busiest = max(busiest, n)
			}
			s.Share("part that the busier one takes", 0.26, busiest, len(clients))
			s.Near("all answered at", 1700*ms, slices.Max(answeredAt(clients)))
			s.Exact("answers", tally(clients))
		},
	}
}

// blockBoth sends requests until each of two workers is blocked by one.
func (s *Stage) blockBoth() {
	for range 20 {
		if pids := slices.Compact(slices.Sorted(slices.Values(s.StartPids()))); len(pids) == 2 && len(s.Starts())-len(s.Dones()) == 2 {
			return
		}
		c := s.Connect()
		c.Get("block")
		s.Pause(120 * ms)
	}
}

func workersPool() Scenario {
	return Scenario{
		Name:   "workers-pool-each",
		About:  "Each worker has its own pool, and the limit applies to each.",
		Server: servers.Config{Mode: threadpool, Limit: 3, Sleep: 700 * ms, Workers: 2},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(24, 0)
			s.AwaitAll(clients, 15*time.Second)
			s.Exact("most at once in one worker", s.Ceiling())
			s.Exact("answers", tally(clients))
		},
	}
}

func workersSpread() Scenario {
	return Scenario{
		Name:   "workers-spread",
		About:  "Forty connections 25 ms apart over two idle workers: what share does the busier one take?",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, Workers: 2},
		Alone:  true,
		Play: func(s *Stage) {
			for range 40 {
				c := s.Connect()
				c.Get("1")
				c.Await(1, patience)
				c.Leave()
				s.Pause(25 * ms)
			}
			perPid := map[string]int{}
			for _, pid := range s.StartPids() {
				perPid[pid]++
			}
			busiest := 0
			for _, n := range perPid {
				busiest = max(busiest, n)
			}
			s.Share("part that the busier one takes", 0.2, busiest, 40)
		},
	}
}

func workersKilled() Scenario {
	return Scenario{
		Name:   "workers-one-killed",
		About:  "One of two workers is killed: is it replaced, what is logged, which worker answers?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Core:   true,
		Play: func(s *Stage) {
			s.KillPid(s.Workers()[0], syscall.SIGKILL)
			s.AwaitRest(3*time.Second, 20*time.Second)
			clients := s.Burst(5, 50*ms)
			s.AwaitAll(clients, patience)
			s.Exact("answers", tally(clients))
			s.Exact("workers started", len(s.Workers()))
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}

func workersAllKilled() Scenario {
	return Scenario{
		Name:   "workers-all-killed",
		About:  "Both workers are killed: does the parent end, and what does a client get?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Play: func(s *Stage) {
			for _, pid := range s.Workers() {
				s.KillPid(pid, syscall.SIGKILL)
			}
			s.Pause(4 * time.Second)
			c, how := s.TryConnect(500 * ms)
			c.Get("1")
			c.Await(1, time.Second)
			s.Exact("a connection is", how)
			s.Exact("and gets", c.Status(0))
			s.Exact("workers started", len(s.Workers()))
			exit, _ := s.AwaitExit(500 * ms)
			s.Exact("the parent", exit)
		},
	}
}

func workersInWork() Scenario {
	return Scenario{
		Name:   "workers-stop-in-work",
		About:  "SIGTERM to the parent while requests run: all are answered, and then it ends.",
		Server: servers.Config{Mode: threadpool, Sleep: 3 * time.Second, Workers: 2},
		Play: func(s *Stage) {
			clients := s.Burst(8, 20*ms)
			s.Until(600 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 1400*ms, after)
			s.Exact("answers", tally(clients))
			s.Exact("lines of stopping", strings.Count(strings.Join(s.AfterStart(), "\n"), "Shutting down"))
		},
	}
}

func workersSignal(sig stopSignal) Scenario {
	return Scenario{
		Name:   "workers-" + sig.name,
		About:  "A signal to the parent that may change the number of its workers: which workers are alive, which answer, what is logged?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Core:   sig.name == "sighup",
		Play: func(s *Stage) {
			s.Pause(700 * ms)
			s.Signal(sig.signal)
			s.AwaitRest(3*time.Second, 20*time.Second)
			c, how := s.TryConnect(500 * ms)
			c.Get("1")
			c.Await(1, time.Second)
			s.Exact("a connection is", how)
			s.Exact("and gets", c.Status(0))
			s.Exact("workers started", len(s.Workers()))
			exit, _ := s.AwaitExit(300 * ms)
			s.Exact("the parent", exit)
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
		},
	}
}
