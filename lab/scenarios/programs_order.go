package scenarios

import (
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// programOrder shows which function of a request follows which, and in which thread.
func programOrder() []Scenario {
	return []Scenario{
		{
			Name:   "program-order",
			About:  "Dependencies that need each other, with and without an exit, then the handler, the answer and background tasks: who is called when, and who twice?",
			Server: playing("order", 0), Core: true,
			Play: func(s *Stage) { s.Trace("/all", "/awaits", "/blocks", "/plain", "/plain?again", "/nowhere") },
		},
		{
			Name:   "program-order-times",
			About:  "When is each function of one request called, and when does the client have its answer?",
			Server: playing("order", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(0, "/all")
				s.AwaitSaid("first exits", 1, patience)
				s.Near("called at", 120*ms, s.SaidAt("first", "second", "third", "fourth", "handler", "task one", "task two",
					"task three", "second exits", "first exits")...)
				s.Near("answered at", 120*ms, clients[0].AnsweredAt(0))
				s.stateLog()
			},
		},
		{
			Name:   "program-order-two-requests",
			About:  "Two requests of one route 30 ms apart with threads for both: do they disturb each other?",
			Server: playing("order", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(30*ms, "/all", "/all")
				s.AwaitSaid("first exits", 2, patience)
				s.Near("answered at", 120*ms, answeredAt(clients)...)
				s.Order("lines", 8, s.SaidWords())
			},
		},
		{
			Name:   "program-chance",
			About:  "Steps with a share of 0 and 100 %, and loops within loops: which lines come?",
			Server: playing("chance", 0),
			Play:   func(s *Stage) { s.Trace("/always", "/fails", "/repeats") },
		},
		{
			Name:   "program-chance-shares",
			About:  "A step with a share of 25 % in a loop of 400, and sleeps that are drawn from distributions: how often, and how long?",
			Server: playing("chance", 0),
			Play: func(s *Stage) {
				for _, p := range []string{"/often", "/uniform", "/exp", "/weighted", "/normal"} {
					c := s.Connect()
					c.GetPath(p)
					c.Await(1, patience)
					s.Near(p+" took", 350*ms, c.Took())
				}
				s.Share("drawn", 0.12, s.Logged("drawn"), 400)
			},
		},
	}
}

// programThreads shows the tokens that a request takes one after another.
func programThreads() []Scenario {
	return []Scenario{
		programTrips("two", "a def dependency and a def handler", 5, "runs"),
		programTrips("three", "two def dependencies, a def handler and a response model", 4, "runs"),
		{
			Name:   "program-trips-awaiting",
			About:  "An async handler with a def dependency while the only thread is busy: it queues for the thread and then needs none.",
			Server: playing("trips", 1),
			Play: func(s *Stage) {
				clients := s.BurstOn("/awaits", 4, 30*ms)
				s.AwaitAll(clients, patience)
				s.Order("lines", 0, s.SaidWords())
				s.Near("answered at, in order of arrival", 120*ms, answeredAt(clients)...)
			},
		},
		{
			Name:   "program-trips-mixed",
			About:  "Requests with one, two and four trips compete for two threads.",
			Server: playing("trips", 2), Alone: true,
			Play: func(s *Stage) {
				clients := s.BurstOf(30*ms, path("/three", 1), path("/two", 2), path("/awaits", 3), path("/opens", 4), path("/two",
					5), path("/three", 6))
				s.AwaitAll(clients, patience)
				s.AwaitSaid("4 closed", 1, patience)
				s.Near("answered at, in order of arrival", 120*ms, answeredAt(clients)...)
				s.Near("closed at", 120*ms, s.SaidAt("4 closed")...)
			},
		},
		programModel(),
		{
			Name:   "program-model-busy",
			About:  "All threads are busy: an async handler with a response model validates on the loop.",
			Server: playing("models", 1),
			Play: func(s *Stage) {
				s.BurstOn("/plain", 2, 10*ms)
				clients := []*Client{s.Connect()}
				clients[0].GetPath("/awaits")
				s.AwaitAll(clients, patience)
				s.Near("took", 100*ms, took(clients)...)
				s.Exact("bytes", clients[0].Wire())
			},
		},
		programExits(),
		{
			Name:   "program-exits-and-waiters",
			About:  "One thread: dependencies enter one after another, and their exits need none of the queue's tokens.",
			Server: playing("trips", 1),
			Play: func(s *Stage) {
				clients := s.BurstOn("/opens", 4, 30*ms)
				s.AwaitAll(clients, patience)
				s.AwaitLog("closed", 4, patience)
				s.Near("answered at, in order of arrival", 120*ms, answeredAt(clients)...)
				s.Near("closed at", 120*ms, s.SaidAt("1 closed", "2 closed", "3 closed", "4 closed")...)
			},
		},
		programBusy(),
	}
}

// programTrips is a burst on one thread of a route that needs it several times.
func programTrips(route, of string, n int, last string) Scenario {
	return Scenario{
		Name:   "program-trips-" + route,
		About:  "Requests with several trips to the only thread, for " + of + ": who is next each time?",
		Server: playing("trips", 1),
		Play: func(s *Stage) {
			clients := s.BurstOn("/"+route, n, 30*ms)
			s.AwaitAll(clients, patience)
			s.AwaitLog(last, n, patience)
			s.Order("lines", 0, s.SaidWords())
			s.Near("answered at, in order of arrival", 120*ms, answeredAt(clients)...)
		},
	}
}

func programModel() Scenario {
	return Scenario{
		Name:   "program-model-second-token",
		About:  "Eight requests of half a second for four threads, with a response model: when is each answered?",
		Server: playing("models", 4), Core: true,
		Play: func(s *Stage) {
			clients := s.BurstOn("/model", 8, 40*ms)
			s.AwaitAll(clients, patience)
			s.Near("answered at, in order of arrival", 250*ms, answeredAt(clients)...)
			s.Order("lines", 0, s.SaidWords())
			s.Exact("bytes", clients[0].Wire())
		},
	}
}

func programExits() Scenario {
	return Scenario{
		Name:   "program-exits-past-limiter",
		About:  "Six requests for two threads, each with an exit of half a second: do the exits run at once, beyond the limit?",
		Server: playing("trips", 2), Core: true,
		Play: func(s *Stage) {
			clients := s.BurstOn("/exits", 6, 25*ms)
			s.AwaitAll(clients, patience)
			s.AwaitLog("closed", 6, patience)
			s.Near("answered at, in order of arrival", 120*ms, answeredAt(clients)...)
			s.Near("closed at", 120*ms, s.SaidAt("1 closed", "2 closed", "3 closed", "4 closed", "5 closed", "6 closed")...)
		},
	}
}

func programBusy() Scenario {
	return Scenario{
		Name:   "program-busy-health",
		About:  "Two threads are busy and two requests queue: which health checks, errors and refusals are answered at once, and which wait?",
		Server: servers.Config{Program: "busy", Limit: 2},
		Play: func(s *Stage) {
			work := s.BurstOn("/work", 4, 10*ms)
			asked := []string{
				"/health", "/health-def", "/health-token", "/health-model", "/health-denied", "/nowhere", "/items/7", "/items/x",
				"/plain/x",
				"/places", "/places?region=a", "/places/token", "/health/", "/openapi.json",
			}
			clients := s.ConnectAll(len(asked))
			for i, p := range asked {
				s.Until(100*ms + 10*ms*time.Duration(i))
				clients[i].GetPath(p)
			}
			s.AwaitAll(append(work, clients...), patience)
			for i, p := range asked {
				s.Exact(p+", status", clients[i].Status(0))
				s.Near(p+", took", 250*ms, clients[i].Took())
			}
			s.Near("work answered at", 250*ms, answeredAt(work)...)
		},
	}
}
