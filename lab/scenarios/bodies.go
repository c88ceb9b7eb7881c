package scenarios

import (
	"bytes"
	"fmt"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// bodies shows what happens to bytes that no handler reads.
func bodies() []Scenario {
	all := forParsers(bodyUnread)
	all = append(all, forParsers(bodyEarly)...)
	return append(all, forParsers(bodyExpect)...)
}

func bodyUnread(string) Scenario {
	const size = 20 << 20
	return Scenario{
		Name:   "body-nobody-reads",
		About:  "A GET with a body of twenty megabytes while its handler sleeps: does the server stop reading, when does it resume, is the connection usable afterwards?",
		Server: servers.Config{Mode: threadpool, Sleep: 1500 * ms},
		Core:   true,
		Kernel: true,
		Play: func(s *Stage) {
			c := s.Connect()
			s.Mark()
			c.Send(fmt.Sprintf("GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: %d\r\n\r\n", size))
			body := bytes.Repeat([]byte("x"), size)
			taken := c.Fill(body, time.Second)
			s.Exact("all taken while the handler sleeps", taken == size)
			s.Share("part taken while the handler sleeps", 0.15, taken, size)
			rest := c.Fill(body[taken:], 5*time.Second)
			s.Exact("all taken in the end", taken+rest == size)
			s.Near("all taken at", 500*ms, s.Since(s.venue.Now()))
			c.Await(1, patience)
			s.Near("answered at", 300*ms, c.AnsweredAt(0))
			c.Get("2")
			c.Await(2, patience)
			s.Exact("answers", c.Status(0)+" "+c.Status(1))
		},
	}
}

func bodyEarly(string) Scenario {
	return Scenario{
		Name:   "body-unfinished",
		About:  "An answer that comes before the body is complete: the rest is discarded and the next request is read.",
		Server: quick(),
		Play: func(s *Stage) {
			for _, p := range []probe{
				{"404", "GET /nowhere HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabcde"},
				{"200", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabcde"},
				{"405 with chunks", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"},
			} {
				c := s.Connect()
				c.Send(p.raw)
				c.Await(1, patience)
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

func bodyExpect(string) Scenario {
	return Scenario{
		Name:   "body-expect-100",
		About:  "A client that waits for 100 Continue before its body: does it get it, and what if it sends the body after the answer?",
		Server: quick(),
		Play: func(s *Stage) {
			for _, method := range []string{"GET", "POST"} {
				c := s.Connect()
				c.Send(method + " /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
				c.Settle()
				s.Exact(method, c.Wire())
				c.SendMore("abc")
				c.Get("2")
				c.Settle()
				s.Exact(method+", then body and another request", c.Wire())
			}
		},
	}
}
