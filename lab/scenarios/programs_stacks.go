package scenarios

import "slices"

// viewsPrograms are the scenarios of a program of plain functions, which FastAPI and Flask can serve. limited: the server's
// threads can be counted. Where one is enough there is one, since which of several runs a request is random.
func viewsPrograms(limited bool) Topic {
	one, two, all := 0, 0, 0
	if limited {
		one, two, all = 1, 2, 4
	}
	return Topic{"programs", []Scenario{
		{
			Name:   "program-views",
			About:  "Routes of plain functions, their parameters, bodies, errors, and what no route matches: every byte and line.",
			Server: playing("views", one),
			Play: func(s *Stage) {
				s.Trace("/", "/?again", "/items/7", "/items/x", "/items/-7", "/items/a%20b/c", "/floats/2.5", "/floats/2", "/asked?s=a&n=1",
					"/asked?s=a", "/asked", "/asked?s=a&n=x", "/list/", "/list", "/items/7/", "/text", "/sized", "/problem", "/nowhere")
				for _, line := range []string{"POST /made/7", "PUT /put/7", "DELETE /text", "HEAD /text", "OPTIONS /text"} {
					s.turn(probe{line, line + " HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"})
				}
			},
		},
		{
			Name:   "program-views-errors",
			About:  "Functions that raise: what is answered, and what does the log say?",
			Server: playing("views", one),
			Play:   func(s *Stage) { s.Trace("/http", "/denied", "/builtin", "/own", "/") },
		},
		{
			Name:   "program-views-threads",
			About:  "Six requests of 0.3 s: how many run at once, and when is each answered?",
			Server: playing("views", two),
			Play: func(s *Stage) {
				clients := s.BurstOn("/sleep", 6, 40*ms)
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 200*ms, answeredAt(clients)...)
				s.Order("lines", 2, s.SaidWords())
			},
		},
		{
			Name:   "program-views-pool",
			About:  "Requests wait for the only connection of a pool, one of them in vain.",
			Server: playing("views", all),
			Play: func(s *Stage) {
				clients := s.BurstOf(80*ms, path("/query", 1), path("/query", 2), path("/long", 3), path("/query", 4))
				s.AwaitAll(clients, patience)
				s.Near("answered at, in order of arrival", 200*ms, answeredAt(clients)...)
				s.Lines("statuses", statuses(clients))
				s.Order("lines", 0, s.SaidWords())
				s.Lines("errors in the log", s.Errors())
			},
		},
	}}
}

// programsOn are the scenarios of programs with these names, for a stack other than Uvicorn. None is part of the short run.
func programsOn(names ...string) Topic {
	var chosen []Scenario
	for _, topic := range programTopics() {
		for _, s := range topic.Scenarios {
			if slices.Contains(names, s.Name[len("program-"):]) {
				s.Core = false
				chosen = append(chosen, s)
			}
		}
	}
	return Topic{"programs", chosen}
}

// hypercornPrograms are those of Hypercorn's asyncio workers.
func hypercornPrograms() Topic {
	return programsOn("order", "trips-two", "model-second-token", "exits-past-limiter", "busy-health", "errors-handlers",
		"errors-dependencies",
		"errors-exits", "errors-tasks", "tasks-times", "tasks-next-request", "tasks-stop-def", "tasks-left-fin",
		"parameters-dependencies",
		"routes-matching", "answers", "session-deadlock", "pool-order", "awaited-order")
}

// hypercornTrioPrograms are those of Hypercorn's trio workers, where only def functions can sleep.
func hypercornTrioPrograms() Topic {
	return programsOn("order", "errors-handlers", "errors-tasks", "tasks-times", "parameters-dependencies", "answers",
		"pool-order")
}

// gunicornUvicornPrograms are those of gunicorn with Uvicorn's worker, which is the same server inside.
func gunicornUvicornPrograms() Topic {
	return programsOn("order", "errors-exits", "errors-tasks", "tasks-times", "answers", "pool-order", "session-deadlock")
}
