package scenarios

import (
	"strings"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// unread has a client that keeps sending requests and never reads, with one thread for all clients. It
// requests a long page, so that the kernel's buffers fill up quickly.
func unread() Scenario {
	ask := "GET /static//x?y=" + strings.Repeat("unread", 600) + " HTTP/1.1\r\nHost: lab\r\n\r\n"
	return Scenario{
		Name:   "unread-answers",
		About:  "A client sends thousands of requests and reads nothing: does the server stop reading, is another client answered meanwhile, and after the first has left?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 10 * ms},
		Kernel: true,
		Play:   func(s *Stage) { s.unread("", ask, 16<<20, true) },
	}
}

// http2Unread has the client send only pings, which are answered without a thread.
func http2Unread() Scenario {
	return Scenario{
		Name:   "http2-unread-pings",
		About:  "An HTTP/2 client sends endless pings and reads nothing: does the server stop reading, and is another client answered after the first has left?",
		Server: quick(),
		Kernel: true,
		Play:   func(s *Stage) { s.unread(preface+settings, h2Frame(6, 0, 0, "unread!!"), 48<<20, false) },
	}
}

// unread sends the same bytes repeatedly, up to a total, without reading. Another client comes when the
// server has had time to block; meanwhile says whether its result while the first client stays is
// stated as well.
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
