package scenarios

import (
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// programStreams shows answers that a generator makes.
func programStreams() []Scenario {
	all := []Scenario{
		{
			Name:   "program-streams-bytes",
			About:  "Streams of def and async generators, with an exit and tasks: every byte and line.",
			Server: playing("streams", 0), Core: true,
			Play: func(s *Stage) {
				s.Trace("/def?id=1", "/async?id=2", "/opened?id=3", "/typed?id=4", "/empty", "/def", "/openapi.json")
			},
		},
		{
			Name:   "program-streams-fail",
			About:  "A generator raises, before its first chunk and later: what has been sent, which exits and tasks run, and what does the log say?",
			Server: playing("streams", 0), Core: true,
			Play: func(s *Stage) {
				s.Trace("/fails?id=1", "/fails-later?id=2", "/fails-awaiting?id=3", "/fails-http?id=4", "/fails-task?id=5")
			},
		},
		programStreamsTokens(),
		programStreamsBusy(),
		programStreamsTimes(),
	}
	all = append(all, forParsers(programStreamsVersions)...)
	all = append(all, forParsers(programStreamsPipelined)...)
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, programStreamsLeft(how), programStreamsLeftQueue(how))
	}
	all = append(all, programStreamsStop("/long", syscall.SIGTERM), programStreamsStop("/long-async", syscall.SIGTERM),
		programStreamsOverdue("/long"), programStreamsOverdue("/long-async"), programStreamsForced("/long"), programStreamsForced("/long-async"))
	return append(all, forLoops(programStreamsSlow("/big"))...)
}

func programStreamsTimes() Scenario {
	return Scenario{
		Name:   "program-streams-times",
		About:  "When does the head of a stream come, and when each of its chunks?",
		Server: playing("streams", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(60*ms, path("/def", 1), path("/async", 2))
			s.AwaitAll(clients, patience)
			s.Near("head at", 100*ms, clients[0].FirstByteAt(), clients[1].FirstByteAt())
			s.Near("answered at", 150*ms, answeredAt(clients)...)
			s.Order("lines", 0, s.SaidWords())
		},
	}
}

func programStreamsTokens() Scenario {
	return Scenario{
		Name:   "program-streams-tokens",
		About:  "Three streams of def generators and one thread: who has the thread for which chunk?",
		Server: playing("streams", 1), Core: true,
		// AnyIO 3 gives a thread to the newest that waits, so the real pace decides whose task comes first.
		Vintages: []string{servers.VintageCurrent},
		Play: func(s *Stage) {
			clients := s.BurstOn("/late", 3, 60*ms)
			s.AwaitAll(clients, patience)
			s.Order("lines", 0, s.SaidWords())
			s.Near("answered at, in order of arrival", 150*ms, answeredAt(clients)...)
		},
	}
}

func programStreamsBusy() Scenario {
	return Scenario{
		Name:   "program-streams-busy",
		About:  "The only thread has a queue: a def stream waits for each chunk and for its end, and an async one for none.",
		Server: playing("streams", 1),
		Play: func(s *Stage) {
			clients := s.BurstOf(30*ms, path("/def", 1), path("/work", 2), path("/async", 3), path("/work", 4), path("/work", 5))
			s.AwaitAll(clients, patience)
			s.Order("lines", 0, s.SaidWords())
			s.Near("answered at, in order of arrival", 150*ms, answeredAt(clients)...)
		},
	}
}

