package scenarios

// programEvents shows server-sent events: a StreamingResponse at 2023-03, and FastAPI's own at current.
func programEvents() []Scenario {
	all := []Scenario{
		{
			Name:   "program-events-bytes",
			About:  "Server-sent events of def and async generators: every byte and line.",
			Server: playing("events", 0), Core: true,
			Play: func(s *Stage) { s.Trace("/async?id=1", "/def?id=2", "/headed?id=3", "/def", "/openapi.json") },
		},
		{
			Name:   "program-events-quiet",
			About:  "No event comes for 16 seconds: what does the client get meanwhile?",
			Server: playing("events", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(0, "/quiet")
				clients[0].Await(1, patience+patience)
				s.Near("answered at", 300*ms, clients[0].AnsweredAt(0))
				s.Exact("bytes", clients[0].Wire())
			},
		},
		{
			Name:   "program-events-fail",
			About:  "The generator of events raises: what has been sent, and what does the log say?",
			Server: playing("events", 0),
			Play: func(s *Stage) {
				s.Trace("/fails?id=1", "/fails-later?id=2", "/fails-def?id=3", "/fails-http?id=4")
			},
		},
		{
			Name:   "program-events-tokens",
			About:  "Three streams of events of def generators and one thread: who has the thread for which event?",
			Server: playing("events", 1),
			Play: func(s *Stage) {
				clients := s.BurstOn("/def", 3, 60*ms)
				s.AwaitAll(clients, patience)
				s.Order("lines", 0, s.SaidWords())
				s.Near("answered at, in order of arrival", 150*ms, answeredAt(clients)...)
			},
		},
	}
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, programEventsLeft(how))
	}
	return all
}

func programEventsLeft(how departure) Scenario {
	return Scenario{
		Name:   "program-events-left-" + how.name,
		About:  "Clients leave in the midst of events: what do the generators still do, and do exits run?",
		Server: playing("events", 0),
		Play: func(s *Stage) {
			clients := s.BurstOf(60*ms, path("/long", 1), path("/long-async", 2))
			s.Until(700 * ms)
			for _, c := range clients {
				how.leave(c)
				s.Pause(20 * ms)
			}
			s.AwaitSaid("1 closed", 1, patience)
			s.Pause(300 * ms)
			s.Near("lines at", 200*ms, s.SaidAt("1 event", "2 event", "1 closed", "2 closed")...)
			s.stateLog()
		},
	}
}
