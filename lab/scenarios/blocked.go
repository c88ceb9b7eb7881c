package scenarios

import (
	"fmt"
	"strconv"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// blocked shows a loop that is blocked by a handler: meanwhile nothing is accepted, read, answered or
// closed.
func blocked() []Scenario {
	var all []Scenario
	all = append(all, forLoops(blockedConnected)...)
	all = append(all, forLoops(blockedFresh)...)
	all = append(all, forLoops(blockedAccepted)...)
	all = append(all, forLoops(blockedOthers)...)
	all = append(all, forLoops(blockedKeepAlive)...)
	all = append(all, forLoops(blockedDates)...)
	all = append(all, blockedBacklog(5), blockedBacklog(20))
	return append(all, forLoops(blockedTerm)...)
}

func blockedConnected(string) Scenario {
	return Scenario{
		Name:   "blocked-connected",
		About:  "Eight open connections send a request each, 20 ms apart, and each request blocks the loop: when does each answer arrive?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 500 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(8, 20*ms)
			s.AwaitAll(clients, patience)
			s.Near("answered at", 250*ms, answeredAt(clients)...)
			s.Near("done at", 250*ms, s.DoneTimes("1", "2", "3", "4", "5", "6", "7", "8")...)
			s.Order("starts", 0, s.Starts())
		},
	}
}

func blockedFresh(string) Scenario {
	return Scenario{
		Name:   "blocked-fresh",
		About:  "Connections made while the loop is blocked: when are they answered, and in which order?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 500 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.blockAndConnect(5)
			s.Exact("waiting in the kernel", s.AcceptQueue())
			s.AwaitAll(clients, patience)
			s.Near("answered at", 250*ms, answeredAt(clients)...)
			s.Order("starts", 0, s.Starts())
		},
	}
}

func blockedAccepted(string) Scenario {
	return Scenario{
		Name:   "blocked-accepted",
		About:  "Connections made while the loop is blocked: are they accepted all in one turn, or one per turn?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 500 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.blockAndConnect(10)[1:]
			var accepted []time.Duration
			for _, c := range clients {
				accepted = append(accepted, c.AcceptedAt(patience))
			}
			s.Near("accepted at", 250*ms, accepted...)
		},
	}
}

// blockAndConnect blocks the loop with one request, and meanwhile has n more clients connect and send a
// request, 20 ms apart. The first of the returned clients is the one that blocks.
func (s *Stage) blockAndConnect(n int) []*Client {
	clients := []*Client{s.Connect()}
	s.Mark()
	clients[0].Get("1")
	s.AwaitStarts(1, patience)
	for i := range n {
		c := s.Connect()
		c.Get(strconv.Itoa(i + 2))
		clients = append(clients, c)
		s.Pause(20 * ms)
	}
	return clients
}

func blockedOthers(string) Scenario {
	return Scenario{
		Name:   "blocked-other-answers",
		About:  "A 404 and a malformed request while the loop is blocked: both wait until it is free.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 800 * ms},
		Play: func(s *Stage) {
			clients := s.ConnectAll(3)
			s.Pause(100 * ms)
			s.Mark()
			clients[0].Get("1")
			s.AwaitStarts(1, patience)
			clients[1].GetPath("/nowhere")
			clients[2].Send("what is this\r\n\r\n")
			s.AwaitAll(clients, patience)
			s.Near("answered at", 250*ms, answeredAt(clients)...)
			s.Exact("statuses", fmt.Sprint(clients[0].Status(0), clients[1].Status(0), clients[2].Status(0)))
		},
	}
}

