package scenarios

import (
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// limits shows Uvicorn's own limits: on connections and tasks, and on the number of requests until a
// worker ends.
func limits() []Scenario {
	all := forParsers(limitBurst)
	all = append(all, forParsers(limitIdle)...)
	return append(all, limitOne(), limitTasks(), limitFreed(), limitRequests(), limitRequestsInWork(), limitRequestsWorkers())
}

func limitBurst(string) Scenario {
	return Scenario{
		Name:   "limit-concurrency-burst",
		About:  "Eight open connections, a limit of five: which requests are refused, and with what bytes?",
		Server: servers.Config{Mode: threadpool, Sleep: 800 * ms, LimitConcurrency: 5},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(8, 60*ms)
			s.AwaitAll(clients, patience)
			var statuses []string
			for _, c := range clients {
				statuses = append(statuses, c.Status(0))
			}
			s.Order("statuses by arrival", 0, statuses)
			s.Exact("the first refusal", clients[0].Wire())
			s.Exact("the last answer", clients[7].Wire())
			s.Pause(100 * ms)
			s.Lines("access lines of the first", clients[0].Logged())
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

func limitIdle(string) Scenario {
	return Scenario{
		Name:   "limit-concurrency-idle",
		About:  "Idle connections count: with a limit of five, how many must there be before a request is refused?",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, LimitConcurrency: 5},
		Play: func(s *Stage) {
			var statuses []string
			for range 7 {
				c := s.Connect()
				s.Pause(80 * ms)
				c.Get("1")
				c.Await(1, patience)
				statuses = append(statuses, c.Status(0))
			}
			s.Order("statuses", 0, statuses)
		},
	}
}

func limitOne() Scenario {
	return Scenario{
		Name:   "limit-concurrency-one",
		About:  "A limit of one: is every request refused, including the documentation pages and malformed ones?",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, LimitConcurrency: 1},
		Play: func(s *Stage) {
			for _, p := range append(gets("/?id=1", "/nowhere", "/docs"), probe{"malformed", "nonsense\r\n\r\n"},
				probe{"HEAD", "HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"two in one piece", "GET /x HTTP/1.1\r\nHost: lab\r\n\r\nGET /y HTTP/1.1\r\nHost: lab\r\n\r\n"}) {
				c := s.Connect()
				c.Send(p.raw)
				c.Settle()
				s.Exact(p.name, c.Wire())
				c.Leave()
				s.Pause(50 * ms)
			}
		},
	}
}

func limitTasks() Scenario {
	return Scenario{
		Name:   "limit-concurrency-zombies",
		About:  "Requests whose clients have left count while their handlers run: the limit applies to tasks too.",
		Server: servers.Config{Mode: threadpool, Sleep: 1200 * ms, LimitConcurrency: 4},
		Play: func(s *Stage) {
			var statuses []string
			for range 4 {
				c := s.Connect()
				c.Get("gone")
				s.Pause(100 * ms)
				c.Leave()
				s.Pause(50 * ms)
			}
			c := s.Connect()
			c.Get("refused")
			c.Await(1, patience)
			statuses = append(statuses, c.Status(0))
			s.AwaitDones(4, patience)
			s.Pause(200 * ms)
			c = s.Connect()
			c.Get("served")
			c.Await(1, patience)
			s.Order("statuses", 0, append(statuses, c.Status(0)))
			s.Exact("started", len(s.Starts()))
		},
	}
}

func limitFreed() Scenario {
	return Scenario{
		Name:   "limit-concurrency-freed",
		About:  "After a refusal, once the held requests are answered and their connections closed, new requests are accepted again.",
		Server: servers.Config{Mode: threadpool, Sleep: 500 * ms, LimitConcurrency: 3},
		Play: func(s *Stage) {
			held := s.ConnectAll(2)
			s.Pause(50 * ms)
			for _, c := range held {
				c.Get("held")
			}
			s.AwaitStarts(2, patience)
			refused := s.Connect()
			refused.Get("refused")
			refused.Await(1, patience)
			s.AwaitAll(held, patience)
			held[0].Leave()
			s.Pause(100 * ms)
			served := s.Connect()
			served.Get("served")
			served.Await(1, patience)
			s.Order("statuses", 0, []string{held[0].Status(0), held[1].Status(0), refused.Status(0), served.Status(0)})
		},
	}
}

func limitRequests() Scenario {
	return Scenario{
		Name:   "limit-max-requests",
		About:  "A server limited to three requests: what ends, when, with which log lines and exit status?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, LimitMaxRequests: 3},
		Core:   true,
		Play: func(s *Stage) {
			c := s.Connect()
			for i, id := range []string{"1", "2", "3"} {
				c.Get(id)
				c.Await(i+1, patience)
			}
			s.Mark()
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after the third answer", 900*ms, after)
			s.Exact("the connection", c.Wire())
			_, late := s.TryConnect(500 * ms)
			s.Exact("a late connection is", late)
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

func limitRequestsInWork() Scenario {
	return Scenario{
		Name:   "limit-max-requests-in-work",
		About:  "The limit is reached while other connections are running, queued, idle and silent: what does each get?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 800 * ms, LimitMaxRequests: 2},
		Play: func(s *Stage) {
			silent, idle := s.Connect(), s.Connect()
			idle.GetPath("/nowhere")
			idle.Await(1, patience)
			clients := s.Burst(4, 200*ms)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit at", 900*ms, after)
			for i, name := range []string{"first", "second", "third", "fourth"} {
				s.Exact(name, clients[i].Wire())
				s.Near(name+" ended at", 500*ms, clients[i].EndedAt())
			}
			s.Exact("idle", idle.Wire())
			s.Exact("silent", silent.Wire())
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

func limitRequestsWorkers() Scenario {
	return Scenario{
		Name:   "limit-max-requests-worker",
		About:  "Two workers limited to two requests each: are they replaced?",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, LimitMaxRequests: 2, Workers: 2},
		Play: func(s *Stage) {
			for range 12 {
				c, how := s.TryConnect(500 * ms)
				if how != "connected" {
					break
				}
				c.Get("1")
				c.Await(1, 600*ms)
				c.Leave()
				s.Pause(300 * ms)
			}
			s.Pause(3 * time.Second)
			c, how := s.TryConnect(500 * ms)
			c.Get("last")
			c.Await(1, time.Second)
			s.Exact("a connection at the end is", how)
			s.Exact("and gets", c.Status(0))
			s.Exact("workers were replaced", len(s.Workers()) > 2)
		},
	}
}
