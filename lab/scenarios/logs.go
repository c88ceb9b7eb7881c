package scenarios

import (
	"context"
	"fmt"
	"net"
	"slices"
	"syscall"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// logs shows every line from start to end, on the stream it is written to.
func logs() []Scenario {
	return slices.Concat(forParsers(logWholeLife), forParsers(escapes), []Scenario{logPortInUse()})
}

func logWholeLife(string) Scenario {
	return Scenario{
		Name:   "log-whole-life",
		About:  "Start, an answer, a 422, a 404, a malformed request, stop: all lines of both streams.",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			for _, raw := range []string{
				"GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n",
				"GET /?x=%20y HTTP/1.1\r\nHost: lab\r\n\r\n",
				"GET /no%20where?a=%C3%A4 HTTP/1.1\r\nHost: lab\r\n\r\n",
				"nonsense\r\n\r\n",
				"POST /?id=2 HTTP/1.0\r\n\r\n",
			} {
				c := s.Connect()
				c.Send(raw)
				c.Await(1, patience)
				s.Pause(50 * ms)
			}
			s.Signal(syscall.SIGINT)
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

// logShaped is for servers with a configurable access log format.
func logShaped() Scenario {
	const format = `%(h)s %(l)s %(u)s %(t)s "%(r)s" %(m)s %(U)s %(q)s %(H)s %(s)s %(b)s %(B)s "%(f)s" "%(a)s" %(T)s %({X-Id}i)s %({Content-Type}o)s 100%%`
	return Scenario{
		Name:   "log-format",
		About:  "An access log format with most atoms: what each shows for a valid request, a 404 with an unusual path and a 405.",
		Server: servers.Config{Mode: threadpool, Sleep: 10 * ms, AccessLogFormat: format},
		Play: func(s *Stage) {
			s.ProbeInTurn([]probe{
				{"good", "GET /?id=1&x=%20 HTTP/1.1\r\nHost: lab\r\nX-Id: seven\r\nReferer: there\r\nUser-Agent: lab\r\n\r\n"},
				{"odd path", "GET /no%20where%25?a=b HTTP/1.1\r\nHost: lab\r\n\r\n"},
				{"not allowed", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"},
			})
		},
	}
}

func logPortInUse() Scenario {
	return Scenario{
		Name:     "log-port-in-use",
		About:    "The port is already in use.",
		Server:   servers.Config{Mode: threadpool},
		Starting: true,
		Core:     true,
		Play: func(s *Stage) {
			exit, _ := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

// Occupy binds the port before the server of a Starting scenario starts; release frees it.
func Occupy(ctx context.Context, port int) (release func() error, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, fmt.Errorf("occupy port %d: %w", port, err)
	}
	return listener.Close, nil
}
