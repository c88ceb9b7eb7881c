package scenarios

import (
	"fmt"
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// requests shows the answers to well-formed requests, byte for byte.
func requests() []Scenario {
	all := forParsers(requestAnswers)
	all = append(all, forParsers(requestMethods)...)
	all = append(all, forParsers(requestClosing)...)
	all = append(all, forParsers(requestPieces)...)
	all = append(all, forParsers(requestHalfClosed)...)
	all = append(all, forLoops(requestSegments)...)
	return append(all, requestValidation(), requestDocuments(), requestDate(), requestDateTick())
}

// quick is a server whose handler takes hardly any time, for scenarios about bytes.
func quick() servers.Config { return servers.Config{Mode: threadpool, Sleep: 20 * ms} }

func requestAnswers(string) Scenario {
	return Scenario{
		Name:   "answers",
		About:  "The plain answers: greeting, 404, 405, 422, redirect; status line, headers, order, case, body.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.Probe(append(gets("/?id=1", "/nowhere", "/", "/docs/"),
				probe{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"}))
		},
	}
}

func requestMethods(string) Scenario {
	var probes []probe
	for _, method := range []string{"HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "QUERY", "FOO", "get"} {
		for _, path := range []string{"/?id=1", "/nowhere", "/docs"} {
			probes = append(probes, probe{method + " " + path, method + " " + path + " HTTP/1.1\r\nHost: lab\r\n\r\n"})
		}
	}
	probes = append(probes, probe{"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: lab\r\n\r\n"},
		probe{"CONNECT", "CONNECT lab:443 HTTP/1.1\r\nHost: lab\r\n\r\n"})
	return Scenario{
		Name:   "methods",
		About:  "Every other method on the route, on no route, and on a documentation page.",
		Server: quick(),
		Core:   true,
		Play:   func(s *Stage) { s.Probe(probes) },
	}
}

func requestClosing(string) Scenario {
	return Scenario{
		Name:   "closing",
		About:  "Values of the Connection header in HTTP/1.0 and 1.1: the header in the answer, and whether the connection stays open.",
		Server: quick(),
		Core:   true,
		Play:   func(s *Stage) { s.Probe(closingProbes()) },
	}
}

// closingProbes are values of the Connection header in HTTP/1.0 and 1.1.
func closingProbes() []probe {
	var probes []probe
	for _, version := range []string{"1.1", "1.0"} {
		for _, value := range []string{"", "close", "Close", "CLOSE", "keep-alive", "Keep-Alive", "keep-alive, close", "close, te", "x"} {
			head := "GET /?id=1 HTTP/" + version + "\r\nHost: lab\r\n"
			if value != "" {
				head += "Connection: " + value + "\r\n"
			}
			probes = append(probes, probe{fmt.Sprintf("HTTP/%s, connection %q", version, value), head + "\r\n"})
		}
	}
	return probes
}

func requestPieces(string) Scenario {
	const get = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nAccept: */*\r\n\r\n"
	return Scenario{
		Name:   "pieces",
		About:  "One request in pieces: byte by byte, split in the method, in the path, between CR and LF.",
		Server: quick(),
		Play: func(s *Stage) {
			for _, cut := range []int{1, 2, 8, 19, 20, 25, len(get) - 2, len(get) - 1} {
				c := s.Connect()
				c.Send(get[:cut])
				s.Pause(30 * ms)
				c.SendMore(get[cut:])
				c.Await(1, patience)
				s.Exact(fmt.Sprintf("cut after %d bytes", cut), c.Status(0))
			}
			c := s.Connect()
			c.methods = []string{"GET"}
			for _, b := range []byte(get) {
				c.SendMore(string(b))
				s.Pause(2 * ms)
			}
			c.Settle()
			s.Exact("byte by byte", c.Wire())
		},
	}
}

func requestHalfClosed(string) Scenario {
	const get = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"
	return Scenario{
		Name:   "half-close",
		About:  "A client that sends a FIN and keeps reading: while its handler runs, after the answer, before its request is complete.",
		Server: servers.Config{Mode: threadpool, Sleep: 400 * ms},
		Core:   true,
		Play: func(s *Stage) {
			steps := []struct {
				name, raw string
				after     time.Duration
			}{
				{"right after the request", get, 0},
				{"during the work", get, 150 * ms},
				{"after the answer", get, 700 * ms},
				{"with nothing sent", "", 0},
				{"in the middle of the head", "GET /?id=1 HTTP/1.1\r\nHo", 50 * ms},
				{"in the middle of the body", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\nabc", 50 * ms},
				{"after a request for no route", "GET /x HTTP/1.1\r\nHost: lab\r\n\r\n", 0},
				{"after two requests", get + get, 150 * ms},
			}
			for _, step := range steps {
				c := s.Connect()
				s.Mark()
				if step.raw != "" {
					c.Send(step.raw)
				}
				s.Pause(step.after)
				c.HalfClose()
				c.AwaitEnd(2 * time.Second)
				s.Exact(step.name, c.Wire())
				s.Near(step.name+": ended at", 250*ms, c.EndedAt())
			}
			s.Pause(500 * ms)
			s.Exact("handlers started", len(s.Starts()))
			s.Exact("answers logged", s.Logged(`" 200 OK`))
		},
	}
}

func requestSegments(string) Scenario {
	return Scenario{
		Name:   "segments",
		About:  "In how many TCP segments do answers come: head and body separate, or together?",
		Server: quick(),
		Play: func(s *Stage) {
			for _, path := range []string{"/?id=1", "/nowhere", "/docs", "/openapi.json"} {
				c := s.Connect()
				c.GetPath(path)
				c.Await(1, patience)
				n, err := c.conn.Segments()
				s.fail(err)
				s.Exact(path, n)
			}
			c := s.Connect()
			c.Send("nonsense\r\n\r\n")
			c.AwaitEnd(patience)
			n, err := c.conn.Segments()
			s.fail(err)
			s.Exact("malformed", n)
		},
	}
}

func requestValidation() Scenario {
	return Scenario{
		Name:   "validation",
		About:  "Missing, empty, repeated, encoded and long ids; unknown parameters.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.Probe(gets("/", "/?", "/?x=1", "/?x=1&y=2", "/?ID=1", "/?id", "/?id=", "/?id=&x=1", "/?id=1&id=2", "/?id=1&id=",
				"/?id=abc", "/?id=a%20b", "/?id=a+b", "/?id=%2B1", "/?id=%E4%BD%A0%E5%A5%BD", "/?id=%ff%fe", "/?id=%zz", "/?id=%",
				"/?id=1;x=2", "/?id=1&&x=2", "/?&id=1", "/?id=a=b", "/?%69d=1", "/?id[]=1", "/?id=1%00", "/?id=%0a", "/?id=%22%3C%3E%5C",
				"/?id=1?id=2", "/?id=1/2", "/?id=:@!$'()*,"))
			s.Lines("ids that handlers saw, sorted", slices.Sorted(slices.Values(s.Starts())))
		},
	}
}

func requestDocuments() Scenario {
	return Scenario{
		Name:   "documents",
		About:  "The documentation pages that the framework itself provides, complete.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.Probe(append(gets("/openapi.json", "/docs", "/redoc", "/docs/oauth2-redirect", "/openapi.json?id=1", "/docs?x"),
				probe{"/docs without host", "GET /docs HTTP/1.0\r\n\r\n"},
				probe{"/docs HEAD", "HEAD /docs HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"/openapi.json HEAD", "HEAD /openapi.json HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"/openapi.json POST", "POST /openapi.json HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"}))
		},
	}
}

func requestDate() Scenario {
	return Scenario{
		Name:   "date-of-the-request",
		About:  "A handler takes three seconds: is the Date header the time of the request or of the answer?",
		Server: servers.Config{Mode: threadpool, Sleep: 3 * time.Second},
		Play: func(s *Stage) {
			clients := s.Burst(8, 200*ms)
			s.AwaitAll(clients, patience)
			var total time.Duration
			for _, c := range clients {
				total += dateAge(c)
			}
			s.Near("mean age of the date at the answer", 700*ms, total/time.Duration(len(clients)))
		},
	}
}

func requestDateTick() Scenario {
	return Scenario{
		Name:   "date-tick",
		About:  "Thirty Date headers over three seconds: never ahead of the clock, never more than a tick and a second behind it.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			dates := map[string]bool{}
			ahead, behind := 0, 0
			for range 30 {
				c := s.Connect()
				c.GetPath("/nowhere")
				c.Await(1, patience)
				age := dateAge(c)
				if age < 0 {
					ahead++
				}
				if age > 2300*ms {
					behind++
				}
				if answers := c.Answers(); len(answers) > 0 {
					dates[answers[0].Field("date")] = true
				}
				s.Pause(100 * ms)
			}
			s.Exact("ahead of the clock", ahead)
			s.Exact("far behind the clock", behind)
			s.Exact("three dates or four", len(dates) == 3 || len(dates) == 4 || len(dates) == 5)
		},
	}
}
