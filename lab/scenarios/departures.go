package scenarios

import (
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// departures shows what happens to the requests of clients that leave.
func departures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, leaveRunning(how), leaveQueued(how), leaveBlocked(how), leaveAwaiting(how))
	}
	return append(all, forParsers(leavePipelined)...)
}

// departure is a way for a client to leave.
type departure struct {
	name  string
	leave func(*Client)
}

func leaveRunning(how departure) Scenario { return leaveRunningBy(how, (*Stage).stateDeparture) }

func leaveRunningBy(how departure, state func(*Stage)) Scenario {
	return Scenario{
		Name:   "leave-running-" + how.name,
		About:  "A client leaves while its handler runs: does its thread become free, and what is logged?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 800 * ms},
		Core:   how.name == "fin",
		Play: func(s *Stage) {
			clients := s.ConnectAll(2)
			s.Mark()
			clients[0].Get("gone")
			s.AwaitStarts(1, patience)
			clients[1].Get("next")
			s.Until(250 * ms)
			how.leave(clients[0])
			clients[1].Await(1, patience)
			s.Near("the next starts at", 250*ms, s.StartTimes("next")...)
			state(s)
		},
	}
}

func leaveQueued(how departure) Scenario {
	return Scenario{
		Name:   "leave-queued-" + how.name,
		About:  "A client leaves while it waits for a thread: does its request still run?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 500 * ms},
		Core:   how.name == "rst",
		Play: func(s *Stage) {
			clients := s.Burst(3, 50*ms)
			s.Until(250 * ms)
			how.leave(clients[1])
			clients[0].Await(1, patience)
			s.AwaitDones(3, patience)
			clients[2].Await(1, patience)
			s.Order("starts", 0, s.Starts())
			s.Near("done at", 250*ms, s.DoneTimes("1", "2", "3")...)
			s.stateDeparture()
		},
	}
}

func leaveBlocked(how departure) Scenario {
	return Scenario{
		Name:   "leave-blocked-" + how.name,
		About:  "A client leaves while another request blocks the loop: is its request read, run and logged?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 600 * ms},
		Play: func(s *Stage) {
			clients := s.ConnectAll(3)
			s.Pause(100 * ms)
			s.Mark()
			clients[0].Get("1")
			s.AwaitStarts(1, patience)
			clients[1].Get("gone")
			s.Until(150 * ms)
			how.leave(clients[1])
			s.Until(250 * ms)
			clients[2].Get("3")
			clients[2].Await(1, patience)
			s.Near("the last is answered at", 300*ms, clients[2].AnsweredAt(0))
			s.stateDeparture()
		},
	}
}

func leaveAwaiting(how departure) Scenario {
	return Scenario{
		Name:   "leave-awaiting-" + how.name,
		About:  "A client leaves while its handler awaits: is the handler stopped, and what is logged?",
		Server: servers.Config{Mode: awaiting, Sleep: 600 * ms},
		Play: func(s *Stage) {
			clients := s.Burst(2, 20*ms)
			s.Until(200 * ms)
			how.leave(clients[0])
			clients[1].Await(1, patience)
			s.AwaitDones(2, 2*time.Second)
			s.Near("done at", 250*ms, s.DoneTimes("1", "2")...)
			s.stateDeparture()
		},
	}
}

func leavePipelined(string) Scenario {
	return Scenario{
		Name:   "leave-pipelined",
		About:  "A client sends three requests at once and leaves during the first: how many of the rest run?",
		Server: servers.Config{Mode: threadpool, Sleep: 400 * ms},
		Play: func(s *Stage) {
			c := s.Connect()
			c.Get("1")
			c.Get("2")
			c.Get("3")
			s.AwaitStarts(1, patience)
			s.Pause(100 * ms)
			c.Leave()
			s.Pause(1800 * ms)
			s.Order("starts", 0, s.Starts())
			s.stateDeparture()
		},
	}
}

// stateDeparture states everything that the log shows once the server is idle.
func (s *Stage) stateDeparture() {
	s.Pause(150 * ms)
	s.Lines("stdout", s.Log(driver.Stdout))
	s.Lines("stderr after the start", s.AfterStart())
	s.Lines("errors in the log", s.Errors())
}
