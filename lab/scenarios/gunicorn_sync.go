package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// gunicornSyncTopics are the scenarios for gunicorn's sync workers.
func gunicornSyncTopics() []Topic {
	return []Topic{
		{"one at a time", []Scenario{syncInTurn(), syncSilent(), syncLingering(), syncUnread()}},
		{"clients that leave", syncDepartures()},
		{"answers", wsgiAnswers()},
		{"malformed requests", wsgiMalformed()},
		{"FastAPI, which it cannot call", []Scenario{syncFastAPI()}},
		{"log lines", []Scenario{wsgiLogFields()}},
		{"the heartbeat", []Scenario{syncTimeout()}},
		{"stopping", []Scenario{syncStop(stopSignal{"sigterm", syscall.SIGTERM}), syncStop(stopSignal{"sigint", syscall.SIGINT})}},
		{"several workers", []Scenario{syncWorkers()}},
	}
}

// awaitWorker waits until the program is loaded: gunicorn listens, and says that it
// boots, before that.
func (s *Stage) awaitWorker() {
	c := s.Connect()
	c.GetPath("/loaded")
	c.Await(1, patience)
	c.Leave()
	s.Pause(100 * ms)
	s.Mark()
}

// said is what the workers wrote on stderr; the master's control socket opens when
// it pleases.
func (s *Stage) said() []string {
	return slices.DeleteFunc(s.AfterStart(), func(line string) bool { return strings.Contains(line, "Control socket") })
}

// serially plays probes one after the other, and states what stderr had to say.
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
		serially("closing", "What a client may say about the connection, in both versions: header in the answer, and whether it stays.", closingProbes()),
		serially("protocols", "Protocols that a client may ask for instead.", protocols()),
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
	const about = "Byte sequences that are wrong or on the edge of it: what comes back, with which reason, and what is logged?"
	fields := serially("malformed-fields", about, headerFields())
	fields.Core = true
	return []Scenario{
		fields,
		serially("malformed-lines", about, requestLines()),
		serially("malformed-framing", about, bodyFraming()),
		serially("malformed-sizes", about, wsgiSizes()),
	}
}

// wsgiSizes are heads of some length, which come in one segment: a server that reads
// less than there is and closes resets.
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
		About:  "A client that has sent all it will: FIN at once, during the work, before a request is whole. What comes, and what is logged?",
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

