package scenarios

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// flows are the scenarios of streams on Hypercorn. Its trio workers cannot sleep in an async stream.
func flows(trio bool) Topic {
	kinds := []string{"/def", "/async"}
	if trio {
		kinds = kinds[:1]
	}
	all := []Scenario{flowAnswers(), flowHTTP2(), flowTurns(), flowWindow(), flowUnread()}
	for _, kind := range kinds {
		for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}, {"half", (*Client).HalfClose}} {
			all = append(all, flowLeft(kind, how))
		}
		all = append(all, flowReset(kind), flowStop(kind), flowStopTwo(kind), flowOverdue(kind))
	}
	return Topic{"programs: streams", all}
}

// sizes are the frames that came, each DATA with its length alone, and the state of the connection.
func (c *Client) sizes() string {
	var lines []string
	for _, f := range driver.Frames(driver.Stream(c.conn.Events())) {
		head, body, isData := strings.Cut(f, `"`)
		if isData && strings.HasPrefix(f, "DATA") {
			f = fmt.Sprintf("%s%d", head, len(body)-1)
		}
		if !strings.HasPrefix(f, "SETTINGS") {
			f, _, _ = strings.Cut(f, "\n")
			lines = append(lines, f)
		}
	}
	return strings.Join(append(lines, "-- "+c.Ending()), "\n")
}

// flowAnswers shows how a stream goes over the wire.
func flowAnswers() Scenario {
	return Scenario{
		Name:   "program-flow-answers",
		About:  "Streams in HTTP/1.1 and 1.0, with and without parts, and one that raises an exception: heads, parts, ends and log lines.",
		Server: playing("flows", 0),
		Play: func(s *Stage) {
			s.warmFlow()
			for _, route := range []string{"/short", "/events", "/fails"} {
				for _, end := range []string{"1.1\r\nHost: lab\r\n\r\n", "1.1\r\nHost: lab\r\nConnection: close\r\n\r\n", "1.0\r\n\r\n"} {
					c := s.Connect()
					c.Send("GET " + path(route, 1) + " HTTP/" + end)
					s.Pause(500 * ms)
					s.Exact(route+" "+strings.TrimSpace(strings.ReplaceAll(end, "\r\n", " ")), c.Wire())
					c.Leave()
					s.Pause(50 * ms)
				}
			}
			s.stateLog()
		},
	}
}

func flowHTTP2() Scenario {
	return Scenario{
		Name:   "program-flow-http2",
		About:  "Streams in HTTP/2: heads, DATA, the empty frame at the end, a stream that raises an exception, and how long the connection stays.",
		Server: servers.Config{Program: "flows", KeepAlive: time.Second},
		Play: func(s *Stage) {
			s.warmFlow()
			for _, route := range []string{"/short", "/events", "/fails"} {
				c := s.Connect()
				c.SendMore(preface + settings + h2Request(1, "GET", path(route, 1)))
				s.Pause(500 * ms)
				c.SendMore(h2Request(3, "GET", "/plain"))
				s.Pause(1500 * ms)
				s.Exact(route, c.frames())
				c.Leave()
				s.Pause(50 * ms)
			}
			s.stateLog()
		},
	}
}

// flowTurns shows that the streams of a connection take turns.
func flowTurns() Scenario {
	return Scenario{
		Name:   "program-flow-turns",
		About:  "Two streams of one HTTP/2 connection, half a part apart, and a third request: in which order do their frames come?",
		Server: playing("flows", 0),
		Play: func(s *Stage) {
			s.warmFlow()
			c := s.Connect()
			c.SendMore(preface + settings + h2Request(1, "GET", path("/def", 1)))
			s.Pause(100 * ms)
			c.SendMore(h2Request(3, "GET", path("/def", 3)))
			s.Pause(150 * ms)
			c.SendMore(h2Request(5, "GET", "/plain"))
			s.Pause(1200 * ms)
			s.Exact("frames", c.sizes())
			s.stateLog()
			s.flowWeights()
		},
	}
}

