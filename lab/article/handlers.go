package article

import (
	"time"

	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// handlers are the experiments with coroutines.
func handlers() []Experiment {
	return []Experiment{
		still("blocked", "uvicorn", "`async def` with `time.sleep`: on `MainThread`, one request, and everything stands still"),
		still("blocked-trio", "hypercorn-trio", "on trio as well: one blocks all, on `MainThread`"),
		overlap("awaiting", "uvicorn", 1, "`await asyncio.sleep(5)`: on `MainThread`, 85 started before the first is done; starts and dones interleave, like Node.js"),
		overlap("awaiting-workers", "uvicorn", 2, "with several workers: the same in each"),
		{
			Name: "awaiting-trio", Saw: "on trio `await asyncio.sleep` fails: `Error in ASGI Framework … RuntimeError: no running event loop`",
			Scale:  "5 requests, 5 s each",
			Server: servers.Config{Stack: "hypercorn-trio", Mode: cooperative, Sleep: 5 * time.Second},
			Play:   failing,
		},
	}
}

// still sends eight requests to a server that processes one at a time, and requests something else
// meanwhile.
func still(name, stack, saw string) Experiment {
	return Experiment{
		Name: name, Saw: saw, Scale: "8 requests at once and a 404, 1 s each",
		Server: servers.Config{Stack: stack, Mode: asyncMisuse, Sleep: time.Second},
		Play: func(s *scenarios.Stage) {
			clients := s.Burst(8, 5*ms)
			s.Until(500 * ms)
			other := s.Connect()
			other.GetPath("/nowhere")
			other.Await(1, patience)
			s.Exact("a 404 requested meanwhile comes", map[bool]string{true: "with the others", false: "at once"}[other.AnsweredAt(0) > 900*ms])
			s.AwaitAll(clients, patience)
			s.Exact("processed at once", s.Ceiling())
			s.Exact("threads called", kinds(s.StartThreads()))
			s.Near("all done after", 700*ms, last(clients))
			s.Exact("answers", bodies(clients))
		},
	}
}

func last(clients []*scenarios.Client) time.Duration {
	at := time.Duration(0)
	for _, c := range clients {
		at = max(at, c.AnsweredAt(0))
	}
	return at
}

// overlap has a hundred requests arrive as fast as in the article, each of which sleeps.
func overlap(name, stack string, workers int, saw string) Experiment {
	return Experiment{
		Name: name, Saw: saw, Scale: "100 requests 59 ms apart, 5 s each: as in the article",
		Server: servers.Config{Stack: stack, Mode: cooperative, Sleep: 5 * time.Second, Workers: workers},
		Play: func(s *scenarios.Stage) {
			clients := crowd(s, 100, 5900*ms)
			before := 0
			starts := s.Starts()
			s.AwaitAll(clients, patience)
			first := s.DoneTimes(number(1))[0]
			for _, at := range s.StartTimes(starts...) {
				if at < first {
					before++
				}
			}
			s.Share("share started before the first is done", 0.04, before, len(clients))
			s.Exact("threads called", kinds(s.StartThreads()))
			s.Exact("busy processes", different(s.StartPids()))
			s.Near("all done after", 700*ms, last(clients))
			s.Exact("answers", bodies(clients))
		},
	}
}

// failing sends a few requests that fail, after one that waits until the application is loaded, and
// states what is logged.
func failing(s *scenarios.Stage) {
	s.AwaitAll(s.Burst(1, 0), patience)
	clients := s.Burst(5, 20*ms)
	s.AwaitAll(clients, patience)
	s.Exact("answers", bodies(clients))
	s.Exact("at once", last(clients) < 2*time.Second)
	s.Exact("on stderr", firsts(append(s.AfterStart(), s.Errors()...)))
}
