package scenarios

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// gunicornGthreadTopics are the scenarios for gunicorn's threaded workers.
func gunicornGthreadTopics() []Topic {
	return []Topic{
		{"the pool of threads", []Scenario{gthreadOrder(), gthreadAccepts(), gthreadDefault(), gthreadThreads()}},
		{"idle connections", []Scenario{gthreadIdle(), gthreadIdleStates(), gthreadSilent(), gthreadAgain()}},
		{"pipelining", []Scenario{gthreadPipelined(), gthreadPipelinedLate()}},
		{"clients that leave", gthreadDepartures()},
		{"clients that do not read", []Scenario{unread()}},
		{"answers", wsgiAnswers()},
		{"bodies", []Scenario{gthreadBodies()}},
		{"malformed requests", []Scenario{gthreadMalformedLater()}},
		{"FastAPI, which it cannot call", []Scenario{wsgiFastAPI()}},
		{"log lines", []Scenario{wsgiLogFields(), escapes("")}},
		{"access log formats", append(accessLogs(), accessVariables())},
		{"stopping", []Scenario{gthreadStop(stopSignal{"sigterm", syscall.SIGTERM}), gthreadStop(stopSignal{"sigint", syscall.SIGINT})}},
		{"the last turn", gthreadLastTurns()},
		{"several workers", []Scenario{sharedOrder()}},
		{"a lack of descriptors", []Scenario{gthreadOutOfFiles()}},
		viewsPrograms(true),
		programsComputing(),
		{"programs: the interpreter and the heartbeat", interpreterTimeouts()},
	}
}

func gthreadOrder() Scenario {
	return Scenario{
		Name:   "order",
		About:  "Eight requests for two threads: which request starts when a thread becomes free, in which thread, and what is logged?",
		Server: servers.Config{Mode: threadpool, Limit: 2, Sleep: 500 * ms},
		Core:   true,
		Play: func(s *Stage) {
			s.awaitWorker()
			clients := s.Burst(8, 60*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 1, s.Starts())
			var answered []time.Duration
			for _, c := range clients {
				answered = append(answered, c.AnsweredAt(0))
			}
			s.Near("answered at", 250*ms, answered...)
			s.Exact("the first", clients[0].Wire())
		},
	}
}

func gthreadAccepts() Scenario {
	return Scenario{
		Name:   "accepts-while-busy",
		About:  "Every thread is busy: are new connections accepted, or do they wait in the kernel?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 1200 * ms},
		Core:   true,
		Play: func(s *Stage) {
			s.awaitWorker()
			first := s.Connect()
			first.Get("1")
			s.AwaitStarts(1, patience)
			s.Pause(100 * ms)
			s.Mark()
			late := s.ConnectAll(3)
			for i, c := range late {
				c.Get(fmt.Sprint(i + 2))
			}
			for i, c := range late {
				s.Near(fmt.Sprintf("late connection %d: accepted at", i+1), 200*ms, c.AcceptedAt(patience))
			}
			s.Exact("in the kernel", s.AcceptQueue())
			late[0].Await(1, patience)
			s.Near("the first of them is answered at", 300*ms, late[0].AnsweredAt(0))
		},
	}
}

func gthreadDefault() Scenario {
	return Scenario{
		Name:   "default",
		About:  "Without --threads, how many threads are there?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			clients := s.Burst(3, 30*ms)
			s.AwaitAll(clients, patience)
			s.Exact("at once", s.Ceiling())
		},
	}
}

func gthreadThreads() Scenario {
	return Scenario{
		Name:   "threads",
		About:  "Seven requests, at most three at a time: what are the threads called?",
		Server: servers.Config{Mode: threadpool, Limit: 3, Sleep: 100 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			s.AwaitAll(s.Burst(3, 40*ms), patience)
			for i := range 4 {
				c := s.Connect()
				c.Get(fmt.Sprint(i + 4))
				c.Await(1, patience)
				s.Pause(50 * ms)
			}
			var names []string
			for _, line := range s.Log(driver.Stdout) {
				if m := threadName.FindString(line); m != "" && strings.Contains(line, "processing") {
					names = append(names, m)
				}
			}
			slices.Sort(names)
			s.Exact("all work in", strings.Join(slices.Compact(names), " "))
		},
	}
}