// flowWeights has two streams wait for their windows, which then open for both at once.
func (s *Stage) flowWeights() {
	c := s.Connect()
	c.SendMore(preface + h2Frame(4, 0, 0, "\x00\x04"+h2Number(0)))
	for i, weight := range []byte{7, 31} {
		stream := uint32(2*i + 1)
		block := h2Block(":method", "GET", ":scheme", "http", ":authority", "lab", ":path", path("/whole", int(stream)))
		c.SendMore(h2Frame(1, 0x25, stream, h2Number(0)+string([]byte{weight})+block))
		s.Pause(300 * ms)
	}
	c.SendMore(h2Frame(8, 0, 0, h2Number(1<<20)) + h2Frame(4, 0, 0, "\x00\x04"+h2Number(1<<20)))
	s.Pause(300 * ms)
	s.Exact("with weights", c.sizes())
}

// warmFlow has a stream come before, which takes the time of whatever Python does only once.
func (s *Stage) warmFlow() {
	c := s.Connect()
	c.GetPath(path("/short", 0))
	c.conn.Await(patience, func(es []driver.Event) bool { return strings.HasSuffix(string(driver.Stream(es)), "0\r\n\r\n") })
	s.Pause(100 * ms)
	c.Leave()
	s.Pause(100 * ms)
}

// flowWindow shows a client that opens its windows slowly.
func flowWindow() Scenario {
	return Scenario{
		Name:   "program-flow-window",
		About:  "An HTTP/2 client with a window of 30000 bytes a stream: do parts wait for it, does another stream, and what comes when it opens?",
		Server: playing("flows", 0),
		Play: func(s *Stage) {
			s.warmFlow()
			c := s.Connect()
			s.Mark()
			c.SendMore(preface + h2Frame(4, 0, 0, "\x00\x04"+h2Number(30000)) + h2Request(1, "GET", path("/big", 1)))
			s.Pause(600 * ms)
			s.Lines("said with the window shut", s.SaidWords())
			c.SendMore(h2Request(3, "GET", path("/short", 3)))
			s.Pause(200 * ms)
			s.Exact("with the window shut", c.sizes())
			c.SendMore(h2Frame(8, 0, 1, h2Number(10)))
			s.Pause(100 * ms)
			c.SendMore(h2Frame(8, 0, 1, h2Number(1<<20)) + h2Frame(8, 0, 0, h2Number(1<<20)))
			s.Pause(200 * ms)
			s.Exact("in the end", c.sizes())
			s.stateLog()
		},
	}
}

// flowUnread shows a client that does not read at all.
func flowUnread() Scenario {
	return Scenario{
		Name:   "program-flow-unread",
		About:  "A client of HTTP/1.1 does not read a stream of 9 MiB, then leaves: which parts are made, and what is logged?",
		Server: servers.Config{Program: "flows"},
		Kernel: true,
		Play: func(s *Stage) {
			s.warmFlow()
			c := s.Connect()
			c.StopReading()
			c.GetPath(path("/huge", 1))
			s.Pause(time.Second)
			s.Exact("all parts are made", len(s.Said()) >= 9)
			c.Reset()
			s.Pause(500 * ms)
			s.Exact("the last lines", strings.Join(lastOf(s.SaidWords(), 2), ", "))
		},
	}
}

func lastOf(words []string, n int) []string { return words[max(0, len(words)-n):] }

// flowLeft is a client that leaves in the middle of a stream.
func flowLeft(kind string, how departure) Scenario {
	return Scenario{
		Name:   "program-flow-left-" + kind[1:] + "-" + how.name,
		About:  "A client leaves between the second and the third part of a stream in HTTP/1.1: what does the generator still do, and what is logged?",
		Server: playing("flows", 0),
		Play: func(s *Stage) {
			s.warmFlow()
			c := s.Connect()
			c.GetPath(path(kind, 1))
			s.Pause(550 * ms)
			how.leave(c)
			s.Pause(700 * ms)
			s.Exact("client", c.Wire())
			s.Order("lines", 0, s.SaidWords())
			s.stateLog()
		},
	}
}

