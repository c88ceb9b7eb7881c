package scenarios

import (
	"fmt"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

const (
	interrupt = syscall.SIGINT
	terminate = syscall.SIGTERM
)

// flaskDepartures are clients that leave a server whose threads do not notice it.
func flaskDepartures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, Scenario{
			Name:   "leave-running-" + how.name,
			About:  "A client leaves while its handler runs: does the handler continue, and what is logged?",
			Server: servers.Config{Mode: threadpool, Sleep: 600 * ms},
			Play: func(s *Stage) {
				clients := s.Burst(2, 100*ms)
				s.Until(300 * ms)
				how.leave(clients[0])
				clients[1].AwaitEnd(patience)
				s.AwaitDones(2, patience)
				s.stateDeparture()
			},
		}, Scenario{
			Name:   "leave-early-" + how.name,
			About:  "A client leaves after sending nothing, half a line or half a head: what is logged?",
			Server: quick(),
			Play: func(s *Stage) {
				for _, raw := range []string{"", "GET /?id=1", "GET /?id=1 HTTP/1.1\r\nHost: la", "nonsense"} {
					c := s.Connect()
					if raw != "" {
						c.Send(raw)
					}
					s.Pause(100 * ms)
					how.leave(c)
					s.Pause(200 * ms)
				}
				s.stateDeparture()
			},
		})
	}
	return all
}

// flaskBodies sends bytes after a head that no handler reads: as many as the reader's buffer holds, and
// more.
func flaskBodies() Scenario {
	return Scenario{
		Name:   "body-left",
		About:  "Bytes after the head, up to the size of the reader's buffer and beyond: how does the connection end?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			for _, n := range []int{5, 8000, 8192 - 63, 8192 - 62, 20000} {
				head := fmt.Sprintf("POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: %6d\r\n\r\n", n)
				c := s.Connect()
				c.Send(head + strings.Repeat("x", n))
				c.Settle()
				s.Exact(fmt.Sprintf("%d bytes in all", len(head)+n), c.Wire())
			}
			c := s.Connect()
			c.Send("GET /?id=1 HTTP/1.1" + host + "GET /?id=2 HTTP/1.1" + host)
			c.Settle()
			s.Exact("a second request", c.Wire())
			c = s.Connect()
			c.Send("GET /?id=1 HTTP/1.1" + host + strings.Repeat("x", 20000))
			c.Settle()
			c.HalfClose()
			s.Exact("20000 bytes, then the end", c.AwaitEnd(time.Second))
		},
	}
}

// flaskLateBytes sends bytes during the answer, or after it.
func flaskLateBytes() Scenario {
	return Scenario{
		Name:   "body-late",
		About:  "A body that comes while the handler runs, or after a pause: does the server wait for it?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms},
		Play: func(s *Stage) {
			for _, pause := range []time.Duration{100 * ms, 200 * ms, 600 * ms} {
				c := s.Connect()
				s.Mark()
				c.Send("GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\n")
				s.Pause(pause)
				c.SendMore("abc")
				c.Settle()
				s.Exact(fmt.Sprintf("after %v", pause), c.Wire())
			}
		},
	}
}

func flaskStopping() []Scenario {
	var all []Scenario
	for _, sig := range []stopSignal{{"sigterm", terminate}, {"sigint", interrupt}} {
		all = append(all, Scenario{
			Name:   "stop-in-work-" + sig.name,
			About:  "A signal while requests are running: is any of them answered, and when has the process ended?",
			Server: servers.Config{Mode: threadpool, Sleep: 1500 * ms},
			Core:   sig.signal == terminate,
			Alone:  true,
			Play: func(s *Stage) {
				silent := s.Connect()
				clients := s.Burst(2, 50*ms)
				s.Until(400 * ms)
				s.Signal(sig.signal)
				exit, after := s.AwaitExit(patience)
				s.Exact("exit", exit)
				s.Near("exit after", 500*ms, after)
				s.stateEnds(append(clients, silent), "first", "second", "silent")
				s.Lines("stdout", s.Log(driver.Stdout))
				s.Lines("stderr after the start", s.AfterStart())
			},
		})
	}
	return all
}

// flaskEscapes are requests whose log lines differ from what was sent.
func flaskEscapes() Scenario {
	return inTurn("log-escapes", "Paths and queries with encoded bytes and with terminal control characters: how does the log show them?", false,
		gets("/a%20b%41%7E", "/%C3%A4%E4%BD%A0", "/%ff%C3", "/%0a%1b[31m", "/%5c\\", "/\x1b[31m\x7f", "/\xe4\x9b", "/?a=%26%3D%2B%23%20%25%41", "/?ä=\x01", "/%2f%3f%23", "/x#%41%20%23", "/%e4%41%zz",
			"/%22%27%3c", "/a?b?c", "/?", "/%C2%85", "/%c2%a0"))
}