func programStreamsVersions(string) Scenario {
	return Scenario{
		Name:   "program-streams-versions",
		About:  "A stream for clients of HTTP/1.0, for those that close, for HEAD, and for one that sends a body: how is it framed?",
		Server: playing("streams", 0),
		Play: func(s *Stage) {
			for _, p := range []probe{
				{"HTTP/1.0", "GET /opened?id=1 HTTP/1.0\r\nHost: lab\r\n\r\n"},
				{"HTTP/1.0 that stays", "GET /opened?id=1 HTTP/1.0\r\nHost: lab\r\nConnection: keep-alive\r\n\r\n"},
				{"close", "GET /opened?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"},
				{"HEAD", "HEAD /head HTTP/1.1\r\nHost: lab\r\n\r\n"},
				{"HEAD of another", "HEAD /opened?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
				{"a body", "POST /posted HTTP/1.1\r\nHost: lab\r\nContent-Length: 5\r\n\r\nhello"},
				{"100-continue", "POST /posted HTTP/1.1\r\nHost: lab\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"},
			} {
				s.turn(p)
			}
		},
	}
}

func programStreamsPipelined(string) Scenario {
	return Scenario{
		Name:   "program-streams-pipelined",
		About:  "A stream and two requests behind it, and another client that leaves in the midst of that: what is answered, and what is noticed?",
		Server: playing("streams", 0),
		Play: func(s *Stage) {
			clients := s.ConnectAll(2)
			for i, c := range clients {
				s.Mark()
				c.Send("GET " + path("/def", i+1) + " HTTP/1.1\r\nHost: lab\r\n\r\n")
				c.Send("GET /plain HTTP/1.1\r\nHost: lab\r\n\r\nGET " + path("/async", i+3) + " HTTP/1.1\r\nHost: lab\r\n\r\n")
				if i == 0 {
					c.Await(3, patience)
					s.AwaitSaid("3 task", 1, patience)
				}
			}
			s.Until(300 * ms)
			clients[1].Reset()
			s.Pause(700 * ms)
			s.Exact("bytes", clients[0].Wire())
			s.stateLog()
		},
	}
}

func programStreamsLeft(how departure) Scenario {
	return Scenario{
		Name:   "program-streams-left-" + how.name,
		About:  "Clients leave in the midst of streams: what do the generators still do, and do tasks and exits run?",
		Server: playing("streams", 0), Core: how.name == "rst",
		Play: func(s *Stage) {
			clients := s.BurstOf(50*ms, path("/def", 1), path("/async", 2), path("/long", 3), path("/long-async", 4))
			s.Until(300 * ms)
			for _, c := range clients {
				how.leave(c)
				s.Pause(20 * ms)
			}
			s.AwaitSaid("3 closed", 1, patience)
			s.Pause(300 * ms)
			s.Near("lines at", 150*ms, s.SaidAt("1 chunk", "1 task", "2 chunk", "2 task", "3 chunk", "3 closed", "4 closed")...)
			s.stateLog()
		},
	}
}

func programStreamsLeftQueue(how departure) Scenario {
	return Scenario{
		Name:   "program-streams-left-queue-" + how.name,
		About:  "A client leaves while its stream waits for the only thread: does it still take its turn?",
		Server: playing("streams", 1),
		Play: func(s *Stage) {
			clients := s.BurstOf(30*ms, path("/work", 1), path("/def", 2), path("/work", 3), path("/def", 4))
			s.Until(250 * ms)
			how.leave(clients[1])
			s.AwaitAll([]*Client{clients[0], clients[2], clients[3]}, patience)
			s.Near("answered at", 150*ms, answeredAt([]*Client{clients[0], clients[2], clients[3]})...)
			s.stateLog()
		},
	}
}

func programStreamsStop(route string, by syscall.Signal) Scenario {
	return Scenario{
		Name:   "program-streams-stop" + route[len("/long"):],
		About:  "The server is told to stop in the midst of a stream.",
		Server: playing("streams", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(20*ms, path(route, 1))
			s.Until(700 * ms)
			s.Signal(by)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("finished at", 300*ms, s.LoggedAt("Finished server process"))
			s.Exact("client", clients[0].Wire())
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

func programStreamsOverdue(route string) Scenario {
	return Scenario{
		Name:     "program-streams-stop-overdue" + route[len("/long"):],
		About:    "A stream takes longer than the graceful timeout: what does its client still get, and what is logged?",
		Server:   servers.Config{Program: "streams", GracefulTimeout: time.Second},
		Vintages: []string{servers.VintageCurrent},
		Play: func(s *Stage) {
			clients := s.BurstOf(20*ms, path(route, 1))
			s.Until(200 * ms)
			s.Signal(syscall.SIGTERM)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("finished at", 300*ms, s.LoggedAt("Finished server process"))
			s.Exact("client", clients[0].Wire())
			s.stateLog()
		},
	}
}

func programStreamsForced(route string) Scenario {
	return Scenario{
		Name:   "program-streams-stop-forced" + route[len("/long"):],
		About:  "A second SIGINT in the midst of a stream: what does its client still get, and what is logged?",
		Server: playing("streams", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(20*ms, path(route, 1))
			s.Until(520 * ms)
			s.Signal(syscall.SIGINT)
			s.Pause(250 * ms)
			s.Signal(syscall.SIGINT)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("finished at", 300*ms, s.LoggedAt("Finished server process"))
			s.Exact("client", clients[0].Wire())
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start, sorted", s.SortedAfterStart())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

// programStreamsSlow has a client that reads nothing for a while.
func programStreamsSlow(route string) func(string) Scenario {
	return func(string) Scenario {
		return Scenario{
			Name:   "program-streams-slow" + route[len("/big"):],
			About:  "A client reads nothing of a large stream: does the generator wait for it? It leaves, and what does the generator still do?",
			Server: playing("streams", 0),
			Kernel: true,
			Play: func(s *Stage) {
				deaf, other := s.Connect(), s.Connect()
				deaf.StopReading()
				deaf.GetPath(path(route, 1))
				other.GetPath(path(route+"-def", 2))
				other.Await(1, patience)
				s.Exact("a client that reads", len(other.Answers()))
				s.Pause(500 * ms)
				s.Exact("the generator waits", s.Logged("1 chunk") < 200)
				deaf.Reset()
				s.AwaitSaid("1 task", 1, patience)
				s.Pause(100 * ms)
				s.Exact("its end", s.Logged("1 ends"))
			},
		}
	}
}