// wsgiUnfinished is about bodies of which the answer comes too early.
func wsgiUnfinished() Scenario {
	return Scenario{
		Name:   "body-unfinished",
		About:  "An answer that comes before the body is whole, or with more behind it: how does the connection end?",
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
		About:  "What an access line shows of paths, queries, agents, referrers and users.",
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

func syncInTurn() Scenario {
	return Scenario{
		Name:   "one-at-a-time",
		About:  "Four connections that stand already, one worker: who is accepted, started and answered when?",
		Server: servers.Config{Mode: threadpool, Sleep: 400 * ms},
		Core:   true,
		Play: func(s *Stage) {
			s.awaitWorker()
			clients := s.Burst(4, 30*ms)
			var answered []time.Duration
			for _, c := range clients {
				c.Await(1, patience)
				answered = append(answered, c.AnsweredAt(0))
				c.Leave()
			}
			s.Order("starts", 0, s.Starts())
			s.Near("answered at", 250*ms, answered...)
			s.Pause(50 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

func syncSilent() Scenario {
	return Scenario{
		Name:   "silent-client",
		About:  "A client connects first and says nothing, another asks: who waits for whom, and what ends it?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.awaitWorker()
			silent, half, next := s.Connect(), s.Connect(), s.Connect()
			half.Send("GET /?id=half HTTP/1.1\r\nHo")
			next.Get("next")
			s.Until(600 * ms)
			s.Exact("while the first is silent", next.Wire())
			silent.Leave()
			s.Until(1200 * ms)
			s.Exact("while the second is", next.Wire())
			half.SendMore("st: lab\r\n\r\n")
			half.Await(1, patience)
			half.Leave()
			next.Await(1, patience)
			s.Near("the last is answered at", 300*ms, next.AnsweredAt(0))
			s.Order("starts", 0, s.Starts())
		},
	}
}

func syncLingering() Scenario {
	return Scenario{
		Name:   "lingering",
		About:  "A client does not close behind its answer: how long does that keep the next from being served, and what if it goes on sending?",
		Server: servers.Config{Mode: threadpool, Sleep: 200 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			clients := s.ConnectAll(3)
			for i, c := range clients {
				c.Get(fmt.Sprint(i + 1))
				s.Pause(20 * ms)
			}
			clients[0].Await(1, patience)
			s.Near("the first is told the end at", 300*ms, clients[0].EndedAt())
			s.Pause(500 * ms)
			clients[0].SendMore("and more")
			clients[1].Await(1, patience)
			clients[1].Leave()
			clients[2].Await(1, patience)
			s.Near("answered at", 350*ms, clients[0].AnsweredAt(0), clients[1].AnsweredAt(0), clients[2].AnsweredAt(0))
		},
	}
}

func syncUnread() Scenario {
	return Scenario{
		Name:   "unread",
		About:  "A request with bytes behind it that the server leaves in the kernel: how does the connection end?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			c := s.Connect()
			c.Get("1")
			s.Pause(100 * ms)
			c.SendMore("GET /?id=2 HTTP/1.1\r\nHost: lab\r\n\r\n")
			c.AwaitEnd(3 * time.Second)
			s.Exact("bytes", c.Wire())
			c.Leave()
			s.Order("starts", 0, s.Starts())
		},
	}
}

func syncDepartures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, Scenario{
			Name:   "leave-" + how.name,
			About:  "Clients leave while the worker serves them, and while they wait in the kernel: what runs, and what is logged?",
			Server: servers.Config{Mode: threadpool, Sleep: 400 * ms},
			Core:   how.name == "fin",
			Play: func(s *Stage) {
				s.awaitWorker()
				clients := s.Burst(3, 50*ms)
				s.Until(250 * ms)
				how.leave(clients[0])
				how.leave(clients[1])
				clients[2].Await(1, patience)
				s.Order("starts", 0, s.Starts())
				s.Near("the last is answered at", 300*ms, clients[2].AnsweredAt(0))
				clients[2].Leave()
				s.Pause(150 * ms)
				s.Lines("stdout", s.Log(driver.Stdout))
				s.Lines("stderr after the start", s.said())
			},
		})
	}
	return all
}

func syncFastAPI() Scenario {
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

func syncTimeout() Scenario {
	return Scenario{
		Name:   "timeout",
		About:  "A client that says nothing, and a handler that sleeps for too long: the heartbeat's death, and what each client gets.",
		Server: servers.Config{Mode: threadpool, Sleep: 10 * time.Second, Timeout: 2 * time.Second},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			silent, slow := s.Connect(), s.Connect()
			slow.Get("slow")
			silent.AwaitEnd(6 * time.Second)
			s.Exact("silent", silent.Wire())
			s.Near("silent: ended at", 1300*ms, silent.EndedAt())
			silent.Leave()
			slow.AwaitEnd(20 * time.Second) // its worker has to load the program first
			s.Exact("slow", slow.Wire())
			slow.Leave()
			s.Exact("starts", strings.Join(s.Starts(), " "))
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func syncStop(sig stopSignal) Scenario {
	return Scenario{
		Name:   "stop-" + sig.name,
		About:  "A signal to the master with a request in work and another in the kernel: what does each get, and when is it over?",
		Server: servers.Config{Mode: threadpool, Sleep: 1500 * ms},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			clients := s.Burst(2, 50*ms)
			s.Until(400 * ms)
			s.Signal(sig.signal)
			clients[0].AwaitEnd(patience)
			clients[0].Leave()
			clients[1].AwaitEnd(patience)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 2*time.Second, after)
			s.stateEnds(clients, "in work", "in the kernel")
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.said())
		},
	}
}

func syncWorkers() Scenario {
	return Scenario{
		Name:   "two-workers",
		About:  "Two workers and six connections: two are served at a time.",
		Server: servers.Config{Mode: threadpool, Sleep: 600 * ms, Workers: 2},
		Play: func(s *Stage) {
			s.awaitWorker()
			s.Pause(time.Second) // the other loads its program as well
			clients := s.Burst(6, 20*ms)
			var answered []time.Duration
			for _, c := range clients {
				c.Await(1, patience)
				answered = append(answered, c.AnsweredAt(0))
				c.Leave()
			}
			s.Near("answered at", 350*ms, answered...)
		},
	}
}
