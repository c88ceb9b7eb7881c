package scenarios

import (
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// tomcatTopics are the scenarios for Tomcat: a servlet in a pool of 200 threads.
func tomcatTopics() []Topic {
	return []Topic{
		{"answers", []Scenario{
			tomcatBytes("answers", "The plain answers: greeting, 404, 400, 405; status line, headers, order, body.", tomcatAnswers(), true),
			tomcatBytes("methods", "Every other method on the servlet and on no route.", tomcatMethods(), false),
			tomcatBytes("closing", "Values of the Connection header: the header in the answer, and whether the connection stays open.", closingProbes(), false),
			tomcatBytes("ids", "Missing, empty, repeated and encoded ids; unknown parameters.", tomcatIDs(), false),
			tomcatBytes("paths", "Paths that are normalised, decoded or refused before the servlet is looked up.", tomcatPaths(), false),
			tomcatPieces(), tomcatHalfClosed(),
		}},
		{"malformed requests", []Scenario{
			tomcatBytes("malformed-lines", "Malformed and borderline request lines, and Tomcat's error pages for them.", tomcatLines(), true),
			tomcatBytes("malformed-fields", "Malformed and borderline header fields, and Tomcat's error pages for them.", tomcatFields(), false),
			tomcatBytes("malformed-framing", "Malformed and borderline lengths and chunks.", tomcatFraming(), false),
			tomcatBytes("malformed-sizes", "Heads of various lengths: the limits are 8 KiB and 100 fields.", tomcatSizes(), false),
			tomcatBytes("protocols", "HTTP/2, upgrades and WebSocket, none of which this connector has.", protocols(), false),
			tomcatBytes("chunks", "Lengths, chunk extensions and trailers, well-formed and not, and another request after each.", tomcatChunks(), false),
			tomcatBytes("parameters", "Queries whose parameters cannot be decoded, or are too many.", tomcatParameters(), false),
			tomcatBytes("hosts", "Ports that are no numbers or too large, empty encodings, and targets that fill long reports.", tomcatHosts(), false),
			tomcatLater(), tomcatResumed(),
		}},
		{"connections", []Scenario{
			tomcatBytes("pipelining", "A request and something unusual in one piece: what is answered, and how does the connection end?", pipelinedPairs(), true),
			tomcatBodies(), tomcatExpect(), tomcatHundred(), tomcatIdle(), tomcatKeepAlive(),
		}},
		{"the pool of threads", []Scenario{tomcatGrowth(), tomcatThreads(), tomcatQueue(), tomcatOvertaking(), tomcatOccupied(), tomcatBacklog()}},
		{"clients that leave", []Scenario{
			tomcatLeaveRunning(), tomcatLeaveQueued(departure{"fin", (*Client).Leave}), tomcatLeaveQueued(departure{"rst", (*Client).Reset}),
		}},
		{"a lack of descriptors", []Scenario{tomcatOutOfFiles()}},
		{"log lines and the end", []Scenario{tomcatLog(), escapes(""), tomcatPortInUse(), tomcatStop("sigterm", syscall.SIGTERM), tomcatStop("sigint", syscall.SIGINT)}},
	}
}

// onTomcat is a servlet that takes sleep, in a pool of limit threads; 0 means Tomcat's default.
func onTomcat(sleep time.Duration, limit int) servers.Config {
	return servers.Config{Mode: threadpool, Sleep: sleep, Limit: limit}
}

// warm sends one valid and one wrong request: in Java the first of each takes longer than later ones.
func (s *Stage) warm() {
	for _, raw := range []string{"GET /?id=warm HTTP/1.1" + host, "GET /nowhere HTTP/1.1" + host, "GET" + host} {
		c := s.Connect()
		c.Send(raw)
		c.Await(1, patience)
		c.Leave()
	}
	s.Pause(50 * ms)
}

// stateTomcat states everything that the log shows once the server is idle.
func (s *Stage) stateTomcat() {
	s.Pause(150 * ms)
	s.Lines("stdout", withoutExecs(s.Log(driver.Stdout)))
	s.Lines("stderr", withoutSlowness(s.Log(driver.Stderr)))
}

// slowness ends a line that Tomcat logs only on a slow machine.
const slowness = "SessionIdGeneratorBase createSecureRandom"

// withoutSlowness removes the lines that Tomcat logs only on a slow machine.
func withoutSlowness(lines []string) []string {
	for i, line := range lines {
		if strings.HasSuffix(line, slowness) && i+1 < len(lines) {
			return slices.Delete(lines, i, i+2)
		}
	}
	return lines
}

func tomcatLog() Scenario {
	return Scenario{
		Name:   "log-whole-life",
		About:  "Start, an answer, a 404, malformed requests, stop: all lines of both streams.",
		Server: onTomcat(20*ms, 0),
		Core:   true,
		Play: func(s *Stage) {
			for _, raw := range []string{
				"GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n",
				"GET /?x=%20y HTTP/1.1\r\nHost: lab\r\n\r\n",
				"GET /no%20where?a=%C3%A4 HTTP/1.1\r\nHost: lab\r\n\r\n",
				"nonsense\r\n\r\n",
				"more of it\r\n\r\n",
				"GET /?id=2 HTTP/1.0\r\n\r\n",
			} {
				c := s.Connect()
				c.Send(raw)
				c.Await(1, patience)
				s.Pause(50 * ms)
			}
			s.Signal(syscall.SIGINT)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.stateTomcat()
		},
	}
}

func tomcatPortInUse() Scenario {
	return Scenario{
		Name:     "port-in-use",
		About:    "The port is already in use.",
		Server:   onTomcat(20*ms, 0),
		Starting: true,
		Play: func(s *Stage) {
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr, without the lines of Java", withoutFrames(withoutSlowness(s.Log(driver.Stderr))))
		},
	}
}

// withoutFrames removes the stack frames of exceptions from lines of a log.
func withoutFrames(lines []string) []string {
	return slices.DeleteFunc(lines, func(line string) bool { return line == "" || strings.HasPrefix(line, "\t") })
}

func tomcatStop(name string, sig syscall.Signal) Scenario {
	return Scenario{
		Name:   "stop-" + name,
		About:  "A signal with requests running and queued, one idle and one silent connection: the process ends at once.",
		Server: onTomcat(time.Second, 2),
		Core:   name == "sigterm",
		Play: func(s *Stage) {
			s.warm()
			silent, idle := s.Connect(), s.Connect()
			idle.GetPath("/nowhere")
			idle.Await(1, patience)
			clients := s.Burst(3, 50*ms)
			s.Until(300 * ms)
			s.Signal(sig)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 250*ms, after)
			s.stateEnds(append(clients, idle, silent), "first", "second", "third", "idle", "silent")
			s.stateTomcat()
		},
	}
}
