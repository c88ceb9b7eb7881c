package scenarios

import (
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// gthreadLastTurns show the last turn of the main thread of a gthread worker: what it still takes after it has been told
// to end, and when it notices that.
func gthreadLastTurns() []Scenario {
	return []Scenario{gthreadLastNewcomer(), gthreadLastKept(), gthreadLastQuiet(), gthreadGrace(), gthreadLastOfMax()}
}

// keptConnection is a connection that has had an answer and stays open.
func (s *Stage) keptConnection() *Client {
	c := s.Connect()
	c.GetPath("/kept")
	c.Await(1, patience)
	return c
}

func gthreadLastNewcomer() Scenario {
	return Scenario{
		Name:   "last-turn-newcomer",
		About:  "SIGTERM, and new connections 200 and 350 ms later: what do they get, what does an idle connection get, and when has the server ended?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 600 * ms, KeepAlive: 5 * time.Second},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			kept := s.keptConnection()
			s.Pause(100 * ms)
			s.Mark()
			s.Signal(terminate)
			s.Until(200 * ms)
			first, how := s.TryConnect(100 * ms)
			s.Exact("the first connects", how)
			first.Get("first")
			s.Until(350 * ms)
			second, how := s.TryConnect(100 * ms)
			s.Exact("the second connects", how)
			second.Get("second")
			s.Until(450 * ms)
			kept.Get("kept")
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 500*ms, after)
			s.Exact("the first", first.Wire())
			s.Exact("the second", second.Wire())
			s.Exact("the idle one", kept.Wire())
			s.Order("starts", 0, s.Starts())
			s.Lines("stderr after the start", s.said())
		},
	}
}

func gthreadLastKept() Scenario {
	return Scenario{
		Name:   "last-turn-kept",
		About:  "SIGTERM, and 200 ms later a request on an idle connection, then one on another: what does each get, and when has the server ended?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 300 * ms, KeepAlive: 5 * time.Second},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			first, second := s.keptConnection(), s.keptConnection()
			s.Pause(100 * ms)
			s.Mark()
			s.Signal(terminate)
			s.Until(200 * ms)
			first.Get("first")
			s.Until(350 * ms)
			second.Get("second")
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 500*ms, after)
			s.Exact("the first", first.Wire())
			s.Exact("the second", second.Wire())
			s.Order("starts", 0, s.Starts())
		},
	}
}

func gthreadLastQuiet() Scenario {
	return Scenario{
		Name:   "last-turn-quiet",
		About:  "SIGTERM 300 ms after the last event, and nothing comes: when has the server ended?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 50 * ms},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			c := s.Connect()
			c.GetPath("/nowhere")
			c.Await(1, patience)
			c.Leave()
			s.Pause(300 * ms)
			s.Signal(terminate)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 500*ms, after) // the processes take their time to end
			s.Lines("stderr after the start", s.said())
		},
	}
}

func gthreadGrace() Scenario {
	return Scenario{
		Name:   "grace",
		About:  "SIGTERM 600 ms after the last event, with idle connections: when are they closed, and when has the server ended?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 50 * ms, KeepAlive: 6 * time.Second},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			kept := s.keptConnection()
			s.Pause(600 * ms)
			s.Mark()
			s.Signal(terminate)
			kept.AwaitEnd(patience)
			s.Exact("idle", kept.Ending())
			s.Near("idle: ended at", 250*ms, kept.EndedAt())
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 800*ms, after)
		},
	}
}

func gthreadLastOfMax() Scenario {
	return Scenario{
		Name:   "last-turn-max-requests",
		About:  "A worker that has had its last request, and new connections 300 and 500 ms later: which worker answers each, and how?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 20 * ms, LimitMaxRequests: 2},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker() // which is the first
			last := s.Connect()
			last.Get("1")
			last.Await(1, patience)
			s.Mark()
			s.Until(300 * ms)
			first := s.Connect()
			first.Get("2")
			s.Until(500 * ms)
			second := s.Connect()
			second.Get("3")
			s.AwaitAll([]*Client{first, second}, patience)
			s.Exact("the last request", last.Wire())
			s.Exact("the first newcomer", first.Wire())
			s.Exact("the second newcomer", second.Wire())
			s.Order("starts", 0, s.Starts())
		},
	}
}