func blockedKeepAlive(string) Scenario {
	return Scenario{
		Name:   "blocked-keep-alive",
		About:  "Idle connections while the loop is blocked for longer than the keep-alive timeout: one sends a request in time, one stays silent.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 2 * time.Second, KeepAlive: time.Second},
		Play: func(s *Stage) {
			clients := s.ConnectAll(3)
			for _, c := range clients[1:] {
				c.GetPath("/nowhere")
				c.Await(1, patience)
			}
			s.Pause(100 * ms)
			s.Mark()
			clients[0].Get("1")
			s.AwaitStarts(1, patience)
			s.Until(1500 * ms)
			clients[1].GetPath("/elsewhere")
			clients[0].Await(1, patience)
			clients[1].Await(2, time.Second)
			clients[2].AwaitEnd(2 * time.Second)
			s.Near("the late request is answered at", 300*ms, clients[1].AnsweredAt(1))
			s.Exact("the late request gets", clients[1].Status(1))
			s.Exact("the silent connection ends", clients[2].Ending())
			s.Near("the silent connection ends at", 300*ms, clients[2].EndedAt())
		},
	}
}

func blockedDates(string) Scenario {
	return Scenario{
		Name:   "blocked-dates",
		About:  "Four answers while the loop is blocked for five seconds in all: how old is the Date header of each?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 1300 * ms},
		Play: func(s *Stage) {
			clients := s.Burst(4, 30*ms)
			s.AwaitAll(clients, patience)
			var ages []time.Duration
			for _, c := range clients {
				ages = append(ages, dateAge(c))
			}
			s.Near("age of the date at the answer", 1100*ms, ages...)
		},
	}
}

func blockedBacklog(backlog int) Scenario {
	return Scenario{
		Name:   fmt.Sprintf("blocked-backlog-%d", backlog),
		About:  "More connections than the backlog holds while the loop is blocked: how many are established, and which are answered?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 3 * time.Second, Backlog: backlog},
		Core:   backlog == 5,
		Kernel: backlog == 5, // the simulated network has a backlog of its own
		Play: func(s *Stage) {
			first := s.Connect()
			first.Get("1")
			s.AwaitStarts(1, patience)
			s.Mark()
			connected := 0
			for range backlog + 3 {
				if _, how := s.TryConnect(150 * ms); how == "connected" {
					connected++
				}
			}
			s.Exact("connected", connected)
			s.Exact("waiting in the kernel", s.AcceptQueue())
			began := s.venue.Now()
			_, how := s.TryConnect(patience)
			s.Exact("one more, with patience, is", how)
			s.Near("and stands after", 600*ms, s.venue.Now().Sub(began))
			first.Await(1, patience)
			s.Pause(300 * ms)
			s.Exact("waiting in the kernel afterwards", s.AcceptQueue())
		},
	}
}

func blockedTerm(string) Scenario {
	return Scenario{
		Name:   "blocked-sigterm",
		About:  "SIGTERM while the loop is blocked; meanwhile another request has been sent and one more connection made.",
		Server: servers.Config{Mode: asyncMisuse, Sleep: time.Second},
		Play: func(s *Stage) {
			clients := s.ConnectAll(2)
			s.Pause(100 * ms)
			s.Mark()
			clients[0].Get("1")
			s.AwaitStarts(1, patience)
			clients[1].Get("2")
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			s.Until(500 * ms)
			late := s.Connect()
			late.Get("late")
			exit, after := s.AwaitExit(12 * time.Second)
			s.Exact("exit", exit)
			s.Near("exit after", 500*ms, after)
			for i, c := range append(clients, late) {
				name := []string{"first", "second", "late"}[i]
				s.Exact(name, c.Wire())
				s.Near(name+" answered at", 350*ms, c.AnsweredAt(0))
				s.Near(name+" ended at", 500*ms, c.EndedAt())
			}
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

// dateAge is how much older the Date header of the first answer is than its arrival; 0 if there is
// none.
func dateAge(c *Client) time.Duration {
	answers := c.Answers()
	if len(answers) == 0 {
		return 0
	}
	date, err := time.Parse(time.RFC1123, answers[0].Field("date"))
	if err != nil {
		return 0
	}
	return answers[0].Ended.Sub(date)
}
