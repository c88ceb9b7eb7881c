package scenarios

import (
	"strings"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// unread has a client ask again and again that never reads, with one thread to serve it and others. What it asks for has a
// long answer, so that the kernel's buffers are full soon.
func unread() Scenario {
	ask := "GET /static//x?y=" + strings.Repeat("unread", 600) + " HTTP/1.1\r\nHost: lab\r\n\r\n"
	return Scenario{
		Name:   "unread-answers",
		About:  "A client asks thousands of times and reads nothing: does the server stop reading, is another served, and when the first has left?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 10 * ms},
		Kernel: true,
		Play:   func(s *Stage) { s.unread("", ask, 16<<20, true) },
	}
}

// http2Unread has it send nothing but pings, which are answered without a thread.
func http2Unread() Scenario {
	return Scenario{
		Name:   "http2-unread-pings",
		About:  "A client of HTTP/2 pings without an end and reads nothing: does the server stop reading, and is another served when the first has left?",
		Server: quick(),
		Kernel: true,
		Play:   func(s *Stage) { s.unread(preface+settings, h2Frame(6, 0, 0, "unread!!"), 48<<20, false) },
	}
}

// unread sends the same again and again, up to so many bytes, without reading. Another client comes when the server has
// had time to stand still; meanwhile says that it is looked at while the first stays.
func (s *Stage) unread(opens, again string, size int, meanwhile bool) {
	s.awaitWorker()
	deaf := s.Connect()
	deaf.StopReading()
	data := []byte(opens + strings.Repeat(again, size/len(again)))
	s.Exact("all taken", deaf.Fill(data, 5*time.Second) == len(data))
	other := s.Connect()
	other.Get("1")
	if meanwhile {
		other.Await(1, 1500*ms)
		s.Exact("another client meanwhile", other.Status(0))
	}
	deaf.Reset()
	other.Await(1, patience)
	s.Exact("and when the first has left", other.Status(0))
}
