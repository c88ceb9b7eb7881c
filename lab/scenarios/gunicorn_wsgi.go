package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// awaitWorker waits until the application is loaded: gunicorn listens, and logs that it boots, before
// that.
func (s *Stage) awaitWorker() {
	c := s.Connect()
	c.GetPath("/loaded")
	c.Await(1, patience)
	c.Leave()
	s.Pause(100 * ms)
	s.Mark()
}

// said is what the workers wrote to stderr, without the line about the master's control socket, which
// comes at no fixed time.
func (s *Stage) said() []string {
	return slices.DeleteFunc(s.AfterStart(), func(line string) bool { return strings.Contains(line, "Control socket") })
}

// serially sends probes one after the other, and states what appeared on stderr.
func serially(name, about string, probes []probe) Scenario {
	return Scenario{
		Name: name, About: about, Server: quick(),
		Play: func(s *Stage) {
			s.awaitWorker()
			s.ProbeInTurn(probes)
			s.Lines("stderr after the start", s.said())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func wsgiAnswers() []Scenario {
	answers := serially("answers", "The plain answers: greeting, 404, 400, 405; status line, headers, order, case, body, access line.",
		append(gets("/?id=1", "/nowhere", "/", "//", "//?id=1", "/static/x", "/?id=%C3%A4", "/?"),
			probe{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\nabc"},
			probe{"HTTP/1.0", "GET /?id=1 HTTP/1.0\r\n\r\n"},
			probe{"HEAD", "HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
			probe{"expect", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"},
			probe{"absolute form", "GET http://lab/?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
			probe{"forwarded", "GET // HTTP/1.1\r\nHost: lab\r\nX-Forwarded-Proto: https\r\n\r\n"}))
	answers.Core = true
	return []Scenario{
		answers,
		serially("methods", "Every other method on the route and on no route.", wsgiMethods()),
		serially("closing", "Values of the Connection header in HTTP/1.0 and 1.1: the header in the answer, and whether the connection stays open.", closingProbes()),
		serially("protocols", "Other protocols that a client may request.", protocols()),
		serially("redirected-hosts", "A redirect to unusual hosts.", redirectedHosts()),
		wsgiHalfClose(),
		wsgiUnfinished(),
	}
}

func wsgiMethods() []probe {
	var probes []probe
	for _, method := range []string{"HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "FOO", "get"} {
		for _, path := range []string{"/?id=1", "/nowhere"} {
			probes = append(probes, probe{method + " " + path, method + " " + path + " HTTP/1.1\r\nHost: lab\r\n\r\n"})
		}
	}
	return append(probes, probe{"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: lab\r\n\r\n"},
		probe{"CONNECT", "CONNECT lab:443 HTTP/1.1\r\nHost: lab\r\n\r\n"})
}

func wsgiMalformed() []Scenario {
	const about = "Malformed and borderline byte sequences: what comes back, with which reason, and what is logged?"
	fields := serially("malformed-fields", about, headerFields())
	fields.Core = true
	return []Scenario{
		fields,
		serially("malformed-lines", about, requestLines()),
		serially("malformed-framing", about, bodyFraming()),
		serially("malformed-sizes", about, wsgiSizes()),
	}
}

// wsgiSizes are heads of various lengths, sent in one segment: a server that closes before reading
// everything causes a reset.
func wsgiSizes() []probe {
	var probes []probe
	for _, n := range []int{4000, 4079, 4080, 4081, 8000} {
		probes = append(probes, probe{fmt.Sprintf("path of %d bytes", n), "GET /" + strings.Repeat("a", n) + " HTTP/1.1" + host})
	}
	for _, n := range []int{8000, 8180, 8185, 8186, 8192} {
		probes = append(probes, probe{fmt.Sprintf("header of %d bytes", n), "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + strings.Repeat("a", n) + "\r\n\r\n"})
	}
	for _, n := range []int{98, 99, 100, 300} {
		probes = append(probes, probe{fmt.Sprintf("%d headers", n), "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", n) + "\r\n"})
	}
	return append(probes,
		probe{"a line of 4097 bytes, not finished", "GET /" + strings.Repeat("a", 4092)},
		probe{"a line of 4096 bytes, not finished", "GET /" + strings.Repeat("a", 4091)})
}

func wsgiHalfClose() Scenario {
	const get = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"
	return Scenario{
		Name:   "half-close",
		About:  "A client that sends a FIN and keeps reading: at once, while its handler runs, before its request is complete. What comes back, and what is logged?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			for _, step := range []struct {
				name, raw string
				after     time.Duration
			}{
				{"right after the request", get, 0},
				{"during the work", get, 150 * ms},
				{"with nothing sent", "", 50 * ms},
				{"in the middle of the line", "GET /?id", 50 * ms},
				{"in the middle of the head", "GET /?id=1 HTTP/1.1\r\nHo", 50 * ms},
				{"in the middle of the body", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\nabc", 50 * ms},
				{"after two requests", get + get, 50 * ms},
			} {
				c := s.Connect()
				if step.raw != "" {
					c.Send(step.raw)
				}
				s.Pause(step.after)
				c.HalfClose()
				c.AwaitEnd(3 * time.Second)
				s.Exact(step.name, c.Wire())
				c.Leave()
			}
			s.Pause(50 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.said())
		},
	}
}

// wsgiUnfinished is about answers that come before the body is complete.
func wsgiUnfinished() Scenario {
	return Scenario{
		Name:   "body-unfinished",
		About:  "An answer that comes before the body is complete, or while more bytes follow it: how does the connection end?",
		Server: quick(),
		Play: func(s *Stage) {
			s.awaitWorker()
			for _, p := range []probe{
				{"half a body", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabcde"},
				{"a whole body", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 5\r\n\r\nabcde"},
				{"two requests", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\nGET /?id=2 HTTP/1.1\r\nHost: lab\r\n\r\n"},
				{"chunks", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
				{"a bad chunk", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
			} {
				c := s.Connect()
				c.Send(p.raw)
				c.AwaitEnd(3500 * ms)
				s.Exact(p.name, c.Wire())
				c.Leave()
			}
			s.Pause(50 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.said())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func wsgiLogFields() Scenario {
	return Scenario{
		Name:   "log-fields",
		About:  "Paths, queries, user agents, referrers and user names in access lines.",
		Server: quick(),
		Play: func(s *Stage) {
			s.awaitWorker()
			for _, raw := range []string{
				"GET /?id=1&x=%20y HTTP/1.1\r\nHost: lab\r\nUser-Agent: curl/7.88\r\nReferer: http://lab/\r\n\r\n",
				"GET /no%20where/%C3%A4/%2F?a=b HTTP/1.1\r\nHost: lab\r\n\r\n",
				"GET /a?\"q\" HTTP/1.0\r\nREFERER: \"x\"\r\nUser-Agent: \xe4\r\n\r\n",
				"HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\nUser-Agent:\r\n\r\n",
				"GET http://lab/x#y HTTP/1.1\r\nHost: lab\r\n\r\n",
				"GET /u HTTP/1.1\r\nHost: lab\r\nAuthorization: Basic am9lOnNlY3JldA==\r\n\r\n",
				"GET /u HTTP/1.1\r\nHost: lab\r\nAuthorization: Basic am9l\r\n\r\n",
				"GET /u HTTP/1.1\r\nHost: lab\r\nAuthorization: Bearer am9lOnNlY3JldA==\r\n\r\n",
			} {
				c := s.Connect()
				c.Send(raw)
				c.Await(1, patience)
				c.Leave()
				s.Pause(50 * ms)
			}
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

func wsgiFastAPI() Scenario {
	return Scenario{
		Name:   "fastapi",
		About:  "An ASGI application on a WSGI worker: what does every request get, and what is logged?",
		Server: servers.Config{Mode: threadpool, App: "fastapi", Sleep: 20 * ms},
		Core:   true,
		Play: func(s *Stage) {
			s.awaitWorker()
			s.ProbeInTurn(append(gets("/?id=1", "/nowhere", "/docs"),
				probe{"POST", "POST /?id=1 HTTP/1.0\r\nContent-Length: 3\r\nUser-Agent: x\r\n\r\nabc"},
				probe{"HEAD", "HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
				probe{"expect", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nExpect: 100-continue\r\n\r\n"},
				probe{"malformed", "nonsense\r\n\r\n"}))
			s.Lines("stderr after the start", s.said())
			s.Lines("errors in the log", s.Errors())
		},
	}
}
