package boundaries

import (
	"strings"
)

func connectionFamilies() []Family {
	return []Family{
		{"connection", connection},
		{"websocket", websocket},
		{"h2c", h2c},
		{"upgrade", upgrade},
		{"pipeline", pipeline},
	}
}

// connection has odd values of Connection, one and several, in each protocol.
func connection(d dice) []string {
	value := func() string {
		return one(d, "close", "keep-alive", "Close", "CLOSE", "Keep-Alive", "close, keep-alive", "keep-alive, close", "close,x", "x,close",
			"x, close ,y", ",close", "close,", "", " ", "x", "upgrade", "Upgrade", "keep-alive, Upgrade", "close, Upgrade", "\"close\"", "clos",
			"closed",
			"close;a", "close keep-alive", "keepalive", "host", "te", "close\t", "\tclose", "close"+character(d), character(d)+"close",
			"close\r\n ,x", ",,,", "transfer-encoding", "content-length")
	}
	r := ordinary(d)
	r.fields = []string{one(d, "Connection: ", "Connection: ", "connection: ", "CONNECTION:", "Proxy-Connection: ", "Connection : ") + value()}
	for d.chance(25) {
		r.fields = append(r.fields, "Connection: "+value())
	}
	if d.chance(20) {
		r.fields = append(r.fields, one(d, "Keep-Alive: timeout=5", "Keep-Alive: max=1", "TE: trailers", "Upgrade: x"))
	}
	if d.chance(25) {
		r.fields, r.body = append(r.fields, "Content-Length: 5"), "hello"
	}
	return []string{r.String() + one(d, "", request{target: "/?id=2"}.String(), "x", "\r\n", "GET")}
}

// websocket has handshakes of which one thing or two are odd.
func websocket(d dice) []string {
	odd := func(value string, instead ...string) string {
		if d.chance(82) {
			return value
		}
		return one(d, instead...)
	}
	r := request{
		method: odd("GET", "POST", "HEAD", "get", "PUT"), target: odd("/?id=1", "/", "/ws", "/docs/", "http://lab/?id=1"), protocol: odd("HTTP/1.1",
			"HTTP/1.0", "HTTP/1.2"),
		host: odd("Host: lab", "Host:", "X: y", "Host: a b"),
	}
	r.fields = []string{
		odd("Connection: Upgrade", "Connection: upgrade", "Connection: keep-alive, Upgrade", "Connection: close", "Connection: close, Upgrade",
			"Connection: Upgrade, close", "X: no", "Connection: Upgrade\r\nConnection: close"),
		odd("Upgrade: websocket", "Upgrade: WebSocket", "Upgrade: websocket, x", "Upgrade: x, websocket", "Upgrade: websocket/13", "Upgrade: ",
			"Upgrade: websocket\r\nUpgrade: x", "Upgrade: websocket "),
		odd("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8", "Sec-WebSocket-Version: 013", "Sec-WebSocket-Version: x",
			"Sec-WebSocket-Version: 13, 8", "Sec-WebSocket-Version:", "X: none", "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Version: 13"),
		odd("Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: x", "Sec-WebSocket-Key:", "X: none",
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZX==", "Sec-WebSocket-Key: dGhlIHNhbXBs",
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Key: !!!!",
			"Sec-WebSocket-Key:  dGhlIHNhbXBsZSBub25jZQ== "),
		odd("A: b", "Sec-WebSocket-Protocol: chat", "Sec-WebSocket-Protocol: chat, b", "Sec-WebSocket-Protocol: a b", "Sec-WebSocket-Protocol:",
			"Sec-WebSocket-Protocol: ,"),
		odd("C: d", "Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
			"Sec-WebSocket-Extensions: x;", "Sec-WebSocket-Extensions: =", "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99"),
		odd("E: f", "Origin: http://lab", "Origin: null", "Origin:", "Origin: a\r\nOrigin: b", "Origin: \xe4"),
		odd("G: h", "Content-Length: 0", "Content-Length: 5", "Content-Length: x", chunked, "Transfer-Encoding: gzip", "Expect: 100-continue"),
	}
	if d.chance(5) {
		r.fields = append(r.fields, strings.Split(strings.Repeat("X: y,", one(d, 60, 120, 130, 300)), ",")[:one(d, 60)]...)
	}
	after := one(d, "", "", "", "\x81\x85\x00\x00\x00\x00hello", "hello", request{target: "/?id=2"}.String(), "0\r\n\r\n", "\x88\x80\x00\x00\x00\x00")
	if d.chance(30) && after != "" {
		return []string{r.String(), after}
	}
	return []string{r.String() + after}
}

