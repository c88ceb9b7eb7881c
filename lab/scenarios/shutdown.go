package scenarios

import (
	"fmt"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// shutdown shows how a server ends: what each client gets, what is logged, the exit status, and how
// fast.
func shutdown() []Scenario {
	all := []Scenario{stopHup(), stopKill(), stopLateBody(), gracefulEnough()}
	for _, sig := range []stopSignal{{"sigterm", syscall.SIGTERM}, {"sigint", syscall.SIGINT}} {
		all = append(all, stopIdle(sig))
		for _, mode := range []string{threadpool, awaiting} {
			all = append(all, stopInWork(sig, mode))
			all = append(all, forParsers(func(string) Scenario { return stopTwice(sig, mode) })...)
		}
	}
	for _, mode := range []string{threadpool, awaiting} {
		all = append(all, forParsers(func(string) Scenario { return gracefulTimeout(mode) })...)
	}
	return append(all, forParsers(stopPipelined)...)
}

// stopSignal is a signal and its name.
type stopSignal struct {
	name   string
	signal syscall.Signal
}

func stopIdle(sig stopSignal) Scenario {
	return Scenario{
		Name:   "stop-idle-" + sig.name,
		About:  "A signal while no request runs: one connection is idle after an answer, one silent, one has sent half a request.",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.ConnectAll(3)
			clients[0].Get("1")
			clients[0].Await(1, patience)
			clients[2].Send("GET / HTTP/1.1\r\nHo")
			s.Pause(200 * ms)
			s.Mark()
			s.Signal(sig.signal)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 900*ms, after)
			s.stateEnds(clients, "idle", "silent", "half a request")
			s.Lines("stderr", s.Log(driver.Stderr))
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

func stopInWork(sig stopSignal, mode string) Scenario {
	return Scenario{
		Name:   "stop-in-work-" + sig.name + "-" + mode,
		About:  "A signal with requests running and queued: which are answered, and what happens to an idle connection and to a later one?",
		Server: servers.Config{Mode: mode, Limit: 2, Sleep: time.Second},
		Core:   true,
		Play: func(s *Stage) {
			silent, idle := s.Connect(), s.Connect()
			idle.GetPath("/nowhere")
			idle.Await(1, patience)
			clients := s.Burst(3, 50*ms)
			s.Until(300 * ms)
			s.Signal(sig.signal)
			s.Until(700 * ms)
			_, late := s.TryConnect(300 * ms)
			s.Exact("a late connection is", late)
			clients[0].AwaitEnd(patience)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 900*ms, after)
			s.stateEnds(append(clients, idle, silent), "first", "second", "third", "idle", "silent")
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

func stopTwice(sig stopSignal, mode string) Scenario {
	return Scenario{
		Name:   "stop-twice-" + sig.name + "-" + mode,
		About:  "The same signal again while requests run: what do they get, and when has the process ended?",
		Server: servers.Config{Mode: mode, Limit: 2, Sleep: 3 * time.Second},
		Core:   mode == threadpool,
		Play: func(s *Stage) {
			idle := s.Connect()
			idle.GetPath("/nowhere")
			idle.Await(1, patience)
			clients := s.Burst(3, 50*ms)
			s.Until(400 * ms)
			s.Signal(sig.signal)
			s.Until(900 * ms)
			s.Signal(sig.signal)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after the second", 900*ms, after)
			s.stateEnds(append(clients, idle), "first", "second", "third", "idle")
			s.Lines("stderr after the start, sorted", s.SortedAfterStart())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func stopHup() Scenario {
	return Scenario{
		Name:   "stop-sighup",
		About:  "SIGHUP to a server without workers of its own.",
		Server: servers.Config{Mode: threadpool, Sleep: 500 * ms},
		Play: func(s *Stage) {
			c := s.Connect()
			c.Get("1")
			s.AwaitStarts(1, patience)
			s.Signal(syscall.SIGHUP)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 300*ms, after)
			s.Exact("the client", c.Wire())
		},
	}
}

func stopKill() Scenario {
	return Scenario{
		Name:   "stop-sigkill",
		About:  "The server is killed with one request running, an idle and a silent connection.",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Play: func(s *Stage) {
			clients := s.ConnectAll(3)
			clients[0].Get("1")
			clients[1].GetPath("/nowhere")
			s.AwaitStarts(1, patience)
			clients[1].Await(1, patience)
			s.Signal(syscall.SIGKILL)
			exit, _ := s.AwaitExit(patience)
			s.Pause(100 * ms)
			s.Exact("exit", exit)
			s.stateEnds(clients, "in work", "idle", "silent")
		},
	}
}

func stopLateBody() Scenario {
	return Scenario{
		Name:   "stop-late-body",
		About:  "The body of a running request is completed only after the signal.",
		Server: servers.Config{Mode: threadpool, Sleep: 1200 * ms},
		Play: func(s *Stage) {
			c := s.Connect()
			s.Mark()
			c.Send("GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 4\r\n\r\nab")
			s.AwaitStarts(1, patience)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			s.Until(600 * ms)
			c.SendMore("cd")
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 900*ms, after)
			s.stateEnds([]*Client{c}, "with a body that came late")
		},
	}
}

func stopPipelined(string) Scenario {
	return Scenario{
		Name:   "stop-pipelined",
		About:  "A signal while the first of three pipelined requests runs: are the other two answered?",
		Server: servers.Config{Mode: threadpool, Sleep: 700 * ms},
		Play: func(s *Stage) {
			c := s.Connect()
			s.Mark()
			c.Get("1")
			c.Get("2")
			c.Get("3")
			s.AwaitStarts(1, patience)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 900*ms, after)
			s.stateEnds([]*Client{c}, "pipelined")
			s.Order("starts", 0, s.Starts())
		},
	}
}

func gracefulTimeout(mode string) Scenario {
	return Scenario{
		Name:     "stop-graceful-timeout-" + mode,
		About:    "Requests that take longer than the time allowed for a graceful stop: what do they get?",
		Server:   servers.Config{Mode: mode, Limit: 1, Sleep: 3 * time.Second, GracefulTimeout: time.Second},
		Vintages: []string{servers.VintageCurrent},
		Core:     mode == threadpool,
		Play: func(s *Stage) {
			clients := s.Burst(2, 50*ms)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 900*ms, after)
			s.stateEnds(clients, "first", "second")
			s.Lines("stderr after the start, sorted", s.SortedAfterStart())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func gracefulEnough() Scenario {
	return Scenario{
		Name:     "stop-graceful-in-time",
		About:    "A graceful stop with enough time.",
		Server:   servers.Config{Mode: threadpool, Sleep: time.Second, GracefulTimeout: 5 * time.Second},
		Vintages: []string{servers.VintageCurrent},
		Play: func(s *Stage) {
			clients := s.Burst(2, 50*ms)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 900*ms, after)
			s.stateEnds(clients, "first", "second")
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

// stateEnds states for each client what it got and when its connection ended.
func (s *Stage) stateEnds(clients []*Client, names ...string) {
	for i, name := range names {
		s.Exact(name, clients[i].Wire())
		s.Near(fmt.Sprintf("%s: ended at", name), 400*ms, clients[i].EndedAt())
	}
}
