package scenarios

import (
	"strings"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// with adds flags of target-server, and what corresponds to them in Hypercorn's file of settings.
func with(cfg servers.Config, settings string, flags ...string) servers.Config {
	cfg.Flags, cfg.Settings = strings.Join(flags, "\n"), settings
	return cfg
}

// accessOff is a server without access lines.
func accessOff() Scenario {
	return Scenario{
		Name:   "log-no-access",
		About:  "Without access lines: what else is still logged, of an answer, a 404, a malformed request and a WebSocket handshake?",
		Server: with(quick(), "", "--no-access-log"),
		Play: func(s *Stage) {
			for _, raw := range []string{
				"GET /?id=1 HTTP/1.1" + host, "GET /nowhere HTTP/1.1" + host, "nonsense\r\n\r\n",
				"GET / HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
			} {
				c := s.Connect()
				c.Send(raw)
				c.Await(1, patience)
				s.Pause(50 * ms)
			}
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr", s.AfterStart())
		},
	}
}

// fieldProbes are answers of the application, of its framework and of the server itself.
func fieldProbes() []probe {
	return []probe{
		{"greeting", "GET /?id=1 HTTP/1.1" + host},
		{"not found", "GET /nowhere HTTP/1.1" + host},
		{"redirect", "GET /docs/ HTTP/1.1" + host},
		{"malformed", "nonsense\r\n\r\n"},
		{"closing", "GET /nowhere HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"},
	}
}

// ownFields are fields that the user adds to every answer.
func ownFields(parser string) Scenario {
	fields := []string{"--header", "X-Served-By:lab:1", "--header", "Server:own", "--header", "x-empty:", "--header", "DATE:never"}
	if parser == httptools {
		fields = append(fields, "--header", "X-Spaced: a, b ")
	}
	return Scenario{
		Name:   "header-fields",
		About:  "Fields added with --header, among them a server and a date: which are sent, and in which order?",
		Server: with(quick(), "", fields...),
		Play:   func(s *Stage) { s.Probe(fieldProbes()) },
	}
}

// noFields are answers without date and server.
func noFields(string) Scenario {
	return Scenario{
		Name:   "header-fields-none",
		About:  "Without the server's own Date and Server, and with a field of the user's.",
		Server: with(quick(), "", "--no-date-header", "--no-server-header", "--header", "X-A:b"),
		Play:   func(s *Stage) { s.Probe(fieldProbes()) },
	}
}

// proxyFieldsOff has a proxy's fields ignored.
func proxyFieldsOff() Scenario {
	const said = "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n"
	return Scenario{
		Name:   "proxy-headers-off",
		About:  "X-Forwarded-For and X-Forwarded-Proto with --no-proxy-headers: in the access log, in a redirect, and of a WebSocket handshake.",
		Server: with(quick(), "", "--no-proxy-headers"),
		Play: func(s *Stage) {
			s.ProbeInTurn([]probe{
				{"redirect", "GET /docs/ HTTP/1.1\r\nHost: lab\r\n" + said + "\r\n"},
				{"handshake", "GET / HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n" + said + "\r\n"},
			})
			s.Pause(50 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr", s.AfterStart())
		},
	}
}

// noFieldsInBoth is noFields on Hypercorn, in both versions of HTTP.
func noFieldsInBoth() Scenario {
	return Scenario{
		Name:   "header-fields-none",
		About:  "Without the server's own Date and Server, in HTTP/1.1 and HTTP/2.",
		Server: with(quick(), "include_date_header = false\ninclude_server_header = false", "--no-date-header", "--no-server-header"),
		Play: func(s *Stage) {
			s.ProbeInTurn(append(fieldProbes(), probe{"100 Continue", "POST /nowhere HTTP/1.1\r\nHost: lab\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"}))
			s.probeFrames([]probe{{"HTTP/2", settings + h2Request(1, "GET", "/nowhere")}})
		},
	}
}

// lastRequests are the last requests that a connection may have.
func lastRequests() Scenario {
	return Scenario{
		Name:   "keep-alive-requests",
		About:  "With at most two requests a connection, three in HTTP/1.1 and four in HTTP/2: which are answered, and how does the connection end?",
		Server: with(quick(), "keep_alive_max_requests = 2", "--keep-alive-max-requests", "2"),
		Play: func(s *Stage) {
			c := s.Connect()
			for n := range 3 {
				c.Send("GET /nowhere HTTP/1.1" + host)
				c.Await(n+1, 300*ms)
			}
			s.Exact("HTTP/1.1", c.Wire())
			c = s.Connect()
			c.SendMore(preface + settings)
			s.Pause(50 * ms)
			for n := range uint32(4) {
				c.SendMore(h2Request(2*n+1, "GET", "/nowhere"))
				s.Pause(100 * ms)
			}
			c.Settle()
			s.Exact("HTTP/2", c.frames())
		},
	}
}

// fewStreams are more requests than a connection of HTTP/2 may have open.
func fewStreams() Scenario {
	return Scenario{
		Name:   "http2-few-streams",
		About:  "With h2_max_concurrent_streams = 2, two and then three requests at once: what are the settings, and what happens to the third?",
		Server: with(quick(), "h2_max_concurrent_streams = 2", "--h2-max-concurrent-streams", "2"),
		Play: func(s *Stage) {
			two := settings + h2Request(1, "GET", "/nowhere") + h2Request(3, "GET", "/nowhere")
			s.probeFrames([]probe{{"two", two}, {"three", two + h2Request(5, "GET", "/nowhere")}})
		},
	}
}
