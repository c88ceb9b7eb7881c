package scenarios

import (
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// programInterpreter shows what waits for the interpreter while something computes.
func programInterpreter() []Scenario {
	return append([]Scenario{
		interpreterBeside("program-interpreter-threads", "Four threads compute for 0.4 s each: when is each answered, and when a request to the loop?",
			300*ms, "/cpu", "/cpu", "/cpu", "/cpu"),
		interpreterBeside("program-interpreter-loop", "A coroutine computes for 0.6 s: when is another one answered?", 300*ms, "/async"),
		interpreterBeside("program-interpreter-kept", "C code in a thread keeps the lock for 0.7 s: when is a coroutine answered?", 150*ms, "/gil"),
		interpreterSlept("program-interpreter-blocked", "A call blocks the loop: does a thread go on that has slept?", "/blocks"),
		interpreterSlept("program-interpreter-slept", "C code on the loop keeps the lock: when does a thread go on that has slept?", "/keeps"),
		interpreterHealth(), interpreterBurst(),
	}, interpreterPings()...)
}

// interpreterBeside has clients request each path and, 100 ms later, one request what needs no time.
func interpreterBeside(name, about string, tolerance time.Duration, paths ...string) Scenario {
	return Scenario{
		Name: name, About: about, Server: playing("interpreter", 0), Alone: true,
		Play: func(s *Stage) {
			clients := s.BurstOf(0, paths...)
			asks := s.Connect()
			s.Until(100 * ms)
			asks.GetPath("/health")
			s.AwaitAll(append(clients, asks), patience)
			answered := answeredAt(clients)
			slices.Sort(answered)
			s.Near("answered at", tolerance, answered...)
			s.Near("without computing", tolerance, asks.AnsweredAt(0))
			s.Lines("statuses", statuses(append(clients, asks)))
		},
	}
}

// interpreterSlept has a thread sleep twice while something holds up the loop.
func interpreterSlept(name, about, path string) Scenario {
	return Scenario{
		Name: name, About: about, Server: playing("interpreter", 0), Alone: true,
		Play: func(s *Stage) {
			clients := s.BurstOf(60*ms, "/naps", path)
			s.AwaitAll(clients, patience)
			s.Near("lines at", 100*ms, s.SaidAt("naps", "rises")...)
			s.Near("answered at", 150*ms, answeredAt(clients)...)
		},
	}
}

func interpreterHealth() Scenario {
	return Scenario{
		Name:   "program-interpreter-health",
		About:  "Eight threads compute: how long does a request to the loop take in the median?",
		Server: playing("interpreter", 0), Alone: true,
		Play: func(s *Stage) {
			s.BurstOf(0, slices.Repeat([]string{"/long-cpu"}, 8)...)
			asks := s.Connect()
			var took []time.Duration
			for i := range 40 {
				s.Pause(50 * ms)
				before := s.Since(s.venue.Now())
				asks.GetPath("/health")
				asks.Await(i+1, patience)
				took = append(took, asks.AnsweredAt(i)-before)
			}
			slices.Sort(took)
			s.Near("median", 80*ms, took[len(took)/2])
		},
	}
}

func interpreterBurst() Scenario {
	return Scenario{
		Name:   "program-interpreter-burst",
		About:  "Sixteen threads compute for 0.1 s each: when are half of them answered, and when the last?",
		Server: playing("interpreter", 0), Alone: true,
		Play: func(s *Stage) {
			clients := s.BurstOf(0, slices.Repeat([]string{"/short"}, 16)...)
			s.AwaitAll(clients, patience)
			answered := answeredAt(clients)
			slices.Sort(answered)
			s.Near("half and last", 400*ms, answered[len(answered)/2], answered[len(answered)-1])
		},
	}
}

// interpreterPings shows which workers the parent takes for dead.
func interpreterPings() []Scenario {
	var all []Scenario
	for _, path := range []string{"gil", "sleep", "cpu"} {
		all = append(all, Scenario{
			Name:   "program-interpreter-ping-" + path,
			About:  "A thread of one of two workers is busy for longer than the parent waits for an answer to its ping: is the worker killed?",
			Server: servers.Config{Program: "interpreter", Workers: 2}, Parent: true,
			Play: func(s *Stage) {
				s.Pause(500 * ms)
				c := s.Connect()
				s.Mark()
				c.GetPath("/long-" + path)
				c.Await(1, 30*time.Second)
				s.Exact("answer", c.Status(0))
				if path != "cpu" { // which takes longer when the machine is busy
					s.Near("ended or answered at", 900*ms, max(c.EndedAt(), c.AnsweredAt(0)))
				}
				s.Pause(time.Second)
				s.Exact("workers that died", s.Logged("] died"))
				s.Exact("workers that started", s.Logged("Started server process"))
			},
		})
	}
	return all
}

// programsComputing shows the same on servers with threads.
func programsComputing() Topic {
	return Topic{"programs: the interpreter", []Scenario{
		{
			Name:   "program-computing-threads",
			About:  "Three functions compute for 0.3 s each: when is each answered?",
			Server: playing("computing", 0), Alone: true,
			Play: func(s *Stage) {
				clients := s.BurstOf(0, "/cpu", "/cpu", "/cpu")
				s.AwaitAll(clients, patience)
				answered := answeredAt(clients)
				slices.Sort(answered)
				s.Near("answered at", 250*ms, answered...)
			},
		},
		{
			Name:   "program-computing-kept",
			About:  "C code keeps the lock for 0.7 s: when is a function answered that needs no time?",
			Server: playing("computing", 0), Alone: true,
			Play: func(s *Stage) {
				clients := s.BurstOf(100*ms, "/gil", "/warm")
				s.AwaitAll(clients, patience)
				s.Near("answered at", 200*ms, answeredAt(clients)...)
			},
		},
	}}
}

// interpreterTimeouts shows which workers gunicorn's master takes for dead.
func interpreterTimeouts() []Scenario {
	var all []Scenario
	for _, path := range []string{"gil", "cpu"} {
		all = append(all, Scenario{
			Name:   "program-computing-timeout-" + path,
			About:  "A thread of the worker computes for longer than gunicorn's timeout: is the worker killed?",
			Server: servers.Config{Program: "computing", Timeout: 2 * time.Second}, Parent: true, Alone: true,
			Play: func(s *Stage) {
				c := s.Connect()
				s.Mark()
				c.GetPath("/long-" + path)
				c.Await(1, 30*time.Second)
				s.Exact("answer", c.Status(0))
				if path == "gil" {
					s.Near("ended at", 1600*ms, c.EndedAt())
				}
				s.Exact("timeouts", s.Logged("WORKER TIMEOUT"))
			},
		})
	}
	return all
}
