package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// hypercornTrioTopics are the scenarios for FastAPI on Hypercorn's trio workers. In each turn, trio
// reverses the order of the steps with probability one half, so the facts must hold in either order. It
// has forty threads.
func hypercornTrioTopics() []Topic {
	return []Topic{
		{"the pool of threads", trioPool()},
		{"threads", []Scenario{aside(threadReuse()), trioThreadExpiry(), trioThreadNames()}},
		{"a blocked loop", trioBlocked()},
		{"handlers that await", []Scenario{trioAwaiting()}},
		{"idle connections", trioIdle()},
		{"clients that leave", trioDepartures()},
		{"access log formats", []Scenario{aside(accessValues()), inTheArticlesWay(accessDepartures())}},
		{"stopping", trioShutdown()},
		{"hardship", []Scenario{trioOutOfFiles()}},
		{"exceptions that end the server", trioFalls()},
		hypercornTrioPrograms(), flows(true),
	}
}

// aside takes a scenario out of the short run.
func aside(s Scenario) Scenario {
	s.Core = false
	return s
}

// inTheArticlesWay sets the limit by RunVar, which changes nothing on trio: no request waits for a thread.
func inTheArticlesWay(s Scenario) Scenario {
	s.Server.RunVar = true
	return s
}

func trioPool() []Scenario {
	return []Scenario{trioWaves(), trioLine(), aside(poolBeyondForty()), trioArticlesLimit(), trioSaturated(), aside(poolSecondWave())}
}

func trioWaves() Scenario {
	return Scenario{
		Name:   "pool-waves",
		About:  "A hundred requests for forty threads: which belong to which wave, and what does Python warn about?",
		Server: servers.Config{Mode: threadpool, Sleep: 1200 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.ConnectAll(100)
			s.Pause(100 * ms)
			s.Mark()
			for i, c := range clients {
				s.Until(time.Duration(i/40) * 400 * ms)
				c.Get(strconv.Itoa(i + 1))
			}
			s.AwaitAll(clients, patience)
			for i, wave := range slices.Collect(slices.Chunk(s.Starts(), 40)) {
				s.Exact(fmt.Sprintf("wave %d, sorted", i+1), slices.Sorted(slices.Values(wave)))
			}
			s.Exact("most at once", s.Ceiling())
			s.Exact("answers", tally(clients))
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

func trioLine() Scenario {
	return Scenario{
		Name:   "pool-line",
		About:  "Fifty requests 20 ms apart for forty threads: the order of the queue when no two events share a turn.",
		Server: servers.Config{Mode: threadpool, Sleep: 1200 * ms},
		Alone:  true,
		Play: func(s *Stage) {
			clients := s.Burst(50, 20*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 2, s.Starts())
			s.Near("who waited is answered at", 300*ms, answeredAt(clients[40:])...)
		},
	}
}

func trioArticlesLimit() Scenario {
	return Scenario{
		Name:   "pool-limit-of-the-article",
		About:  "The article's RunVar is set to sixty threads: how many are there on trio, and what does the log say?",
		Server: servers.Config{Mode: threadpool, Limit: 60, RunVar: true, Sleep: 1200 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(80, 0)
			s.AwaitAll(clients, patience)
			s.Exact("most at once", s.Ceiling())
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

func trioSaturated() Scenario {
	return Scenario{
		Name:   "pool-saturated-others",
		About:  "Every thread is busy and five requests are queued: what is still answered at once?",
		Server: servers.Config{Mode: threadpool, Sleep: 1500 * ms},
		Play: func(s *Stage) {
			s.Burst(45, 0)
			s.AwaitStarts(40, patience)
			for _, p := range gets("/nowhere", "/", "/docs") {
				c := s.Connect()
				c.Send(p.raw)
				c.Await(1, patience)
				s.Exact(p.name+", status", c.Status(0))
				s.Near(p.name+", took", 300*ms, c.Took())
			}
			s.Exact("started by then", len(s.Starts()))
		},
	}
}

func trioThreadExpiry() Scenario {
	expiry := threadExpiry()
	expiry.Server.KeepAlive = 30 * time.Second // its connections are made before the others
	return expiry
}

func trioThreadNames() Scenario {
	return Scenario{
		Name:   "thread-names",
		About:  "Three threads, eleven idle seconds, three more: what is each called while it runs?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms, KeepAlive: 30 * time.Second},
		Play: func(s *Stage) {
			s.InTurn(0, 80*ms, 160*ms, 1200*ms, 12500*ms, 12600*ms, 12700*ms)
			s.Lines("names, in the order of starts", s.StartThreads())
		},
	}
}

func trioAwaiting() Scenario {
	return Scenario{
		Name:   "awaiting-fails",
		About:  "A handler awaits asyncio.sleep without an asyncio loop: what does its client get, what is logged, and does the connection continue?",
		Server: servers.Config{Mode: awaiting, Sleep: time.Second},
		Core:   true,
		Play: func(s *Stage) {
			c, other := s.Connect(), s.Connect()
			s.Mark()
			c.Get("1")
			c.Await(1, patience)
			s.Near("answered at", 300*ms, c.AnsweredAt(0))
			c.Get("2")
			c.Await(2, patience)
			c.GetPath("/nowhere")
			c.Await(3, patience)
			other.Send("GET /?id=3 HTTP/1.0\r\n\r\n")
			other.AwaitEnd(patience)
			s.Pause(100 * ms)
			s.Exact("the connection", c.Wire())
			s.Exact("of HTTP/1.0", other.Wire())
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr", s.Log(driver.Stderr))
			s.Lines("errors in the log", s.Errors())
		},
	}
}