// threadName matches the name of a thread of concurrent.futures.
var threadName = regexp.MustCompile(`ThreadPoolExecutor-\d+_\d+`)

func gthreadIdle() Scenario {
	return Scenario{
		Name:   "idle-default",
		About:  "A connection idle after an answer: when is it closed?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.awaitWorker()
			c := s.Connect()
			c.Get("1")
			c.Await(1, patience)
			s.Mark()
			c.AwaitEnd(5 * time.Second)
			s.Exact("bytes", c.Wire())
			s.Near("closed after", 400*ms, c.EndedAt())
		},
	}
}

func gthreadIdleStates() Scenario {
	points := idlePointsExcept("half a request line", "a stray CRLF after an answer", "a stray LF after an answer", "a stray CRLF at the start")
	return Scenario{
		Name:   "idle-states",
		About:  "Connections that fall silent at different points, with enough threads: which does the server close, when, and with what bytes?",
		Server: servers.Config{Mode: threadpool, Limit: 8, Sleep: 50 * ms, KeepAlive: time.Second},
		Play: func(s *Stage) {
			s.awaitWorker()
			s.fallSilent(points, 8*time.Second, 1100*ms)
		},
	}
}

func gthreadSilent() Scenario {
	return Scenario{
		Name:   "silent-client",
		About:  "A client connects and sends nothing: how long does it occupy the only thread?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 50 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			silent, next := s.Connect(), s.Connect()
			next.Get("next")
			next.Await(1, 6500*ms)
			s.Exact("the next gets", next.Status(0))
			s.Near("at", 400*ms, next.AnsweredAt(0))
			s.Until(9 * time.Second)
			s.Exact("silent", silent.Ending())
			s.Near("silent: ended at", 700*ms, silent.EndedAt())
			silent.Leave()
			next.Await(1, patience)
			s.Exact("in the end the next gets", next.Status(0))
		},
	}
}

func gthreadAgain() Scenario {
	return Scenario{
		Name:   "idle-again",
		About:  "A kept-alive connection sends another request while others wait for the only thread: it is queued after them.",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 400 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			clients := s.Burst(3, 50*ms)
			clients[0].Await(1, patience)
			clients[0].Get("again")
			clients[0].Await(2, patience)
			s.Order("starts", 0, s.Starts())
			s.Near("answered at", 250*ms, clients[0].AnsweredAt(0), clients[1].AnsweredAt(0), clients[2].AnsweredAt(0), clients[0].AnsweredAt(1))
		},
	}
}

func gthreadPipelined() Scenario {
	const get = "GET /?id=%d HTTP/1.1\r\nHost: lab\r\n\r\n"
	return Scenario{
		Name:   "pipeline-two",
		About:  "Two requests in one piece, while another client's request waits for the thread: is the second answered, when, and what ends the connection?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 300 * ms},
		Core:   true,
		Play: func(s *Stage) {
			s.awaitWorker()
			c, other := s.Connect(), s.Connect()
			c.Send(fmt.Sprintf(get+get, 1, 2))
			s.Pause(50 * ms)
			other.Get("other")
			c.AwaitEnd(5 * time.Second)
			s.Exact("bytes", c.Wire())
			s.Near("ended at", 700*ms, c.EndedAt())
			s.Order("starts", 0, s.Starts())
		},
	}
}

func gthreadPipelinedLate() Scenario {
	const get = "GET /?id=%d HTTP/1.1\r\nHost: lab\r\n\r\n"
	return Scenario{
		Name:   "pipeline-late",
		About:  "Two requests in one piece, and a third after the first answer: which are answered, and when?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 300 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			c := s.Connect()
			c.Send(fmt.Sprintf(get+get, 1, 2))
			s.Until(1200 * ms)
			c.Send(fmt.Sprintf(get, 3))
			c.AwaitEnd(6 * time.Second)
			s.Exact("bytes", c.Wire())
			s.Order("starts", 0, s.Starts())
			s.Near("started at", 250*ms, s.StartTimes("1", "2", "3")...)
		},
	}
}

