package scenarios

import (
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// asked is the ids of the requests that have started since.
func (s *Stage) asked() []string {
	return slices.DeleteFunc(s.Starts(), func(id string) bool { return id == "warm" })
}

// tomcatGrowth fills the pool of 200 threads, with sixty more requests queued.
func tomcatGrowth() Scenario {
	return Scenario{
		Name:   "pool-grows",
		About:  "260 requests: the pool grows from 10 threads to 200 before any request is queued, and the queued ones run in order.",
		Server: onTomcat(4*time.Second, 0),
		Alone:  true,
		Play: func(s *Stage) {
			s.warm()
			clients := s.Burst(260, 4*ms)
			s.AwaitStarts(201, 4*time.Second)
			s.Until(2 * time.Second)
			s.Exact("started in the first wave", len(s.asked()))
			s.Exact("threads", len(s.execs()))
			s.Exact("connections held", s.Established())
			s.AwaitAll(clients, patience)
			s.Exact("most at once", s.Ceiling())
			s.Exact("answers", tally(clients))
			s.Exact("threads in the end", len(s.execs()))
			ordered, pairs := inOrder(s.asked()[min(200, len(s.asked())):])
			s.Share("part of the pairs of those who waited that start in their order", 0.2, ordered, pairs)
			s.Near("first answered at", 400*ms, slices.Min(answeredAt(clients)))
			s.Near("all answered at", 600*ms, slices.Max(answeredAt(clients)))
		},
	}
}

// inOrder counts the pairs of ids in which the lower one comes first, and all pairs.
func inOrder(ids []string) (ordered, pairs int) {
	for i, a := range ids {
		for _, b := range ids[i+1:] {
			pairs++
			if len(a) < len(b) || len(a) == len(b) && a < b {
				ordered++
			}
		}
	}
	return ordered, pairs
}

var execLine = regexp.MustCompile(`-exec-(\d+): #\d+ processing request id\[(.*)\], sleeping\.\.\.$`)

// execs lists the numbers of the threads that have started requests, without duplicates.
func (s *Stage) execs() []string {
	var numbers []string
	for _, number := range s.matches(execLine, 1) {
		if !slices.Contains(numbers, number) {
			numbers = append(numbers, number)
		}
	}
	return numbers
}

// withoutExecs is lines of the log without the numbers of the threads.
func withoutExecs(lines []string) []string {
	for i, line := range lines {
		lines[i] = execNumber.ReplaceAllString(line, "-exec-<n>:")
	}
	return lines
}

var execNumber = regexp.MustCompile(`-exec-\d+:`)

// tomcatThreads shows how many threads there are.
func tomcatThreads() Scenario {
	return Scenario{
		Name:   "threads",
		About:  "Ten threads exist from the start: how many are used for twelve requests at a time, and what are they called?",
		Server: onTomcat(time.Second, 0),
		Play: func(s *Stage) {
			s.warm()
			clients := s.Burst(12, 60*ms)
			s.AwaitAll(clients, patience)
			s.Exact("threads made", slices.Max(s.numbers()))
			s.Lines("the first line", withoutExecs(s.Log(driver.Stdout)[:1]))
		},
	}
}

// numbers is execs as numbers.
func (s *Stage) numbers() []int {
	numbers := []int{0}
	for _, exec := range s.execs() {
		n, _ := strconv.Atoi(exec) // the pattern allows only digits
		numbers = append(numbers, n)
	}
	return numbers
}

func tomcatQueue() Scenario {
	return Scenario{
		Name:   "queue",
		About:  "Twelve requests for four threads: first in, first out, and no request is answered without a thread, not even with a 404.",
		Server: onTomcat(800*ms, 4),
		Core:   true,
		Play: func(s *Stage) {
			s.warm()
			clients := s.Burst(12, 30*ms)
			other, silent := s.Connect(), s.Connect()
			other.GetPath("/nowhere")
			silent.Send("GET / HT")
			s.AwaitAll(append(clients, other), patience)
			s.Order("starts", 2, s.asked())
			s.Exact("most at once", s.Ceiling())
			s.Exact("threads", len(s.execs()))
			s.Near("answered at, in order of arrival", 350*ms, answeredAt(clients)...)
			s.Near("404 at", 350*ms, other.AnsweredAt(0))
			s.Exact("silent", silent.Wire())
		},
	}
}

// tomcatOvertaking has a client send its next request while the first runs.
func tomcatOvertaking() Scenario {
	return Scenario{
		Name:   "overtaking",
		About:  "A thread that has answered checks its connection once more: a request that has arrived meanwhile runs before the queued ones.",
		Server: onTomcat(500*ms, 1),
		Play: func(s *Stage) {
			s.warm()
			clients := s.Burst(3, 50*ms)
			s.Until(200 * ms)
			clients[0].Get("4")
			s.AwaitAll(clients, patience)
			clients[0].Await(2, patience)
			s.Order("starts", 0, s.asked())
			s.Near("answered at", 250*ms, clients[0].AnsweredAt(0), clients[0].AnsweredAt(1), clients[1].AnsweredAt(0), clients[2].AnsweredAt(0))
		},
	}
}

// tomcatOccupied shows which connections occupy a thread.
func tomcatOccupied() Scenario {
	return Scenario{
		Name:   "occupied",
		About:  "One thread: silent clients and half a head leave it free, an unfinished body occupies it until connectionTimeout.",
		Server: func() servers.Config { c := onTomcat(100*ms, 1); c.KeepAlive = 3 * time.Second; return c }(),
		Play: func(s *Stage) {
			s.warm()
			silent, half := s.Connect(), s.Connect()
			half.Send("GET /?id=1 HTTP/1.1\r\nHo")
			s.Pause(100 * ms)
			c := s.Connect()
			c.Get("free")
			c.Await(1, patience)
			s.Near("answered after", 250*ms, c.Took())
			body := s.Connect()
			body.Send("GET /?id=body HTTP/1.1\r\nHost: lab\r\nContent-Length: 5\r\n\r\nab")
			s.Pause(300 * ms)
			late := s.Connect()
			late.Get("late")
			late.Await(1, patience)
			s.Near("answered behind a body that does not end after", 700*ms, late.Took())
			s.Exact("whose body does not end", body.Wire())
			s.Exact("silent", silent.Ending())
			s.Order("starts", 0, s.asked())
		},
	}
}

// tomcatBacklog makes more connections than acceptCount suggests could be held: the acceptor takes all
// of them.
func tomcatBacklog() Scenario {
	server := onTomcat(1500*ms, 2)
	server.Backlog = 5
	return Scenario{
		Name:   "accept-count",
		About:  "Two threads, acceptCount 5, thirty connections: all are accepted, because acceptCount only sets the kernel's backlog and maxConnections is 8192.",
		Server: server,
		Play: func(s *Stage) {
			s.warm()
			clients := s.Burst(30, 2*ms)
			s.Until(700 * ms)
			s.Exact("connections held", s.Established())
			s.Exact("not accepted yet", s.AcceptQueue())
			s.Exact("started by then", len(s.asked()))
			clients[0].Await(1, patience)
			s.Exact("the first", clients[0].Status(0))
		},
	}
}

func tomcatLeaveRunning() Scenario {
	return Scenario{
		Name:   "leave-running",
		About:  "A client leaves while its servlet runs: does its thread become free, and what is logged?",
		Server: onTomcat(800*ms, 1),
		Play: func(s *Stage) {
			s.warm()
			clients := s.ConnectAll(2)
			s.Mark()
			clients[0].Get("gone")
			s.AwaitStarts(2, patience)
			clients[1].Get("next")
			s.Until(250 * ms)
			clients[0].Leave()
			clients[1].Await(1, patience)
			s.AwaitDones(3, patience)
			s.Near("the next starts at", 250*ms, s.StartTimes("next")...)
			s.stateTomcat()
		},
	}
}

func tomcatLeaveQueued(how departure) Scenario {
	return Scenario{
		Name:   "leave-queued-" + how.name,
		About:  "A client leaves while it waits for a thread: does its request still run?",
		Server: onTomcat(500*ms, 1),
		Play: func(s *Stage) {
			s.warm()
			clients := s.Burst(3, 50*ms)
			s.Until(250 * ms)
			how.leave(clients[1])
			clients[0].Await(1, patience)
			clients[2].Await(1, patience)
			s.AwaitDones(4, patience)
			s.Order("starts", 0, s.asked())
			s.Near("the last is done at", 250*ms, s.DoneTimes("3")...)
			s.stateTomcat()
		},
	}
}
