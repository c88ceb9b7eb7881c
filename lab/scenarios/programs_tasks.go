package scenarios

import (
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// programTasks shows the work after an answer.
func programTasks() []Scenario {
	all := append(programTasksServing(),
		programTasksCount(), programTasksStop("/def", 1), programTasksStop("/async", 2), programTasksStop("/closes", 3),
		programTasksOverdue(), programTasksForced())
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, programTasksLeft(how))
	}
	return all
}

// programTasksServing shows tasks while the server serves.
func programTasksServing() []Scenario {
	return []Scenario{
		{
			Name:   "program-tasks-times",
			About:  "When is a request with background tasks answered, and when do its tasks run?",
			Server: playing("tasks", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(20*ms, path("/def", 1), path("/async", 2), path("/both", 3), path("/closes", 4))
				s.AwaitAll(clients, patience)
				s.AwaitSaid("3 second", 1, patience)
				s.AwaitSaid("4 closed", 1, patience)
				s.Near("answered at", 250*ms, answeredAt(clients)...)
				s.Near("lines at", 250*ms, s.SaidAt("1 begins", "1 ends", "2 begins", "2 ends", "3 first", "3 second",
					"4 closed")...)
			},
		},
		{
			Name:   "program-tasks-next-request",
			About:  "A connection's next request comes while the task of its last one runs: is it answered?",
			Server: playing("tasks", 0), Core: true,
			Play: func(s *Stage) {
				clients := s.BurstOf(60*ms, path("/def", 1), path("/async", 2), path("/closes", 3))
				s.AwaitAll(clients, patience)
				for _, c := range clients {
					s.Pause(20 * ms)
					c.GetPath("/plain")
				}
				for _, c := range clients {
					c.Await(2, patience)
				}
				s.AwaitSaid("3 closed", 1, patience)
				for i, name := range []string{"def task", "async task", "exit"} {
					s.Exact(name, clients[i].Wire())
					s.Near(name+", the next took", 150*ms, clients[i].Took())
				}
				s.stateLog()
			},
		},
		{
			Name:   "program-tasks-blocking",
			About:  "A background task that blocks the loop: does the client have its answer, and when is the next request served?",
			Server: playing("tasks", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(50*ms, path("/blocks", 1), "/plain")
				s.AwaitAll(clients, patience)
				s.Near("answered at", 250*ms, answeredAt(clients)...)
				s.stateLog()
			},
		},
		programTasksTokens(),
	}
}

func programTasksTokens() Scenario {
	return Scenario{
		Name:   "program-tasks-tokens",
		About:  "Background tasks in threads and requests compete for two threads: who waits?",
		Server: playing("tasks", 2),
		Play: func(s *Stage) {
			clients := s.BurstOn("/def", 5, 60*ms)
			s.AwaitAll(clients, patience)
			s.AwaitLog("ends", 5, patience)
			s.Near("answered at", 250*ms, answeredAt(clients)...)
			s.Near("tasks end at", 250*ms, s.SaidAt("1 ends", "2 ends", "3 ends", "4 ends", "5 ends")...)
			s.Order("lines", 0, s.SaidWords())
		},
	}
}

func programTasksCount() Scenario {
	return Scenario{
		Name:   "program-tasks-limit-concurrency",
		About:  "Three requests have been answered and their connections closed, but their tasks or exits run: does --limit-concurrency 3 count them?",
		Server: servers.Config{Program: "tasks", LimitConcurrency: 3},
		Play: func(s *Stage) {
			clients := s.ConnectAll(1)
			s.Mark()
			for i, route := range []string{"/long", "/def", "/closes"} {
				c := s.Connect()
				c.GetPath(path(route, i+1))
				c.Await(1, patience)
				c.Leave()
				s.Pause(20 * ms)
			}
			clients[0].GetPath("/plain")
			clients[0].Await(1, patience)
			s.AwaitSaid("3 closed", 1, patience)
			s.AwaitSaid("2 ends", 1, patience)
			s.Pause(50 * ms)
			clients[0].GetPath("/plain")
			clients[0].Await(2, patience)
			s.Exact("a fourth request, then and later", clients[0].Wire())
			s.stateLog()
		},
	}
}

func programTasksStop(route string, n int) Scenario {
	return Scenario{
		Name:   "program-tasks-stop-" + route[1:],
		About:  "The server is told to stop after an answer, while " + map[int]string{1: "a task runs in a thread", 2: "a task awaits", 3: "a dependency exits"}[n] + ".",
		Server: playing("tasks", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(20*ms, path(route, n))
			s.AwaitAll(clients, patience)
			s.Mark()
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("finished after", 300*ms, s.LoggedAt("Finished server process"))
			s.Exact("client", clients[0].Wire())
			s.Near("closed at", 150*ms, clients[0].EndedAt())
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

func programTasksOverdue() Scenario {
	return Scenario{
		Name:     "program-tasks-stop-overdue",
		About:    "Tasks that take longer than the graceful timeout: what do they still do, and what is logged?",
		Server:   servers.Config{Program: "tasks", GracefulTimeout: time.Second},
		Vintages: []string{servers.VintageCurrent},
		Play: func(s *Stage) {
			clients := s.BurstOf(20*ms, path("/long", 1), path("/long", 2))
			s.AwaitAll(clients, patience)
			s.Mark()
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("finished after", 300*ms, s.LoggedAt("Finished server process"))
			s.stateLog()
		},
	}
}

func programTasksForced() Scenario {
	return Scenario{
		Name:   "program-tasks-stop-forced",
		About:  "A second SIGINT while a task awaits and another runs in a thread: what do they still do?",
		Server: playing("tasks", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(20*ms, path("/long", 1), path("/def", 2))
			s.AwaitAll(clients, patience)
			s.Mark()
			s.Signal(syscall.SIGINT)
			s.Pause(250 * ms)
			s.Signal(syscall.SIGINT)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("finished after", 300*ms, s.LoggedAt("Finished server process"))
			s.Pause(100 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start, sorted", s.SortedAfterStart())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func programTasksLeft(how departure) Scenario {
	return Scenario{
		Name:   "program-tasks-left-" + how.name,
		About:  "Clients leave before their answer: do their background tasks run?",
		Server: playing("tasks", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(20*ms, path("/slow", 1), path("/awaits", 2))
			s.Until(150 * ms)
			for _, c := range clients {
				how.leave(c)
			}
			s.AwaitSaid("2 ends", 1, patience)
			s.AwaitSaid("1 ends", 1, patience)
			s.Near("lines at", 250*ms, s.SaidAt("1 begins", "2 begins", "1 ends", "2 ends")...)
			s.stateLog()
		},
	}
}
