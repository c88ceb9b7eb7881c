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

func hypercornStopping() []Scenario {
	all := []Scenario{stopLateBody(), stopPipelined(""), stopGraceful(threadpool), stopGraceful(awaiting), stopStuck()}
	for _, sig := range []stopSignal{{"sigterm", syscall.SIGTERM}, {"sigint", syscall.SIGINT}} {
		all = append(all, stopIdle(sig), stopInWork(sig, threadpool), stopInWork(sig, awaiting))
	}
	return append(all, stopTwice(stopSignal{"sigterm", syscall.SIGTERM}, threadpool))
}

// stopGraceful has requests that take longer than the time allowed for a graceful stop.
func stopGraceful(mode string) Scenario {
	return Scenario{
		Name:   "stop-graceful-timeout-" + mode,
		About:  "Requests that take longer than the time allowed for a graceful stop: what do they get, and when has the process ended?",
		Server: servers.Config{Mode: mode, Limit: 1, Sleep: 3 * time.Second, GracefulTimeout: time.Second},
		Play: func(s *Stage) {
			clients := s.Burst(2, 50*ms)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 1600*ms, after) // how long Python takes to exit varies
			s.stateEnds(clients, "first", "second")
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

// stopStuck stops while the request of a client that has left runs.
func stopStuck() Scenario {
	return Scenario{
		Name:   "stop-with-departed",
		About:  "A stop while one request runs and one is queued, and the clients of both have left.",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 800 * ms},
		Play: func(s *Stage) {
			clients := s.Burst(2, 50*ms)
			s.Until(200 * ms)
			clients[0].Leave()
			clients[1].Reset()
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 1600*ms, after) // how long Python takes to exit varies
			s.Exact("started", s.Starts())
			s.apart()
		},
	}
}

func hypercornWorkers() []Scenario {
	return []Scenario{
		workersStop(), workersBusyStop(), oneKilled(syscall.SIGKILL), oneKilled(syscall.SIGTERM), workersBlocked(),
		parentSignal(stopSignal{"sighup", syscall.SIGHUP}), parentSignal(stopSignal{"sigquit", syscall.SIGQUIT}), maxRequests(),
	}
}

// workersStop shows the log lines of two workers.
func workersStop() Scenario {
	return Scenario{
		Name:   "workers-lines",
		About:  "Two workers start and stop: the log lines, the exit status and the time it takes.",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Parent: true,
		Play: func(s *Stage) {
			s.Pause(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 1600*ms, after) // how long Python takes to exit varies
			s.Lines("stderr, sorted", s.SortedLog(driver.Stderr))
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

// workersBusyStop stops two workers, one of which is idle.
func workersBusyStop() Scenario {
	return Scenario{
		Name:   "workers-stop-one-busy",
		About:  "A stop while one of two workers runs a request: does the end of the other worker interrupt it?",
		Server: servers.Config{Mode: threadpool, Sleep: 1500 * ms, Workers: 2},
		Parent: true,
		Play: func(s *Stage) {
			c := s.Connect()
			s.Mark()
			c.Get("1")
			s.AwaitStarts(1, patience)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 1600*ms, after) // how long Python takes to exit varies
			s.Exact("in work: end", c.Wire())
		},
	}
}

// oneKilled ends one of two workers.
func oneKilled(sig syscall.Signal) Scenario {
	name := map[syscall.Signal]string{syscall.SIGKILL: "sigkill", syscall.SIGTERM: "sigterm"}[sig]
	return Scenario{
		Name:   "workers-one-" + name,
		About:  "One of two workers is ended by " + name + ": is it replaced, does the other continue, does the parent survive?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, Workers: 2},
		Parent: true,
		Play: func(s *Stage) {
			pids := s.Workers()
			if len(pids) < 2 {
				s.Exact("workers", len(pids))
				return
			}
			s.KillPid(pids[0], sig)
			s.Pause(1500 * ms)
			c, how := s.TryConnect(500 * ms)
			s.Exact("a connection afterwards is", how)
			c.Get("1")
			c.Await(1, time.Second)
			s.Exact("and gets", c.Status(0))
			s.Exact("workers ever", len(s.Workers()))
			exit, _ := s.AwaitExit(500 * ms)
			s.Exact("exit", exit)
			if exit != "still running" {
				return
			}
			s.KillPid(pids[1], sig)
			exit, after := s.AwaitExit(3 * time.Second)
			s.Exact("exit when the other is ended as well", exit)
			s.Near("after", 900*ms, min(after, 10*time.Second))
		},
	}
}

// parentSignal sends a signal to the parent of one worker while a request runs.
func parentSignal(sig stopSignal) Scenario {
	return Scenario{
		Name:   "parent-" + sig.name,
		About:  "The parent of one worker gets " + sig.name + " while a request runs: which requests are answered, and by which process afterwards?",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Parent: true,
		Play: func(s *Stage) {
			idle, c := s.Connect(), s.Connect()
			idle.GetPath("/nowhere")
			idle.Await(1, patience)
			before := s.Workers()
			s.Mark()
			c.Get("1")
			s.AwaitStarts(1, patience)
			s.Signal(sig.signal)
			late, how := s.TryConnect(300 * ms)
			s.Exact("a late connection is", how)
			late.Get("late")
			c.Await(1, 3*time.Second)
			s.Exact("in work", c.Status(0))
			late.Await(1, 5*time.Second)
			s.Exact("late", late.Status(0))
			s.Exact("idle", idle.Wire())
			s.Pause(2500 * ms) // how long Python takes to start varies
			exit, _ := s.AwaitExit(100 * ms)
			s.Exact("exit", exit)
			s.Exact("workers ever", len(s.Workers()))
			for _, pid := range slices.Concat(before, s.Workers()) { // the workers, now orphans
				if exit != "still running" {
					_ = s.venue.SignalPid(pid, syscall.SIGKILL)
				}
			}
		},
	}
}

// maxRequests is a worker that ends after a number of requests.
func maxRequests() Scenario {
	return Scenario{
		Name:     "max-requests",
		About:    "A worker limited to two requests: which request ends it, which are answered, and what follows?",
		Server:   servers.Config{Mode: threadpool, Sleep: 50 * ms, LimitMaxRequests: 2},
		Vintages: []string{servers.VintageCurrent},
		Parent:   true,
		Play: func(s *Stage) {
			c := s.Connect()
			for i := range 3 {
				c.Get(fmt.Sprint(i + 1))
				c.Await(i+1, patience)
			}
			c.AwaitEnd(patience)
			s.Exact("the connection", c.Wire())
			late := s.Connect()
			late.Get("late")
			late.Await(1, patience)
			s.Exact("a later one gets", late.Status(0))
			s.Exact("workers ever", len(s.Workers()))
			exit, _ := s.AwaitExit(100 * ms)
			s.Exact("exit", exit)
		},
	}
}

// apart states the lines of the application and of the access log separately: if the client has left,
// the interpreter lock decides whether the access line or the next request's first line is written
// first.
func (s *Stage) apart() {
	var program, access []string
	for _, line := range s.Log(driver.Stdout) {
		if strings.Contains(line, " request id[") {
			program = append(program, line)
		} else {
			access = append(access, line)
		}
	}
	s.Lines("lines of the program", program)
	s.Lines("access lines", access)
}

// stateApart is stateDeparture with the two logs stated separately.
func (s *Stage) stateApart() {
	s.Pause(150 * ms)
	s.apart()
	s.Lines("stderr after the start", s.AfterStart())
	s.Lines("errors in the log", s.Errors())
}
