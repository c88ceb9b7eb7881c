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
		{"proxies", trustedProxies(map[string]string{"networks": "127.0.0.0/8,10.0.0.0/8", "all": "10.0.0.1,*", "others": "10.0.0.1"})},
		{"malformed requests", wsgiMalformed()},
		{"FastAPI, which it cannot call", []Scenario{wsgiFastAPI()}},
		{"log lines", []Scenario{wsgiLogFields(), escapes(""), escapesShaped()}},
		{"access log formats", slices.Concat(accessLogs(), []Scenario{accessVariables()}, accessFailed())},
		{"the heartbeat", []Scenario{syncTimeout()}},
		{"stopping", []Scenario{syncStop(stopSignal{"sigterm", syscall.SIGTERM}), syncStop(stopSignal{"sigint", syscall.SIGINT})}},
		{"several workers", []Scenario{syncWorkers(), sharedOrder()}},
	}
}

func syncInTurn() Scenario {
	return Scenario{
		Name:   "one-at-a-time",
		About:  "Four open connections, one worker: when is each accepted, started and answered?",
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
		About:  "One client connects and sends nothing, then another sends a request: which waits for which, and what ends the wait?",
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
		About:  "A client does not close after its answer: how long does that delay the next client, and what if it keeps sending?",
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
		About:  "A request followed by bytes that the server leaves in the kernel: how does the connection end?",
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
			About:  "Clients leave while their request runs, and while they wait in the kernel: what runs, and what is logged?",
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

func syncTimeout() Scenario {
	return Scenario{
		Name:   "timeout",
		About:  "A silent client, and a handler that sleeps for too long: the heartbeat stops, and what does each client get?",
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
			slow.AwaitEnd(20 * time.Second) // its worker has to load the application first
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
		About:  "A signal to the master with one request running and another in the kernel: what does each get, and when has the server ended?",
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
		About:  "Two workers and six connections: two requests run at a time.",
		Server: servers.Config{Mode: threadpool, Sleep: 600 * ms, Workers: 2},
		Play: func(s *Stage) {
			s.awaitWorker()
			s.Pause(time.Second) // the other loads the application as well
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
