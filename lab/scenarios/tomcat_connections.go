package scenarios

import (
	"strings"
	"time"
)

// warmed is a scenario on a server that has already answered a request.
func warmed(scenario Scenario) Scenario {
	play := scenario.Play
	scenario.Play = func(s *Stage) {
		s.warm()
		play(s)
	}
	return scenario
}

func tomcatPieces() Scenario {
	scenario := requestPieces("")
	scenario.Name, scenario.Server = "pieces", onTomcat(20*ms, 0)
	return warmed(scenario)
}

func tomcatHalfClosed() Scenario {
	scenario := requestHalfClosed("")
	scenario.Name, scenario.Server, scenario.Core = "half-close", onTomcat(400*ms, 0), false
	return warmed(scenario)
}

// tomcatLater sends malformed bytes after valid ones, or in two pieces.
func tomcatLater() Scenario {
	return Scenario{
		Name:   "malformed-later",
		About:  "Garbage after an answer, while the servlet runs, and inside a body: which answers still come?",
		Server: onTomcat(150*ms, 0),
		Play: func(s *Stage) {
			s.warm()
			const chunked = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n"
			s.InTwo("after an answer", "GET /?id=1 HTTP/1.1"+host, "nonsense\r\n\r\n", 400*ms)
			s.InTwo("during the work", "GET /?id=1 HTTP/1.1"+host, "nonsense\r\n\r\n", 50*ms)
			s.InTwo("after a 404", "GET /x HTTP/1.1"+host, "nonsense\r\n\r\n", 400*ms)
			s.InTwo("bad chunk later", chunked, "xyz\r\n", 400*ms)
			s.InTwo("good chunks later", chunked, "3\r\nabc\r\n0\r\n\r\nGET /x HTTP/1.1"+host, 400*ms)
			s.InTwo("head in two pieces", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nX", "\x00: y\r\n\r\n", 50*ms)
			s.InTwo("long head in two pieces", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nX: "+strings.Repeat("a", 6<<10), strings.Repeat("b", 6<<10), 100*ms)
			s.InTwo("long path in two pieces", "GET /"+strings.Repeat("a", 6<<10), strings.Repeat("b", 6<<10)+" HTTP/1.1"+host, 100*ms)
			s.InTwo("long path in two pieces, more", "GET /"+strings.Repeat("a", 9<<10), strings.Repeat("b", 1<<10)+" HTTP/1.1"+host, 100*ms)
		},
	}
}

// tomcatBodies sends bodies that no servlet reads.
func tomcatBodies() Scenario {
	return Scenario{
		Name:   "body-unfinished",
		About:  "An answer that comes before the body is complete: the thread waits for the rest, and then the next request is read.",
		Server: onTomcat(20*ms, 0),
		Play: func(s *Stage) {
			s.warm()
			for _, p := range []probe{
				{"404", "GET /nowhere HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabcde"},
				{"200", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabcde"},
				{"405 with chunks", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"},
				{"400", "GET / HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabcde"},
				{"more than is swallowed", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3000000\r\n\r\nabcde"},
			} {
				c := s.Connect()
				c.Send(p.raw)
				c.Settle()
				s.Exact(p.name+", at once", c.Wire())
				if p.name == "405 with chunks" {
					c.SendMore("0\r\n\r\n")
				} else {
					c.SendMore("fghij")
				}
				c.Get("2")
				c.Settle()
				s.Exact(p.name+", and the next", c.Wire())
			}
		},
	}
}

func tomcatExpect() Scenario {
	return Scenario{
		Name:   "expect",
		About:  "A client that waits for 100 Continue before its body: does it get it, and what if it sends the body after the answer?",
		Server: onTomcat(20*ms, 0),
		Play: func(s *Stage) {
			s.warm()
			for _, p := range []probe{
				{"GET", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"},
				{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"},
				{"404", "GET /x HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"},
				{"in capitals", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\nExpect: 100-CONTINUE\r\n\r\n"},
				{"in HTTP/1.0", "GET /?id=1 HTTP/1.0\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"},
				{"without a body", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nExpect: 100-continue\r\n\r\n"},
			} {
				c := s.Connect()
				c.Send(p.raw)
				c.Settle()
				s.Exact(p.name, c.Wire())
				c.SendMore("abc")
				c.Get("2")
				c.Settle()
				s.Exact(p.name+", then body and another request", c.Wire())
			}
		},
	}
}

// tomcatHundred sends a hundred and one requests on one connection.
func tomcatHundred() Scenario {
	return Scenario{
		Name:   "hundred-requests",
		About:  "A hundred requests on one connection, and one more: the hundredth answer closes it.",
		Server: onTomcat(0, 0),
		Play: func(s *Stage) {
			s.warm()
			c := s.Connect()
			for i := range 98 {
				c.GetPath("/nowhere")
				c.Await(i+1, patience)
			}
			c.Get("99")
			c.Get("100")
			c.Get("101")
			c.AwaitEnd(patience)
			answers := c.Answers()
			s.Exact("answers", len(answers))
			s.Exact("connection of the 99th", answers[min(98, len(answers)-1)].Field("connection"))
			s.Exact("connection of the last", answers[len(answers)-1].Field("connection"))
			s.Exact("end", c.Ending())
			s.Order("started", 0, s.asked())
		},
	}
}

// tomcatIdle uses a connectionTimeout of two seconds. The poller checks about once a second.
func tomcatIdle() Scenario {
	points := append(idlePointsExcept("a stray LF after an answer"),
		idlePoint{name: "after an answer that took longer", first: "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		idlePoint{name: "with keep-alive", first: "GET /x HTTP/1.1\r\nHost: lab\r\nConnection: keep-alive\r\n\r\n"})
	server := onTomcat(3*time.Second, 0)
	server.KeepAlive = 2 * time.Second
	return Scenario{
		Name:   "idle-states",
		About:  "Connections that fall silent at different points: which does the server close, when, and with what bytes?",
		Server: server,
		Play: func(s *Stage) {
			s.warm()
			s.fallSilent(points, 7*time.Second, time.Second)
		},
	}
}

func tomcatKeepAlive() Scenario {
	return Scenario{
		Name:   "keep-alive-default",
		About:  "A client that sends Connection: keep-alive: which timeout does the answer name, and does the connection stay open for eight seconds?",
		Server: onTomcat(20*ms, 0),
		Play: func(s *Stage) {
			c, silent := s.Connect(), s.Connect()
			c.Send("GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: keep-alive\r\n\r\n")
			s.Pause(8 * time.Second)
			s.Exact("answered", c.Wire())
			s.Exact("silent", silent.Wire())
		},
	}
}
