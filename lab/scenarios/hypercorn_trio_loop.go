package scenarios

import (
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

func trioBlocked() []Scenario {
	return []Scenario{trioBlockedConnected(), trioBlockedFresh(), trioBlockedAccepted(), blockedOthers(""), aside(blockedBacklog(5))}
}

func trioBlockedConnected() Scenario {
	return Scenario{
		Name:   "blocked-connected",
		About:  "Open connections send requests while the loop is blocked, each of which blocks it again: all run in one turn, and their answers wait for its end.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 600 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.ConnectAll(6)
			s.Pause(100 * ms)
			s.Mark()
			clients[0].Get("1")
			s.AwaitStarts(1, patience)
			for i, c := range clients[1:] {
				c.Get(strconv.Itoa(i + 2))
			}
			s.AwaitAll(clients, patience)
			starts := s.Starts()
			s.Exact("the first to start", slices.Concat(starts, []string{"nobody"})[0])
			s.Exact("the others start in the order of arrival or its reverse", inOneOrder(starts))
			s.Near("the first byte of the first came at", 250*ms, clients[0].FirstByteAt())
			s.Near("all but the first answered at", 400*ms, answeredAt(clients[1:])...)
		},
	}
}

// inOneOrder reports whether the numbers after the first are all ascending or all descending.
func inOneOrder(words []string) bool {
	var numbers []int
	for _, w := range words[min(1, len(words)):] {
		n, _ := strconv.Atoi(w)
		numbers = append(numbers, n)
	}
	rising := slices.IsSorted(numbers)
	slices.Reverse(numbers)
	return rising || slices.IsSorted(numbers)
}

func trioBlockedFresh() Scenario {
	return Scenario{
		Name:   "blocked-fresh",
		About:  "Connections made while the loop is blocked: one is accepted per turn, so each blocks a turn of its own.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 500 * ms},
		Play: func(s *Stage) {
			clients := s.blockAndConnect(5)
			s.Exact("waiting in the kernel", s.AcceptQueue())
			s.AwaitAll(clients, patience)
			s.Order("starts", 0, s.Starts())
			s.Near("done at", 250*ms, s.DoneTimes("1", "2", "3", "4", "5", "6")...)
			s.Near("all answered at", 300*ms, slices.Max(answeredAt(clients)))
		},
	}
}

func trioBlockedAccepted() Scenario {
	return Scenario{
		Name:   "blocked-accepted",
		About:  "Twelve connections made while the loop is blocked: when is each accepted?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 500 * ms},
		Play: func(s *Stage) {
			clients := s.blockAndConnect(12)[1:]
			var accepted []time.Duration
			for _, c := range clients {
				accepted = append(accepted, c.AcceptedAt(patience))
			}
			s.Near("the first seven accepted at", 250*ms, accepted[:7]...)
			s.Near("the others accepted at", 600*ms, accepted[7:]...)
		},
	}
}

func trioIdle() []Scenario {
	return []Scenario{
		aside(idleStates("")), aside(idleDefault()), idleAgain(), idleDuringWork(), idleHTTP10(), trioIdleDuringBlock(),
	}
}

func trioIdleDuringBlock() Scenario {
	return Scenario{
		Name:   "idle-during-a-block",
		About:  "The loop is blocked for longer than the keep-alive timeout: a connection that meanwhile sent another request is closed without an answer.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 2 * time.Second, KeepAlive: time.Second},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.ConnectAll(3)
			for _, c := range clients[1:] {
				c.GetPath("/nowhere")
				c.Await(1, patience)
			}
			s.Pause(100 * ms)
			s.Mark()
			clients[0].Get("1")
			s.AwaitStarts(1, patience)
			s.Until(1500 * ms)
			clients[1].GetPath("/elsewhere")
			clients[0].Await(1, patience)
			clients[1].AwaitEnd(time.Second)
			clients[2].AwaitEnd(time.Second)
			s.Exact("answers that the late request gets", len(clients[1].Answers())-1)
			s.Exact("its connection is open", clients[1].Ending() == "open")
			s.Near("its connection ends at", 300*ms, clients[1].EndedAt())
			s.Exact("the silent connection ends", clients[2].Ending())
			s.Near("the silent connection ends at", 300*ms, clients[2].EndedAt())
		},
	}
}

