package scenarios

import (
	"fmt"
	"slices"
	"strings"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// waitressTopics are the scenarios for waitress.
func waitressTopics() []Topic {
	const about = "Malformed and borderline byte sequences: what comes back, and does the connection stay open?"
	probes := func(name, about string, core bool, probes []probe) Scenario {
		return Scenario{Name: name, About: about, Server: quick(), Core: core, Play: func(s *Stage) { s.Probe(probes) }}
	}
	return []Topic{
		{"threads", []Scenario{waitressOrder(), waitressInTurn(), waitressBusy(), waitressConnections(), waitressOutOfFiles()}},
		{"clients that leave", []Scenario{waitressLeaves()}},
		{"clients that do not read", []Scenario{unread()}},
		{"answers", []Scenario{
			probes("answers", "The plain answers: greeting, 400 without its parameter, 404, 405, redirect; every byte.", true,
				append(gets("/?id=1", "/", "/nowhere", "/static/x", "/static//x?y=1"), probe{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"},
					probe{"HEAD", "HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"}, probe{"OPTIONS", "OPTIONS / HTTP/1.1\r\nHost: lab\r\n\r\n"})),
			probes("closing", "Values of the Connection header in HTTP/1.0 and 1.1.", false, closingProbes()),
			requestSegments(""), requestPieces(""), atLeisure(requestHalfClosed("")),
		}},
		{"pipelining", []Scenario{pipelined(3)}},
		{"malformed requests", []Scenario{
			probes("malformed-lines", about, false, requestLines()),
			probes("malformed-fields", about, false, slices.DeleteFunc(headerFields(), func(p probe) bool { return strings.HasPrefix(p.name, "expect") })),
			probes("malformed-framing", about, false, slices.DeleteFunc(bodyFraming(), func(p probe) bool { return strings.HasSuffix(p.name, "with expect") })),
			probes("malformed-sizes", about, false, waitressSizes()),
			{Name: "malformed-odd", About: about, Server: quick(), Play: func(s *Stage) { s.ProbeBytes(waitressOdd()) }},
			{
				Name: "absolute-targets", About: "Targets of every form: how is each split, and which end the connection?", Server: quick(),
				Play: func(s *Stage) { s.ProbeBytes(absoluteTargets()) },
			},
			probes("expect", "Requests that expect 100 Continue, alone and after another in one piece.", false, waitressContinuing()),
			continuedLater(),
			probes("redirected-hosts", "A redirect to unusual hosts.", false, redirectedHosts()),
		}},
		{"stopping", waitressStopping()},
		{"log lines", []Scenario{atLeisure(logWholeLife("")), escapes("")}},
		viewsPrograms(true),
		programsComputing(),
	}
}

func waitressSizes() []probe {
	var probes []probe
	for _, n := range []int{60 << 10, 262144 - len("GET / HTTP/1.1\r\nX: \r\n\r\n") - 1, 262144 - len("GET / HTTP/1.1\r\nX: \r\n\r\n"), 300 << 10} {
		probes = append(probes, probe{fmt.Sprintf("header of %d", n), "GET / HTTP/1.1\r\nX: " + strings.Repeat("a", n) + "\r\n\r\n"})
	}
	return append(probes, probe{"300 headers", "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", 300) + "\r\n"})
}

func waitressOrder() Scenario {
	return Scenario{
		Name:   "order",
		About:  "Ten requests for four threads: when and in which thread does each run, and what does the log say about the queue?",
		Server: servers.Config{Mode: threadpool, Sleep: 400 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(10, 20*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 0, s.Starts())
			s.Near("answered at", 250*ms, answeredAt(clients)...)
			s.Exact("most at once", s.Ceiling())
			s.Lines("threads", slices.Compact(slices.Sorted(slices.Values(s.StartThreads()))))
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

func waitressInTurn() Scenario {
	return Scenario{
		Name:   "threads-in-turn",
		About:  "Requests one after the other, with a 404 and a malformed one among them: in which thread does each run?",
		Server: quick(),
		Play: func(s *Stage) {
			for i, raw := range []string{
				"/?id=1", "/?id=2", "/nowhere", "/?id=3", "", "/?id=4", "/?id=5", "/nowhere", "/nowhere", "/?id=6",
			} {
				c := s.Connect()
				if raw == "" {
					c.Send("nonsense\r\n\r\n")
				} else {
					c.GetPath(raw)
				}
				c.Await(1, patience)
				s.Pause(30 * ms)
				if i%2 == 1 {
					c.Leave()
				}
			}
			s.Lines("threads", s.StartThreads())
		},
	}
}

func waitressBusy() Scenario {
	return Scenario{
		Name:   "busy-others",
		About:  "Every thread is busy: are a 404, a malformed request and a silent client handled meanwhile?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 800 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(2, 20*ms)
			s.AwaitStarts(2, patience)
			others := s.ConnectAll(3)
			others[0].GetPath("/nowhere")
			s.Pause(30 * ms)
			others[1].Send("nonsense\r\n\r\n")
			s.Until(500 * ms)
			s.stateEnds(others, "404 meanwhile", "malformed meanwhile", "silent")
			s.AwaitAll(append(clients, others[:2]...), patience)
			s.Near("answered at", 300*ms, answeredAt(append(clients, others[:2]...))...)
			s.Exact("malformed", others[1].Wire())
			s.Lines("stderr after the start", s.Log(driver.Stderr))
		},
	}
}

func waitressConnections() Scenario {
	return Scenario{
		Name:   "connection-limit",
		About:  "A hundred and ten silent clients: how many are accepted, and how many more when some of them leave?",
		Server: quick(),
		Play: func(s *Stage) {
			clients := s.ConnectAll(110)
			s.Pause(300 * ms)
			s.Exact("not accepted yet", s.AcceptQueue())
			s.Lines("stderr", s.Log(driver.Stderr))
			for _, c := range clients[:20] {
				c.Leave()
			}
			s.Pause(1500 * ms)
			s.Exact("not accepted when twenty have left", s.AcceptQueue())
			clients[109].Get("1")
			clients[109].Await(1, patience)
			s.Exact("the last", clients[109].Status(0))
			s.Lines("stderr in the end", s.Log(driver.Stderr))
		},
	}
}

func waitressLeaves() Scenario {
	return Scenario{
		Name:   "leave-running",
		About:  "One client leaves while its handler runs, one while it waits for a thread: do their handlers run, and what is logged?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 500 * ms},
		Play: func(s *Stage) {
			clients := s.Burst(4, 50*ms)
			s.Until(300 * ms)
			clients[0].Leave()
			clients[1].Reset()
			clients[3].Await(1, patience)
			s.Order("starts", 0, s.Starts())
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

func waitressStopping() []Scenario {
	var all []Scenario
	for _, sig := range []stopSignal{{"sigterm", terminate}, {"sigint", interrupt}} {
		all = append(all, Scenario{
			Name:   "stop-in-work-" + sig.name,
			About:  "A signal with requests running and one queued: which are answered, and when has the process ended?",
			Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 1200 * ms},
			Alone:  true,
			Core:   sig.signal == interrupt,
			Play: func(s *Stage) {
				silent := s.Connect()
				clients := s.Burst(3, 50*ms)
				s.Until(400 * ms)
				s.Signal(sig.signal)
				exit, after := s.AwaitExit(patience)
				s.Exact("exit", exit)
				s.Near("exit after", 700*ms, after)
				s.stateEnds(append(clients, silent), "first", "second", "in line", "silent")
				s.Lines("stdout", s.Log(driver.Stdout))
				s.Lines("stderr", s.Log(driver.Stderr))
			},
		})
	}
	return all
}
