package scenarios

import (
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// trioFalls are bytes that end the server: on trio nothing catches an exception of a connection's task.
func trioFalls() []Scenario {
	return []Scenario{
		trioFall("collision", "Bytes after the last request, again and again, until 400 and an answer collide",
			"GET /x HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\nx", []string{"HTTP/1.1 400", ""}),
		trioFall("handshake", "Bytes after a WebSocket handshake, in the same read",
			"GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
				"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nhello", []string{"HTTP/1.1 400", "HTTP/1.1 403", ""}),
		trioFall("settings", "An upgrade to HTTP/2 with settings that cannot be decoded",
			"GET /?id=1 HTTP/1.1\r\nHost: lab\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAA\r\n\r\n", []string{"HTTP/1.1 101"}),
	}
}

// trioFall sends bytes on one connection after the other until the server has ended.
func trioFall(name, about, raw string, answers []string) Scenario {
	const most = 100
	return Scenario{
		Name:   "falls-" + name,
		About:  about + ": how does the server end, and what do an idle client and a running request get?",
		Server: servers.Config{Mode: threadpool, Sleep: time.Second},
		Parent: true,
		Play: func(s *Stage) {
			idle, running := s.Connect(), s.Connect()
			running.Get("1")
			s.AwaitStarts(1, patience)
			fallen, expected := false, true
			for range most {
				c, how := s.TryConnect(time.Second)
				if how != "connected" {
					fallen = true
					break
				}
				c.Send(raw)
				c.AwaitEnd(500 * ms)
				first, _, _ := strings.Cut(string(driver.Stream(c.conn.Events())), " \r\n")
				expected = expected && slices.Contains(answers, first)
			}
			exit, _ := s.AwaitExit(patience)
			s.Exact("it has fallen", fallen || exit != "still running")
			s.Exact("exit", exit)
			s.Exact("each client got what it may get", expected)
			s.Exact("idle", idle.Wire())
			s.Exact("the running request's client gets an answer", len(running.Answers()) > 0)
			s.Exact("a process ends by an exception", s.Logged("Process SpawnProcess-1:"))
		},
	}
}