func trioOutOfFiles() Scenario {
	return Scenario{
		Name:   "hardship-no-files",
		About:  "A hundred connections to a process that may open 64 files: what is logged, how often, and do the first connections continue?",
		Server: servers.Config{Mode: threadpool, Sleep: 10 * ms, OpenFiles: 64},
		Kernel: true,
		Play: func(s *Stage) {
			first := s.Connect()
			first.Get("1") // Python opens files at its first request
			first.Await(1, patience)
			s.ConnectAll(100)
			s.Pause(time.Second)
			first.Get("2")
			first.Await(2, patience)
			s.Exact("the first gets", first.Status(1))
			const line = "accept returned EMFILE (Too many open files); retrying in 0.1 seconds"
			s.Exact("the line came more than three times", s.Logged(line) > 3)
			s.Exact("the error", slices.Compact(s.Errors()))
		},
	}
}

func trioDepartures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, trioLeave(how))
	}
	return all
}

func trioLeave(how departure) Scenario {
	return Scenario{
		Name:   "leave-running-" + how.name,
		About:  "A client leaves while its handler runs: what is logged?",
		Server: servers.Config{Mode: threadpool, Sleep: 800 * ms},
		Play: func(s *Stage) {
			clients := s.ConnectAll(2)
			s.Mark()
			clients[0].Get("gone")
			s.AwaitStarts(1, patience)
			s.Until(250 * ms)
			how.leave(clients[0])
			s.Until(400 * ms)
			clients[1].Get("next")
			clients[1].Await(1, patience)
			s.stateDeparture()
		},
	}
}

func trioShutdown() []Scenario { return []Scenario{trioStopInWork(), trioStopBeyondGrace()} }

func trioStopInWork() Scenario {
	return Scenario{
		Name:   "stop-in-work",
		About:  "SIGTERM while requests run: which are answered, and what happens to an idle connection?",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Parent: true,
		Play: func(s *Stage) {
			silent, idle := s.Connect(), s.Connect()
			idle.GetPath("/nowhere")
			idle.Await(1, patience)
			clients := s.Burst(3, 50*ms)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.stateEnds(append(clients, idle, silent), "first", "second", "third", "idle", "silent")
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

func trioStopBeyondGrace() Scenario {
	return Scenario{
		Name:   "stop-beyond-grace",
		About:  "A stop that does not wait for running and queued requests: a thread cannot be interrupted, so its client sees the end only when the thread ends.",
		Server: servers.Config{Mode: threadpool, Sleep: 2500 * ms, GracefulTimeout: time.Second},
		Core:   true,
		Parent: true,
		Play: func(s *Stage) {
			clients := s.Burst(42, 0)
			s.AwaitStarts(40, patience)
			s.Until(400 * ms)
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			endings, ended := map[string]int{}, map[bool][]time.Duration{}
			for i, c := range clients {
				endings[c.Wire()]++
				started := slices.Contains(s.Starts(), strconv.Itoa(i+1))
				ended[started] = append(ended[started], c.EndedAt())
			}
			s.Exact("what the clients got", endings)
			s.Near("in work: ended at", 600*ms, span(ended[true])...)
			s.Near("in line: ended at", 600*ms, span(ended[false])...)
			s.Exact("done", len(s.Dones()))
			s.Exact("access lines", s.Logged(`"GET `))
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

// span is the first and the last of some times.
func span(times []time.Duration) []time.Duration {
	if len(times) == 0 {
		return nil
	}
	return []time.Duration{slices.Min(times), slices.Max(times)}
}
