package scenarios

import (
	"slices"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// cooperative shows handlers that await: they hold neither a thread nor the loop.
func cooperative() []Scenario {
	return []Scenario{awaitingOverlap(), awaitingMany(), awaitingTurns(), awaitingBeside()}
}

func awaitingOverlap() Scenario {
	return Scenario{
		Name:   "awaiting-overlap",
		About:  "Twenty requests 40 ms apart whose handlers await: starts and ends interleave, and no request waits for another.",
		Server: servers.Config{Mode: awaiting, Sleep: 400 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(20, 40*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 1, s.Starts())
			s.Order("dones", 1, s.Dones())
			s.Near("each took", 200*ms, took(clients)...)
		},
	}
}

func awaitingMany() Scenario {
	return Scenario{
		Name:   "awaiting-beyond-the-pool",
		About:  "A hundred and twenty requests at once, three times the thread pool: all run.",
		Server: servers.Config{Mode: awaiting, Sleep: 1200 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(120, 0)
			s.AwaitAll(clients, patience)
			s.Exact("most at once", s.Ceiling())
			s.Exact("answers", tally(clients))
			s.Near("all answered at", 400*ms, slices.Max(answeredAt(clients)))
		},
	}
}

func awaitingTurns() Scenario {
	return Scenario{
		Name:   "awaiting-lines",
		About:  "Two overlapping requests: every line of the log, and the bytes of both answers.",
		Server: servers.Config{Mode: awaiting, Sleep: 400 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(2, 150*ms)
			s.AwaitAll(clients, patience)
			s.Pause(100 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Exact("first answer", clients[0].Wire())
			s.Exact("second answer", clients[1].Wire())
		},
	}
}

func awaitingBeside() Scenario {
	return Scenario{
		Name:   "awaiting-others",
		About:  "While fifty handlers await, other requests are answered at once.",
		Server: servers.Config{Mode: awaiting, Sleep: 1500 * ms},
		Play: func(s *Stage) {
			s.Burst(50, 0)
			s.AwaitStarts(50, patience)
			for _, path := range []string{"/nowhere", "/", "/docs"} {
				c := s.Connect()
				c.GetPath(path)
				c.Await(1, patience)
				s.Exact(path+", status", c.Status(0))
				s.Near(path+", took", 300*ms, c.Took())
			}
		},
	}
}
