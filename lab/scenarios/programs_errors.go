package scenarios

import "time"

// programErrors shows what becomes of an exception, by where it is raised.
func programErrors() []Scenario {
	return []Scenario{
		programRaises("handlers", "a handler", true, "/http", "/http-awaits", "/http-unusual", "/builtin", "/own", "/model",
			"/plain"),
		programRaises("dependencies", "a dependency", false, "/denied", "/denied-awaiting", "/broken", "/not-entered",
			"/entry-denied"),
		programRaises("exits", "the exit of a dependency", false, "/exit", "/exit-http", "/exit-of-failure"),
		programRaises("tasks", "a background task", true, "/task", "/task-awaits", "/task-http"),
		{
			Name:   "program-errors-late-task",
			About:  "A background task fails while its connection is idle, and while it runs the next request: what does the client get?",
			Server: playing("errors", 0),
			Play: func(s *Stage) {
				clients := s.BurstOf(20*ms, "/task-late", "/task-late", "/task-late")
				s.AwaitAll(clients, patience)
				s.Until(200 * ms)
				clients[1].GetPath("/slow")
				clients[2].GetPath("/plain")
				s.AwaitSaid("slow ends", 1, patience)
				s.Pause(100 * ms)
				for i, name := range []string{"idle", "the next request runs", "the next request was answered"} {
					s.Exact(name, clients[i].Wire())
					s.Near(name+", ended at", 100*ms, clients[i].EndedAt())
				}
				s.stateLog()
			},
		},
		{
			Name:   "program-errors-keep-alive",
			About:  "Several requests on one connection: which errors end it?",
			Server: playing("errors", 0),
			Play: func(s *Stage) {
				for _, p := range []string{"/http", "/builtin", "/exit", "/task", "/nowhere"} {
					c := s.Connect()
					c.GetPath(p)
					c.Await(1, patience)
					s.Pause(100 * ms)
					c.GetPath("/plain")
					c.Await(2, time.Second)
					s.Exact(p, c.Wire())
				}
			},
		},
	}
}

func programRaises(name, where string, core bool, paths ...string) Scenario {
	return Scenario{
		Name:   "program-errors-" + name,
		About:  "An exception in " + where + ": who answers, which exits and tasks still run, what does the log say, and is the connection closed?",
		Server: playing("errors", 0), Core: core,
		Play: func(s *Stage) { s.Trace(paths...) },
	}
}