// preface begins a connection of HTTP/2.
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

// h2c asks for HTTP/2, in the wrong ways and in the right one.
func h2c(d dice) []string {
	r := ordinary(d)
	r.fields = []string{
		one(d, "Connection: Upgrade, HTTP2-Settings", "Connection: Upgrade, HTTP2-Settings", "Connection: Upgrade", "Connection: HTTP2-Settings",
			"Connection: close, Upgrade", "X: none"),
		one(d, "Upgrade: h2c", "Upgrade: h2c", "Upgrade: h2c", "Upgrade: H2C", "Upgrade: h2", "Upgrade: h2c, websocket", "Upgrade: h2c-17",
			"Upgrade: HTTP/2.0"),
		one(d, "HTTP2-Settings: AAMAAABkAAQAAP__", "HTTP2-Settings: AAMAAABkAAQAAP__", "HTTP2-Settings:", "HTTP2-Settings: x",
			"HTTP2-Settings: AAMAAABkAAQAAP__\r\nHTTP2-Settings: AAMAAABkAAQAAP__", "HTTP2-Settings: !", "HTTP2-Settings: AAQ_____",
			"HTTP2-Settings: AAMAAABkAAQAAP==", "HTTP2-Settings: AAMAAABkAAQ", "X: none"),
	}
	if d.chance(25) {
		r.fields = append(r.fields, one(d, "Content-Length: 0", "Content-Length: 5", chunked))
	}
	if d.chance(20) {
		start := one(d, preface, preface[:d.between(1, len(preface)-1)], "PRI * HTTP/2.0\r\n\r\n", "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n",
			"PRI * HTTP/2.0\r\nHost: a\r\n\r\nSM\r\n\r\n", "PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n")
		return []string{start + one(d, "", "x", "\x00\x00\x00\x04\x00\x00\x00\x00\x00", "\x00\x00\x00\x04\x01\x00\x00\x00\x00",
			"\x00\x40\x01\x00\x00\x00\x00\x00\x01", "\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678")}
	}
	after := one(d, "", "", preface, preface+"\x00\x00\x00\x04\x00\x00\x00\x00\x00", "hello", request{target: "/?id=2"}.String())
	return []string{r.String() + after}
}

// upgrade asks for something else.
func upgrade(d dice) []string {
	r := ordinary(d)
	r.fields = []string{
		one(d, "Connection: Upgrade", "Connection: upgrade", "Connection: Upgrade, close", "Connection: keep-alive, Upgrade", "X: none"),
		"Upgrade: " + one(d, "x", "TLS/1.0", "foo/2", "websocket", "", "a, b", "x y", character(d), "HTTP/1.1", "h2c"),
	}
	after := one(d, "", "", "hello", "x\r\n\r\n", request{target: "/?id=2"}.String(), "\x00\x01")
	switch d.IntN(4) {
	case 0:
		r.fields, r.body = append(r.fields, "Content-Length: 5"), "hello"
	case 1:
		r.fields, r.body = append(r.fields, chunked), one(d, "5\r\nhello\r\n0\r\n\r\n", "0\r\n\r\n", "x\r\n")
	}
	if d.chance(30) && after != "" {
		return []string{r.String(), after}
	}
	return []string{r.String() + after}
}

// pipeline is several requests, of which the last may be none.
func pipeline(d dice) []string {
	var b strings.Builder
	for range d.between(2, 6) {
		r := ordinary(d)
		switch d.IntN(6) {
		case 0:
			r.fields, r.body = []string{"Content-Length: 5"}, "hello"
		case 1:
			r.fields, r.body = []string{chunked}, "5\r\nhello\r\n0\r\n\r\n"
		case 2:
			r.fields = []string{one(d, "Connection: close", "Connection: keep-alive", "Expect: 100-continue")}
		}
		b.WriteString(r.String() + some(d, 2, "", "", "", "\r\n", "\n"))
	}
	b.WriteString(one(d, "", "", "", "x\r\n\r\n", "GET", "\x00", "GET /?id=1 HTTP/1.1\r\n"))
	return []string{b.String()}
}
