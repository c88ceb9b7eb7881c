package scenarios

import (
	"context"
	"fmt"
	"net"
	"syscall"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// logs shows every line of a life, on the stream it is written to.
func logs() []Scenario {
	return append(forParsers(logWholeLife), logPortInUse())
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

func logPortInUse() Scenario {
	return Scenario{
		Name:     "log-port-in-use",
		About:    "The port belongs to somebody else already.",
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

// Occupy takes the port before the server of a Starting scenario comes, and gives it back when release is called.
func Occupy(ctx context.Context, port int) (release func() error, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
	if err != nil {
		return nil, fmt.Errorf("occupy port %d: %w", port, err)
	}
	return listener.Close, nil
}