func gthreadDepartures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, Scenario{
			Name:   "leave-" + how.name,
			About:  "Clients leave while their request runs, while it waits for a thread, and while they are idle: what runs, and what is logged?",
			Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 400 * ms},
			Play: func(s *Stage) {
				s.awaitWorker()
				idle := s.Connect()
				idle.GetPath("/idle")
				idle.Await(1, patience)
				clients := s.Burst(3, 50*ms)
				s.Until(250 * ms)
				how.leave(clients[0])
				how.leave(clients[1])
				how.leave(idle)
				clients[2].Await(1, patience)
				s.Order("starts", 0, s.Starts())
				s.Near("the last is answered at", 300*ms, clients[2].AnsweredAt(0))
				s.Pause(150 * ms)
				s.Lines("stdout", s.Log(driver.Stdout))
				s.Lines("stderr after the start", s.said())
			},
		})
	}
	return all
}

func gthreadBodies() Scenario {
	return Scenario{
		Name:   "body-late",
		About:  "An answer that comes before the body is complete: what happens to the rest, to the next request, and to the only thread?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 50 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			for _, p := range []struct{ name, raw, rest string }{
				{"a length", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 10\r\n\r\nabcde", "fghij"},
				{"chunks", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", "0\r\n\r\n"},
				{"a bad chunk", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", "xyz\r\n"},
			} {
				s.Mark()
				c, other := s.Connect(), s.Connect()
				c.Send(p.raw)
				c.Await(1, patience)
				s.Pause(100 * ms)
				other.Get("other")
				other.Await(1, 600*ms)
				s.Exact(p.name+": meanwhile another gets", other.Status(0))
				c.SendMore(p.rest)
				s.Pause(200 * ms)
				c.Get("2")
				c.Settle()
				s.Exact(p.name+": bytes", c.Wire())
				other.Await(1, patience)
				s.Exact(p.name+": in the end another gets", other.Status(0))
				c.Leave()
				other.Leave()
				s.Pause(100 * ms)
			}
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.said())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func gthreadMalformedLater() Scenario {
	return Scenario{
		Name:   "malformed-later",
		About:  "Garbage after an answer, in one piece with a request, and while the handler runs.",
		Server: quick(),
		Play: func(s *Stage) {
			s.awaitWorker()
			s.InTwo("after an answer", "GET /?id=1 HTTP/1.1"+host, "nonsense\r\n\r\n", 200*ms)
			s.InTwo("after a 404", "GET /x HTTP/1.1"+host, "nonsense\r\n\r\n", 200*ms)
			s.InTwo("head in two pieces", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nX", "\x00: y\r\n\r\n", 50*ms)
			s.Pause(200 * ms)
			s.Lines("stderr after the start", s.said())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

func gthreadStop(sig stopSignal) Scenario {
	return Scenario{
		Name:   "stop-" + sig.name,
		About:  "A signal to the master with requests running and queued, and an idle connection: what does each get, and when has the server ended?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 1500 * ms},
		Parent: true,
		Play: func(s *Stage) {
			s.awaitWorker()
			idle := s.Connect()
			idle.GetPath("/idle")
			idle.Await(1, patience)
			clients := s.Burst(2, 50*ms)
			s.Until(400 * ms)
			s.Signal(sig.signal)
			clients[1].Await(1, patience)
			for _, c := range clients {
				c.AwaitEnd(patience)
			}
			idle.AwaitEnd(patience)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 2*time.Second, after)
			for i, name := range []string{"in work", "in line", "idle"} {
				c := append(clients, idle)[i]
				s.Exact(name, c.Wire())
				s.Near(name+": ended at", 1200*ms, c.EndedAt())
			}
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.said())
		},
	}
}
