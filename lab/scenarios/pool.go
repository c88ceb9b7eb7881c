package scenarios

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// pool shows the threads, the queue for them, and what is answered without one.
func pool() []Scenario {
	return []Scenario{
		poolOrderFour(), poolOrderForty(), poolOne(), poolLateArrivals(), poolTrickle(),
		poolOverload(), poolBeyondForty(), poolSaturated(), poolSecondWave(), poolSameConnection(),
	}
}

func poolOrderFour() Scenario {
	return Scenario{
		Name:   "pool-order-four",
		About:  "Twelve requests for four threads: which starts when a thread becomes free, and when is each answered?",
		Server: servers.Config{Mode: threadpool, Limit: 4, Sleep: 800 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(12, 30*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 2, s.Starts())
			s.Exact("most at once", s.Ceiling())
			s.Near("answered at, in order of arrival", 350*ms, answeredAt(clients)...)
		},
	}
}

func poolOrderForty() Scenario {
	return Scenario{
		Name:   "pool-order-forty",
		About:  "A hundred requests 3 ms apart for the default pool: the article's order of starts, scaled down.",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Core:   true,
		Alone:  true,
		Play: func(s *Stage) {
			clients := s.Burst(100, 3*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 40, s.Starts())
			s.Exact("most at once", s.Ceiling())
			s.Near("all answered at", 350*ms, slices.Max(answeredAt(clients)))
			s.Near("first answered at", 250*ms, slices.Min(answeredAt(clients)))
			s.Near("the 41st to arrive answered at", 350*ms, clients[40].AnsweredAt(0))
			s.Near("the 100th to arrive answered at", 350*ms, clients[99].AnsweredAt(0))
		},
	}
}

func poolOne() Scenario {
	return Scenario{
		Name:   "pool-of-one",
		About:  "One thread and five requests: the plain order of the queue.",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 500 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(5, 40*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 0, s.Starts())
			s.Exact("most at once", s.Ceiling())
			s.Near("answered at, in order of arrival", 250*ms, answeredAt(clients)...)
		},
	}
}

func poolLateArrivals() Scenario {
	return Scenario{
		Name:   "pool-late-arrivals",
		About:  "Requests that arrive while others are already queued: do they overtake them?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 600 * ms},
		Play: func(s *Stage) {
			clients := s.ConnectAll(5)
			s.Mark()
			for i, at := range []time.Duration{0, 150 * ms, 300 * ms, 900 * ms, 1500 * ms} {
				s.Until(at)
				clients[i].Get(strconv.Itoa(i + 1))
			}
			s.AwaitAll(clients, patience)
			s.Order("starts", 0, s.Starts())
			s.Near("started at", 280*ms, s.StartTimes("1", "2", "3", "4", "5")...)
		},
	}
}

func poolTrickle() Scenario {
	return Scenario{
		Name:   "pool-trickle",
		About:  "Requests that never fill the pool: each takes its own time and no more.",
		Server: servers.Config{Mode: threadpool, Limit: 4, Sleep: 500 * ms},
		Play: func(s *Stage) {
			clients := s.Burst(10, 200*ms)
			s.AwaitAll(clients, patience)
			s.Order("starts", 0, s.Starts())
			s.Exact("most at once", s.Ceiling())
			s.Near("each took", 200*ms, took(clients)...)
		},
	}
}

func poolOverload() Scenario {
	return Scenario{
		Name:   "pool-overload",
		About:  "150 % of the pool's capacity for three seconds: which requests wait the longest?",
		Server: servers.Config{Mode: threadpool, Limit: 8, Sleep: 400 * ms},
		Core:   true,
		Alone:  true,
		Play: func(s *Stage) {
			clients := s.Burst(90, 33*ms)
			s.AwaitAll(clients, patience)
			latencies := took(clients)
			longest := slices.Index(latencies, slices.Max(latencies))
			s.Exact("most at once", s.Ceiling())
			s.Near("median latency", 350*ms, quantile(latencies, 0.5))
			s.Near("longest latency", 500*ms, slices.Max(latencies))
			s.Share("place of the longest among the arrivals", 0.15, longest, len(clients))
			s.Near("all answered at", 400*ms, slices.Max(answeredAt(clients)))
		},
	}
}

func poolBeyondForty() Scenario {
	return Scenario{
		Name:   "pool-default-ceiling",
		About:  "Sixty requests at once for the default pool: how many run, how many are held, and what does the kernel see?",
		Server: servers.Config{Mode: threadpool, Sleep: 1500 * ms},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(60, 0)
			s.Until(900 * ms)
			s.Exact("started by then", len(s.Starts()))
			s.Exact("connections held", s.Established())
			s.Exact("not accepted yet", s.AcceptQueue())
			s.AwaitAll(clients, patience)
			s.Exact("most at once", s.Ceiling())
			s.Exact("answers", tally(clients))
		},
	}
}

func poolSaturated() Scenario {
	return Scenario{
		Name:   "pool-saturated-others",
		About:  "Every thread is busy and four requests are queued: what is still answered at once?",
		Server: servers.Config{Mode: threadpool, Limit: 4, Sleep: 1500 * ms},
		Core:   true,
		Play: func(s *Stage) {
			s.Burst(8, 10*ms)
			s.AwaitStarts(4, patience)
			others := append(gets("/nowhere", "/", "/openapi.json", "/docs"),
				probe{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"})
			for _, p := range others {
				c := s.Connect()
				c.Send(p.raw)
				c.Await(1, patience)
				s.Exact(p.name+", status", c.Status(0))
				s.Near(p.name+", took", 300*ms, c.Took())
			}
			s.Exact("started by then", len(s.Starts()))
		},
	}
}

func poolSecondWave() Scenario {
	return Scenario{
		Name:   "pool-thread-line",
		About:  "What a handler's lines and the access line look like, for one request and for the next.",
		Server: servers.Config{Mode: threadpool, Sleep: 100 * ms},
		Core:   true,
		Play: func(s *Stage) {
			for _, id := range []string{"1", "abc", "%C3%A4+x"} {
				c := s.Connect()
				c.Get(id)
				c.Await(1, patience)
			}
			s.AwaitLog("GET", 3, patience)
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

func poolSameConnection() Scenario {
	return Scenario{
		Name:   "pool-keep-alive-queue",
		About:  "A connection that has been answered sends another request while others wait: it is queued like a new one.",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 500 * ms},
		Play: func(s *Stage) {
			clients := s.Burst(3, 50*ms)
			clients[0].Await(1, patience)
			clients[0].Get("4")
			clients[0].Await(2, patience)
			s.AwaitAll(clients, patience)
			s.Order("starts", 0, s.Starts())
			s.Near("the second answer of the first connection", 300*ms, clients[0].AnsweredAt(1))
		},
	}
}

func answeredAt(clients []*Client) []time.Duration {
	times := make([]time.Duration, len(clients))
	for i, c := range clients {
		times[i] = c.AnsweredAt(0)
	}
	return times
}

func took(clients []*Client) []time.Duration {
	times := make([]time.Duration, len(clients))
	for i, c := range clients {
		times[i] = c.Took()
	}
	return times
}

func quantile(times []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[int(q*float64(len(sorted)-1))]
}

// tally counts the first answers by status: "200 x 3, 503 x 5".
func tally(clients []*Client) string {
	counts := map[string]int{}
	for _, c := range clients {
		counts[c.Status(0)]++
	}
	var parts []string
	for status, n := range counts {
		parts = append(parts, fmt.Sprintf("%s x %d", status, n))
	}
	slices.Sort(parts)
	return fmt.Sprint(parts)
}
