package scenarios

import (
	"fmt"
	"strings"
	"time"
)

// uvicornHandshakes are WebSocket handshakes that the websockets library reads, refuses or does not understand.
func uvicornHandshakes() []probe {
	const (
		key     = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
		version = "Sec-WebSocket-Version: 13\r\n"
		valid   = key + version
	)
	with := func(name, lines string) probe {
		return probe{name, "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + lines + "\r\n"}
	}
	var probes []probe
	for _, field := range []string{
		"Content-Length: 0", "Content-Length: 00", "Content-Length: 5", "Content-Length: 0\r\nContent-Length: 0", "Transfer-Encoding: chunked",
		"Transfer-Encoding: gzip", "Transfer-Encoding:", "X: a\x01b", "X: a\xe4b", "Expect: 100-continue", "Origin: a", "Origin: a\r\nOrigin: a",
	} {
		probes = append(probes, with(field, valid+field+"\r\n"))
	}
	for _, key := range []string{
		"", "a", "AAA", "AAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAA===", "AAAAAAAAAAAAAAAAAAAAAB==", "=AAA", "A=AA", "A!AA", "a\xe4",
	} {
		probes = append(probes, with("key: "+key, version+"Sec-WebSocket-Key: "+key+"\r\n"))
	}
	for _, version := range []string{"", "8", "13 ", "13, 8", "\xff"} {
		probes = append(probes, with("version: "+version, key+"Sec-WebSocket-Version: "+version+"\r\n"))
	}
	for _, list := range []string{"", ",", "chat, b", "chat b", "a;b", ",a,,b,", "\"x\"", "chat,\xff"} {
		probes = append(probes, with("subprotocols: "+list, valid+"Sec-WebSocket-Protocol: "+list+"\r\n"))
	}
	for _, list := range []string{
		"", "permessage-deflate; client_max_window_bits", "permessage-deflate; client_max_window_bits=99", "x;", "x; =b", "x; a=", "x; a b", `x; a="b"`,
		`x; a="b c"`, `x; a=""`, `x; a="`, `x; a="\b"`, `x; a="b"c`, ", x", "\xe4",
	} {
		probes = append(probes, with("extensions: "+list, valid+"Sec-WebSocket-Extensions: "+list+"\r\n"))
	}
	for _, fields := range []int{122, 123, 250, 251} {
		probes = append(probes, with(fmt.Sprintf("%d more fields", fields), valid+strings.Repeat("X: y\r\n", fields)))
	}
	for _, length := range []int{4105, 4106, 8187, 8188} {
		probes = append(probes, with(fmt.Sprintf("a field of %d", length), valid+"X: "+strings.Repeat("a", length)+"\r\n"))
	}
	return append(append(probes, with("no key", version), with("two keys", key+valid), with("two versions", valid+version)), oddHandshakes(valid)...)
}

// oddHandshakes have an unusual first line, or unusual Connection and Upgrade fields.
func oddHandshakes(valid string) []probe {
	const upgrade = "Upgrade: websocket\r\n"
	with := func(name, line, lines string) probe {
		return probe{name, line + "\r\nHost: lab\r\n" + lines + valid + "\r\n"}
	}
	var probes []probe
	for _, c := range []string{"Upgrade, x", "a b, Upgrade", "Upgrade, \"x\"", "Upgrade, \xe4", "a b\r\nConnection: Upgrade", "\r\nConnection: Upgrade", "Upgrade,"} {
		probes = append(probes, with("connection: "+c, "GET /?id=1 HTTP/1.1", "Connection: "+c+"\r\n"+upgrade))
	}
	for _, u := range []string{"h2c\r\nUpgrade: websocket", "websocket\r\nUpgrade: websocket", "a b\r\nUpgrade: websocket", "x/1\r\nUpgrade: websocket", "WebSocket"} {
		probes = append(probes, with("upgrade: "+u, "GET /?id=1 HTTP/1.1", "Connection: Upgrade\r\nUpgrade: "+u+"\r\n"))
	}
	for _, line := range []string{
		"HEAD /?id=1 HTTP/1.1", "CONNECT /?id=1 HTTP/1.1", "GET /?id=1 HTTP/1.0", "GET lab:80 HTTP/1.1", "GET * HTTP/1.1", "GET /\xe4 HTTP/1.1",
		"GET /?\xe4\xe4 HTTP/1.1", "GET /" + strings.Repeat("a", 4094) + " HTTP/1.1", "GET /" + strings.Repeat("a", 8176) + " HTTP/1.1",
		"GET /" + strings.Repeat("a", 8177) + " HTTP/1.1",
	} {
		probes = append(probes, with(line[:min(len(line), 30)]+fmt.Sprintf(" (%d)", len(line)), line, "Connection: Upgrade\r\n"+upgrade))
	}
	return probes
}

// unheardHandshake is about a handshake that the library cannot read.
func unheardHandshake(string) Scenario {
	return Scenario{
		Name:   "handshake-unread",
		About:  "A WebSocket handshake with a length, alone and after another request: what comes, and when does the connection end?",
		Server: quick(),
		Play: func(s *Stage) {
			const request = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n"
			const handshake = request + "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
				"Sec-WebSocket-Version: 13\r\n\r\n"
			alone, after, before := s.Connect(), s.Connect(), s.Connect()
			alone.Send(handshake)
			after.Send(handshake)
			before.Send(request + "\r\n" + handshake)
			s.Pause(100 * ms)
			after.SendMore("hello" + request + "\r\n")
			s.Pause(6 * time.Second)
			s.Exact("alone", alone.Wire())
			s.Exact("with bytes after it", after.Wire())
			s.Exact("after a request", before.Wire())
			s.Lines("stderr after the start, sorted", s.SortedAfterStart())
		},
	}
}

// trailers are requests whose trailers say something.
func trailers() []probe {
	const next = "GET /?id=2 HTTP/1.1\r\nHost: lab\r\n\r\n"
	with := func(name, line, trailer, more string) probe {
		return probe{name, line + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n" + trailer + "\r\n\r\n" + more}
	}
	const request, redirect = "GET /?id=1 HTTP/1.1\r\nHost: lab", "GET /docs/ HTTP/1.1\r\nHost: lab"
	var probes []probe
	for _, trailer := range []string{
		"Connection: close", "Connection: Close", "Connection: close, x", "Connection:\r\n close", "Connection: keep-alive", "Proxy-Connection: close", "Content-Length: 5",
		"Connection: Upgrade\r\nUpgrade: websocket", "X-Forwarded-For: 1.2.3.4:5", "Expect: 100-continue",
	} {
		probes = append(probes, with(trailer, request, trailer, ""), with(trailer+", a request after it", request, trailer, next))
	}
	return append(probes,
		with("scheme", redirect, "X-Forwarded-Proto: https", ""),
		with("host", redirect, "Host: other", ""),
		with("host alone", "GET /docs/ HTTP/1.1", "Host: other", ""),
		with("close, after a request", next+request, "Connection: close", next),
		with("close, 404", "GET /x HTTP/1.1\r\nHost: lab", "Connection: close", ""),
		probe{"close, not finished", request + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nConnection: close\r\n"},
		probe{"close, another begun", request + "\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nConnection: close\r\nX"},
		with("close, HTTP/1.0", "GET /?id=1 HTTP/1.0", "Connection: close", ""))
}

// forwardedFields are what a proxy names, and hosts, in redirects and access lines.
func forwardedFields() []probe {
	var probes []probe
	for _, client := range []string{
		"1.2.3.4: 80", "1.2.3.4:+80", "1.2.3.4:-0", "1.2.3.4:8_0", "1.2.3.4:8__0", "1.2.3.4:_8", "1.2.3.4:0x5", "1.2.3.4:" + strings.Repeat("9", 30), "1.2.3.4:\xa080\x85",
		"1.2.3.4:\xb2", "[::2]:x", "[::2", "[::2]x", "[a]", "\xe4:80", "a:b:1", "", ",", "9.9.9.9:1, 127.0.0.1:2", "127.0.0.1, ::1", "[::1]:3",
	} {
		probes = append(probes, probe{"client: " + client, "GET /x HTTP/1.1\r\nX-Forwarded-For: " + client + host})
	}
	for _, scheme := range []string{"", " ", "https", "ftp", "\xe4", "wss"} {
		probes = append(probes,
			probe{"scheme: " + scheme, "GET /docs/ HTTP/1.1\r\nX-Forwarded-Proto: " + scheme + host},
			probe{"scheme without host: " + scheme, "GET /docs/ HTTP/1.0\r\nX-Forwarded-Proto: " + scheme + "\r\n\r\n"})
	}
	for _, name := range []string{"\xe4", "a\xff:1", "a,b", "%61"} {
		probes = append(probes, probe{"host: " + name, "GET /docs/ HTTP/1.1\r\nHost: " + name + "\r\n\r\n"})
	}
	return append(probes, gets("/docs/?\xe4", "/docs/?a\xff\xe2\x82", "/%0a?id=1", "/docs%0a", "/docs%0a/", "/docs/%0a")...)
}

// refusedHeads are refusals that h11 takes for the answer to a HEAD.
func refusedHeads() []probe {
	var probes []probe
	for _, version := range []string{"1.0", "1.1"} {
		for _, lines := range []string{"\r\nnonsense\r\n\r\n", "Content-Length: 2\r\n\r\nabnonsense\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", "Connection: close\r\n\r\nx"} {
			probes = append(probes, probe{version + ", " + lines, "HEAD /x HTTP/" + version + "\r\nHost: lab\r\n" + lines})
		}
	}
	return probes
}

// upgradeWarnings is about what is logged of requests that ask for another protocol.
func upgradeWarnings(string) Scenario {
	return Scenario{
		Name:   "upgrade-warnings",
		About:  "CONNECT, and requests with Upgrade or without it in Connection: what is logged?",
		Server: quick(),
		Play: func(s *Stage) {
			for _, request := range []string{
				"CONNECT lab:80 HTTP/1.1", "CONNECT /?id=1 HTTP/1.1", "CONNECT lab HTTP/1.0", "GET lab:80 HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x",
				"GET /x HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x", "GET /x HTTP/1.1\r\nUpgrade: x", "GET /x HTTP/1.1\r\nConnection: Upgrade;\r\nUpgrade: x",
				"GET /x HTTP/1.1\r\nConnection: Upgrade\r\nConnection: close\r\nUpgrade: x", "GET /x HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade:",
				"POST /x HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\nContent-Length: 2",
			} {
				c := s.Connect()
				c.Send(request + host)
				c.Settle()
				s.Exact(request, c.Wire())
				c.Leave()
				s.Pause(50 * ms)
			}
			s.Lines("stderr after the start", s.AfterStart())
		},
	}
}
