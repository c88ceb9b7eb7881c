package scenarios

import (
	"slices"
	"time"
)

// programPools shows who gets a connection, and when.
func programPools() []Scenario {
	return slices.Concat(programSessions(), programConnections(), programAwaited())
}

// programSessions shows sessions, and what waits in a circle.
func programSessions() []Scenario {
	return []Scenario{
		{
			Name:   "program-session-deadlock",
			About:  "Requests hold their session's connection while they wait for a thread, and those with the threads wait for a connection: who is answered when, with what, and what is logged?",
			Server: playing("sessions", 2), Alone: true,
			Play: func(s *Stage) {
				clients := s.BurstOn("/user", 6, 30*ms)
				s.AwaitAll(clients, 20*time.Second)
				s.Lines("statuses", statuses(clients))
				s.Near("answered at, in order of arrival", 250*ms, answeredAt(clients)...)
				s.Lines("errors in the log", s.Errors())
				s.Exact("bytes of the first 500", firstWith(clients, "500"))
			},
		},
		{
			Name:   "program-session-handler",
			About:  "Sessions whose first query is in the handler: one connection for all queries of a request, and no deadlock.",
			Server: playing("sessions", 2),
			Play: func(s *Stage) {
				clients := s.BurstOn("/handler", 5, 50*ms)
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Order("lines", 0, s.SaidWords())
				s.stateLog()
			},
		},
		{
			Name:   "program-session-ends",
			About:  "What a session does that was not used, that an exit still queries, that a task queries, or whose handler fails.",
			Server: playing("sessions", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(40*ms, path("/unused", 1), path("/unused", 2), path("/audited", 3), path("/task", 4),
					path("/fails", 5), path("/task", 6), path("/audited", 7))
				s.AwaitAll(clients, patience)
				s.AwaitSaid("7 audited", 1, patience)
				s.AwaitSaid("6 reports", 1, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Near("lines at", 180*ms, s.SaidAt("3 runs", "3 audited", "4 reports", "6 reports", "7 runs", "7 audited")...)
				s.Lines("statuses", statuses(clients))
				s.Lines("errors in the log", s.Errors())
			},
		},
	}
}

// programConnections shows connections that are taken in handlers.
func programConnections() []Scenario {
	return []Scenario{
		programPoolOrder(), programPoolRobbed(), programPoolRobbedLate(), programPoolTimeout(),
		{
			Name:   "program-pool-apart",
			About:  "Handlers that take the only connection twice, with a pause between: who gets it in the pause?",
			Server: playing("pools", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(60*ms, path("/apart", 1), path("/apart", 2), path("/apart", 3))
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Order("lines", 0, s.SaidWords())
			},
		},
		{
			Name:   "program-pool-overflow",
			About:  "A pool of two connections and one more beyond: who of nine is served when?",
			Server: playing("pools", 0),
			Play: func(s *Stage) {
				clients := s.BurstOn("/some", 9, 50*ms)
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Order("lines", 0, s.SaidWords())
			},
		},
		{
			Name:   "program-pool-impatient",
			About:  "A pool with a timeout of 0: a function that finds no connection fails at once.",
			Server: playing("pools", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(50*ms, path("/none", 1), path("/none", 2))
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Lines("statuses", statuses(clients))
				s.stateLog()
			},
		},
		programAwaitedOrder(), programAwaitedTimeout(),
		{
			Name:   "program-awaited-twice",
			About:  "A coroutine gives the only connection back and asks for one again: does it overtake those that wait?",
			Server: playing("awaited", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(60*ms, path("/twice", 1), path("/once", 2), path("/once", 3), path("/once", 4))
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Order("lines", 0, s.SaidWords())
			},
		},
	}
}

// programAwaited shows asynchronous pools.
func programAwaited() []Scenario {
	return []Scenario{
		{
			Name:   "program-awaited-dependency",
			About:  "Coroutines take a connection in a dependency, give it back, and take one in the handler.",
			Server: playing("awaited", 0),
			Play: func(s *Stage) {
				clients := s.BurstOn("/some", 5, 60*ms)
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Order("lines", 0, s.SaidWords())
			},
		},
		{
			Name:   "program-awaited-blocked",
			About:  "The loop is blocked when a connection has come back: when does the one that waits for it go on?",
			Server: playing("awaited", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(60*ms, path("/blocks", 1), path("/once", 2), path("/once", 3))
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
				s.Order("lines", 0, s.SaidWords())
			},
		},
	}
}

// firstWith is the wire of the first client with a status.
func firstWith(clients []*Client, status string) string {
	for _, c := range clients {
		if c.Status(0) == status {
			return c.Wire()
		}
	}
	return "none"
}

func programPoolOrder() Scenario {
	return Scenario{
		Name:   "program-pool-order",
		About:  "Six threads wait for the only connection: who gets it?",
		Server: playing("pools", 0), Core: true,
		Play: func(s *Stage) {
			clients := s.BurstOn("/once", 6, 80*ms)
			s.AwaitAll(clients, patience)
			s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
			s.Order("lines", 0, s.SaidWords())
		},
	}
}

func programPoolRobbed() Scenario {
	return Scenario{
		Name:   "program-pool-robbed",
		About:  "A thread gives the only connection back and takes it again before the thread that it woke has run: what becomes of that one's place in the queue?",
		Server: playing("pools", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(60*ms, path("/twice", 1), path("/once", 2), path("/once", 3), path("/once", 4),
				path("/once", 5))
			s.AwaitAll(clients, patience)
			s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
			s.Order("lines", 0, s.SaidWords())
		},
	}
}

func programPoolRobbedLate() Scenario {
	return Scenario{
		Name:   "program-pool-robbed-late",
		About:  "A thread that has waited for most of the pool's timeout is woken in vain: how long does it wait then?",
		Server: playing("pools", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(60*ms, path("/again", 1), path("/once", 2))
			s.AwaitAll(clients, patience)
			s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
			s.Lines("statuses", statuses(clients))
		},
	}
}

func programPoolTimeout() Scenario {
	return Scenario{
		Name:   "program-pool-timeout",
		About:  "Threads wait for the only connection for longer than the pool's timeout, one of them in a background task.",
		Server: playing("pools", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(60*ms, path("/long", 1), path("/once", 2), path("/once", 3), path("/tasks", 4))
			s.AwaitAll(clients, patience)
			s.AwaitSaid("1 had it", 1, patience)
			s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
			s.Lines("statuses", statuses(clients))
			s.Exact("bytes of the first 500", firstWith(clients, "500"))
			s.stateLog()
		},
	}
}

func programAwaitedOrder() Scenario {
	return Scenario{
		Name:   "program-awaited-order",
		About:  "Six coroutines wait for the only connection: who gets it?",
		Server: playing("awaited", 0),
		Play: func(s *Stage) {
			clients := s.BurstOn("/once", 6, 80*ms)
			s.AwaitAll(clients, patience)
			s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
			s.Order("lines", 0, s.SaidWords())
		},
	}
}

func programAwaitedTimeout() Scenario {
	return Scenario{
		Name:   "program-awaited-timeout",
		About:  "Coroutines wait for the only connection for longer than the pool's timeout.",
		Server: playing("awaited", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(60*ms, path("/long", 1), path("/once", 2), path("/once", 3))
			s.AwaitAll(clients, patience)
			s.Near("answered at, in order of arrival", 180*ms, answeredAt(clients)...)
			s.Lines("statuses", statuses(clients))
			s.stateLog()
		},
	}
}
