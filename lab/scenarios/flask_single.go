package scenarios

import (
	"fmt"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// flaskSingleTopics are the scenarios for Flask's development server without threads.
func flaskSingleTopics() []Topic {
	return []Topic{
		{"one at a time", []Scenario{singleOrder(), singleSilent(), singleQueue(), singleAfterBody()}},
		{"clients that leave", singleDepartures()},
		{"answers", append(flaskAnswers()[:1], atLeisure(requestHalfClosed("")), requestSegments(""))},
		{"malformed requests", append(flaskMalformed()[1:2], flaskTargets()[2])},
		{"stopping", flaskStopping()[1:]},
		{"log lines", []Scenario{atLeisure(logWholeLife("")), atLeisure(logPortInUse())}},
	}
}

func singleOrder() Scenario {
	return Scenario{
		Name:   "one-at-a-time",
		About:  "Six requests, 20 ms apart: in which order, and when, do they run and are they answered?",
		Server: servers.Config{Mode: threadpool, Sleep: 400 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(6, 20*ms)
			s.Until(300 * ms)
			s.Exact("not accepted yet", s.AcceptQueue())
			s.AwaitAll(clients, patience)
			s.Order("starts", 0, s.Starts())
			s.Near("answered at", 250*ms, answeredAt(clients)...)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}

func singleSilent() Scenario {
	return Scenario{
		Name:   "silent-client",
		About:  "A client connects and sends nothing for three seconds: is any other client answered?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			silent := s.Connect()
			s.Pause(50 * ms)
			s.Mark()
			others := s.ConnectAll(2)
			others[0].Get("1")
			others[1].GetPath("/nowhere")
			s.Until(3 * time.Second)
			s.stateEnds(others, "a request", "a 404")
			silent.Leave()
			s.AwaitAll(others, patience)
			s.Near("answered at", 300*ms, answeredAt(others)...)
			s.Exact("answers", tally(others))
		},
	}
}

func singleQueue() Scenario {
	return Scenario{
		Name:   "kernel-queue",
		About:  "140 clients connect while a request runs: how many connections does the kernel hold?",
		Server: servers.Config{Mode: threadpool, Sleep: 2500 * ms},
		Play: func(s *Stage) {
			first := s.Connect()
			first.Get("1")
			s.AwaitStarts(1, patience)
			connected, refused := 0, 0
			for range 129 {
				if _, how := s.TryConnect(2 * time.Second); how == "connected" {
					connected++
				}
			}
			for range 3 {
				if _, how := s.TryConnect(300 * ms); how == "no answer" {
					refused++
				}
			}
			s.Exact("connected", connected)
			s.Exact("not accepted yet", s.AcceptQueue())
			s.Exact("without an answer", refused)
		},
	}
}

// singleAfterBody is a client that keeps the only thread busy by what it has sent.
func singleAfterBody() Scenario {
	return Scenario{
		Name:   "body-left-behind",
		About:  "A client has sent more than was read, gets its answer and does not close: is the next client answered?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			first := s.Connect()
			first.Send("GET /?id=1 HTTP/1.1" + host + fmt.Sprintf("%020000d", 0))
			first.Await(1, patience)
			next := s.Connect()
			s.Mark()
			next.Get("2")
			s.Until(1500 * ms)
			s.stateEnds([]*Client{first, next}, "the first", "the next")
			first.Leave()
			next.AwaitEnd(patience)
			s.Exact("the next, when the first has gone", next.Wire())
		},
	}
}

func singleDepartures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, Scenario{
			Name:   "leave-" + how.name,
			About:  "One client leaves while its handler runs, one while it waits in the kernel: do their handlers run?",
			Server: servers.Config{Mode: threadpool, Sleep: 500 * ms},
			Core:   how.name == "rst",
			Play: func(s *Stage) {
				clients := s.Burst(3, 50*ms)
				s.Until(250 * ms)
				how.leave(clients[0])
				how.leave(clients[1])
				clients[2].AwaitEnd(patience)
				s.Order("starts", 0, s.Starts())
				s.Near("the last answered at", 300*ms, clients[2].AnsweredAt(0))
				s.stateDeparture()
			},
		})
	}
	return all
}
