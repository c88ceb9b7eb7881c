package scenarios

import (
	"strings"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// pipelining shows requests that are sent before the previous one has been answered.
func pipelining() []Scenario {
	var all []Scenario
	for _, n := range []int{2, 3} {
		all = append(all, forParsers(func(string) Scenario { return pipelined(n) })...)
	}
	all = append(all, forParsers(pipelinedLate)...)
	all = append(all, forParsers(pipelinedMixed)...)
	return append(all, forLoops(pipelinedBlocked)...)
}

func pipelined(n int) Scenario {
	ids := []string{"1", "2", "3"}[:n]
	return Scenario{
		Name:   "pipeline-" + map[int]string{2: "two", 3: "three"}[n],
		About:  "Requests sent in one piece: each starts only after the answer before it.",
		Server: servers.Config{Mode: threadpool, Sleep: 500 * ms},
		Core:   n == 3,
		Play: func(s *Stage) {
			c := s.Connect()
			s.Mark()
			var raw strings.Builder
			for _, id := range ids {
				raw.WriteString("GET /?id=" + id + " HTTP/1.1\r\nHost: lab\r\n\r\n")
			}
			c.Send(raw.String())
			c.Await(n, patience)
			s.Near("started at", 250*ms, s.StartTimes(ids...)...)
			var answered []time.Duration
			for k := range ids {
				answered = append(answered, c.AnsweredAt(k))
			}
			s.Near("answered at", 250*ms, answered...)
			c.Settle()
			s.Exact("bytes", c.Wire())
		},
	}
}

func pipelinedLate(string) Scenario {
	return Scenario{
		Name:   "pipeline-late",
		About:  "A second request in two pieces, both sent while the first runs.",
		Server: servers.Config{Mode: threadpool, Sleep: 600 * ms},
		Play: func(s *Stage) {
			c := s.Connect()
			s.Mark()
			c.Get("1")
			s.Until(150 * ms)
			c.Send("GET /?id=2 HT")
			s.Until(300 * ms)
			c.SendMore("TP/1.1\r\nHost: lab\r\n\r\n")
			c.Await(2, patience)
			s.Near("started at", 250*ms, s.StartTimes("1", "2")...)
			s.Exact("statuses", c.Status(0)+" "+c.Status(1))
		},
	}
}

// pipelinedMixed sends pairs whose second part is not an ordinary request, or must not be answered.
func pipelinedMixed(string) Scenario {
	return Scenario{
		Name:   "pipeline-mixed",
		About:  "A request and something unusual in one piece: what is answered, and how does the connection end?",
		Server: servers.Config{Mode: threadpool, Sleep: 150 * ms},
		Core:   true,
		Play:   func(s *Stage) { s.Probe(pipelinedPairs()) },
	}
}

func pipelinedPairs() []probe {
	const get = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"
	return []probe{
		{"answer and 404", get + "GET /x HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"answer and 422", get + "GET / HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"answer and garbage", get + "no request at all\r\n\r\n"},
		{"close, then another", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n" + get},
		{"another that closes", get + "GET /?id=2 HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"},
		{"HTTP/1.0, then another", "GET /?id=1 HTTP/1.0\r\n\r\n" + get},
		{"a body, then another", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\nabc" + get},
		{"chunks, then another", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + get},
		{"two 404s", "GET /x HTTP/1.1\r\nHost: lab\r\n\r\nGET /y HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"HEAD, then GET", "HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n" + get},
		{"POST with body, then GET", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\nabc" + get},
	}
}

func pipelinedBlocked(string) Scenario {
	return Scenario{
		Name:   "pipeline-blocked",
		About:  "Two connections with two requests each, all of which block the loop: in which order do they run?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 400 * ms},
		Play: func(s *Stage) {
			clients := s.ConnectAll(2)
			s.Pause(100 * ms)
			s.Mark()
			for i, c := range clients {
				id := []string{"a", "b"}[i]
				c.Send("GET /?id=" + id + "1 HTTP/1.1\r\nHost: lab\r\n\r\nGET /?id=" + id + "2 HTTP/1.1\r\nHost: lab\r\n\r\n")
				s.Pause(20 * ms)
			}
			for _, c := range clients {
				c.Await(2, patience)
			}
			s.Order("starts", 0, s.Starts())
			s.Near("answered at", 250*ms, clients[0].AnsweredAt(0), clients[0].AnsweredAt(1), clients[1].AnsweredAt(0), clients[1].AnsweredAt(1))
		},
	}
}
