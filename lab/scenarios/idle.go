package scenarios

import (
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// idle shows when an idle connection is closed, and when it never is.
func idle() []Scenario {
	return append(forParsers(idleStates), idleDefault(), idleAgain(), idleDuringWork(), idleHTTP10())
}

func idleDefault() Scenario {
	return Scenario{
		Name:   "idle-five-seconds",
		About:  "A connection stays open after its answer: when does the server close it with its default timeout?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms},
		Core:   true,
		Play: func(s *Stage) {
			c := s.Connect()
			c.Get("1")
			c.Await(1, patience)
			answered := c.AnsweredAt(0)
			c.AwaitEnd(8 * time.Second)
			s.Exact("end", c.Ending())
			s.Near("closed after", 350*ms, c.EndedAt()-answered)
		},
	}
}

// idlePoint is a point at which a client falls silent: after the first text or, if there is a second,
// after sending that 300 ms later.
type idlePoint struct{ name, first, then string }

// idlePoints are those used for most servers.
func idlePoints() []idlePoint {
	return []idlePoint{
		{name: "after an answer", first: "GET /x HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{name: "nothing sent"},
		{name: "half a request line", first: "GET / HT"},
		{name: "half a head", first: "GET / HTTP/1.1\r\nHost: lab\r\nAcc"},
		{name: "half of a second request", first: "GET /x HTTP/1.1\r\nHost: lab\r\n\r\n", then: "GET / HTTP/1.1\r\nHo"},
		{name: "a stray CRLF after an answer", first: "GET /x HTTP/1.1\r\nHost: lab\r\n\r\n", then: "\r\n"},
		{name: "a stray LF after an answer", first: "GET /x HTTP/1.1\r\nHost: lab\r\n\r\n", then: "\n"},
		{name: "a stray CRLF at the start", first: "\r\n"},
		{name: "half a body", first: "GET /x HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\nabc"},
	}
}

// idlePointsExcept are idlePoints without some of them.
func idlePointsExcept(names ...string) []idlePoint {
	return slices.DeleteFunc(idlePoints(), func(p idlePoint) bool { return slices.Contains(names, p.name) })
}

// fallSilent has one connection fall silent at each point. It states what came on each connection until
// a given time, and when it ended, within a tolerance.
func (s *Stage) fallSilent(points []idlePoint, until, tolerance time.Duration) {
	clients := s.ConnectAll(len(points))
	for i, point := range points {
		if point.first != "" {
			clients[i].Send(point.first)
		}
	}
	s.Pause(300 * ms)
	s.Mark()
	for i, point := range points {
		if point.then != "" {
			clients[i].SendMore(point.then)
		}
	}
	s.Until(until)
	for i, point := range points {
		s.Exact(point.name, clients[i].Wire())
		s.Near(point.name+": ended at", tolerance, clients[i].EndedAt())
	}
}

// idleStates uses a keep-alive timeout of one second.
func idleStates(string) Scenario {
	return Scenario{
		Name:   "idle-states",
		About:  "Connections that fall silent at different points: which does the server close, when, and with what bytes?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, KeepAlive: time.Second},
		Core:   true,
		Play:   func(s *Stage) { s.fallSilent(idlePoints(), 3*time.Second, 400*ms) },
	}
}

func idleAgain() Scenario {
	return Scenario{
		Name:   "idle-timer-starts-again",
		About:  "A second request within the keep-alive timeout: the timeout restarts at its answer.",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms, KeepAlive: 2 * time.Second},
		Play: func(s *Stage) {
			c := s.Connect()
			c.Get("1")
			c.Await(1, patience)
			s.Pause(1200 * ms)
			c.Get("2")
			c.Await(2, patience)
			answered := c.AnsweredAt(1)
			c.AwaitEnd(5 * time.Second)
			s.Exact("end", c.Ending())
			s.Near("closed after the second answer", 350*ms, c.EndedAt()-answered)
		},
	}
}

func idleDuringWork() Scenario {
	return Scenario{
		Name:   "idle-during-work",
		About:  "A handler that takes longer than the keep-alive timeout: does its connection stay open, and for how long after the answer?",
		Server: servers.Config{Mode: threadpool, Sleep: 2500 * ms, KeepAlive: time.Second},
		Play: func(s *Stage) {
			c := s.Connect()
			c.GetPath("/nowhere")
			c.Await(1, patience)
			s.Mark()
			c.Get("1")
			c.Await(2, patience)
			s.Near("answered at", 300*ms, c.AnsweredAt(1))
			answered := c.AnsweredAt(1)
			c.AwaitEnd(3 * time.Second)
			s.Exact("end", c.Ending())
			s.Near("closed after", 350*ms, c.EndedAt()-answered)
		},
	}
}

func idleHTTP10() Scenario {
	return Scenario{
		Name:   "idle-closed-at-once",
		About:  "Requests that close their connection: how long after the answer does the FIN come?",
		Server: servers.Config{Mode: threadpool, Sleep: 50 * ms},
		Play: func(s *Stage) {
			for _, p := range []probe{
				{"HTTP/1.0", "GET /?id=1 HTTP/1.0\r\n\r\n"},
				{"HTTP/1.0 keep-alive", "GET /?id=1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"},
				{"Connection: close", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"},
			} {
				c := s.Connect()
				c.Send(p.raw)
				c.Await(1, patience)
				answered := c.AnsweredAt(0)
				c.AwaitEnd(2 * time.Second)
				s.Exact(p.name, c.Wire())
				s.Near(p.name+": FIN after the answer", 150*ms, c.EndedAt()-answered)
			}
		},
	}
}