// flowReset is a client that resets one of two streams.
func flowReset(kind string) Scenario {
	return Scenario{
		Name:   "program-flow-reset-" + kind[1:],
		About:  "A client resets one of two HTTP/2 streams between its parts: who goes on, and what is logged?",
		Server: playing("flows", 0),
		Play: func(s *Stage) {
			s.warmFlow()
			c := s.Connect()
			c.SendMore(preface + settings + h2Request(1, "GET", path(kind, 1)))
			s.Pause(100 * ms)
			c.SendMore(h2Request(3, "GET", path(kind, 3)))
			s.Pause(350 * ms)
			c.SendMore(h2Frame(3, 0, 1, h2Number(8)))
			s.Pause(time.Second)
			s.Exact("frames", c.sizes())
			s.Order("lines", 0, s.SaidWords())
			s.stateLog()
		},
	}
}

// flowStop is a stop of the server while a stream goes.
func flowStop(kind string) Scenario {
	return Scenario{
		Name:   "program-flow-stop-" + kind[1:],
		About:  "The server is told to stop in the middle of a stream in HTTP/2: does it end, is there a GOAWAY, and when does it exit?",
		Server: playing("flows", 0),
		Play:   func(s *Stage) { s.stopFlows(preface + settings + h2Request(1, "GET", path(kind, 1))) },
	}
}

// flowStopTwo is the same with two streams in HTTP/1.1.
func flowStopTwo(kind string) Scenario {
	return Scenario{
		Name:   "program-flow-stop-two-" + kind[1:],
		About:  "The server is told to stop in the middle of two streams in HTTP/1.1, of which one ends first: does the other one end?",
		Server: playing("flows", 0),
		Play:   func(s *Stage) { s.stopFlows(flowGet(kind, 1), flowGet(kind, 2)) },
	}
}

// flowOverdue is a stop with less patience.
func flowOverdue(kind string) Scenario {
	return Scenario{
		Name:   "program-flow-overdue-" + kind[1:],
		About:  "A stream in HTTP/1.1 takes longer than the graceful timeout: what does the client see, what is cancelled, and what is logged?",
		Server: servers.Config{Program: "flows", GracefulTimeout: time.Second},
		Play:   func(s *Stage) { s.stopFlows(flowGet("/long"+kind[1:], 1)) },
	}
}

func flowGet(kind string, id int) string {
	return "GET " + path(kind, id) + " HTTP/1.1\r\nHost: lab\r\n\r\n"
}

// stopFlows stops the server in the middle of streams, which begin half a part apart.
func (s *Stage) stopFlows(requests ...string) {
	s.warmFlow()
	var clients []*Client
	for _, request := range requests {
		c := s.Connect()
		c.SendMore(request)
		clients = append(clients, c)
		s.Pause(100 * ms)
	}
	s.Pause(300*ms - time.Duration(len(requests))*100*ms)
	s.Mark()
	s.Signal(syscall.SIGTERM)
	exit, _ := s.AwaitExit(patience)
	s.Exact("exit", exit)
	for i, c := range clients {
		s.Near(fmt.Sprintf("%d closed at", i+1), 250*ms, c.EndedAt())
		if strings.HasPrefix(requests[i], "GET") {
			s.Exact(fmt.Sprintf("%d sees", i+1), c.Wire())
		} else {
			s.Exact("frames", c.sizes())
		}
	}
	words := s.SaidWords()
	slices.SortStableFunc(words, func(a, b string) int { return cmp.Compare(a[0], b[0]) }) // for each client
	s.Lines("lines", words)
	s.Lines("stdout", s.SortedLog(driver.Stdout))
	s.Lines("errors in the log", s.Errors())
}
