package attack

import (
	"fmt"
	"strings"
)

// good is a well-formed request, possibly an unusual one.
func (t talker) good() string {
	method := "GET"
	if t.chance(20) {
		method = one(t.dice, "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH", "TRACE", "get", "X-ODD")
	}
	version := "1.1"
	if t.chance(10) {
		version = "1.0"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/%s\r\nHost: %s\r\n", method, t.target(), version, one(t.dice, "a", "a", "localhost:8080", "[::1]:80", "evil.example"))
	for t.chance(30) {
		b.WriteString(t.field() + "\r\n")
	}
	switch {
	case t.chance(85):
		b.WriteString("\r\n")
	case t.chance(50):
		size := one(t.dice, 0, 1, 100, 5_000, 70_000)
		fmt.Fprintf(&b, "Content-Length: %d\r\n\r\n%s", size, strings.Repeat("x", size))
	default:
		b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
		for range t.between(0, 4) {
			size := one(t.dice, 1, 17, 4_000)
			fmt.Fprintf(&b, "%x\r\n%s\r\n", size, strings.Repeat("y", size))
		}
		b.WriteString("0\r\n\r\n")
	}
	return b.String()
}

// target is a path with its query.
func (t talker) target() string {
	id := t.IntN(1000)
	switch t.IntN(20) {
	case 0:
		return "/nowhere"
	case 1:
		return "/"
	case 2:
		return one(t.dice, "/openapi.json", "/docs", "/redoc", "/static/x", "//", "/..", "/%2e%2e/?id=1")
	case 3:
		return fmt.Sprintf("http://a/?id=%d", id)
	case 4:
		return "/?id=" + one(t.dice, "%00", "%1b[2J", "%0a%0d", "%c2%9b31m", "%ff", "", "-1", "%E2%80%AE", "1&id=2", "%25%7Bx%7D")
	case 5:
		return "/?id=" + strings.Repeat("i", one(t.dice, 300, 3_000, 9_000))
	case 6:
		return fmt.Sprintf("/?id=%d&sleep=%s", id, one(t.dice, "x", "-1s", "0", "1e3", "1h1", ""))
	case 7, 8, 9:
		most := 60
		if t.serial {
			most = 8
		}
		return fmt.Sprintf("/?id=%d&sleep=0.%03ds", id, t.IntN(most)) // may be truncated anywhere, so it is not valid any more
	default:
		return fmt.Sprintf("/?id=%d", id)
	}
}

// field is a line of a head.
func (t talker) field() string {
	return one(
		t.dice,
		"Connection: close", "Connection: keep-alive", "connection: Close, X", "Expect: 100-continue", "Expect: nonsense",
		"User-Agent: \x1b[31mred\xc2\x9b", "User-Agent: ", "X: %(h)s %s \\n", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-For: ::1, fe80::1%eth0",
		"X-Forwarded-For: '\"\x07", "X-Forwarded-Proto: https", "Range: bytes=0-", "Cookie: a=b; c=\"", "Accept-Encoding: gzip",
		"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
		"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAAAA",
		"Referer: http://a/\xff", "X-Long: "+strings.Repeat("l", 5_000), strings.Repeat("A: b\r\n", 60)+"C: d", "Content-Type: application/json",
	)
}

// bad is not a request, or one that contradicts itself.
func (t talker) bad() string {
	const get = "GET /?id=1 HTTP/1.1\r\nHost: a\r\n"
	switch t.IntN(4) {
	case 0:
		garbage := make([]byte, t.between(1, 2_000))
		for i := range garbage {
			garbage[i] = byte(t.IntN(256))
		}
		return string(garbage)
	case 1: // endless heads
		return get + "X: " + strings.Repeat("e", one(t.dice, 9_000, 70_000, 300_000))
	}
	return one(
		t.dice,
		"\r\n\r\n\r\n", "\x00", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /?id=1\r\n\r\n",
		"GET /?id=1 HTTP/1.1\r\n\r\n", get+"Content-Length: -1\r\n\r\n", get+"Content-Length: 1e3\r\n\r\n",
		get+"Content-Length: 99999999999999999999\r\n\r\nx", get+"Content-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
		get+"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", get+"Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
		get+"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n", get+"Transfer-Encoding: chunked\r\n\r\n5\r\nabc", get+"Transfer-Encoding: gzip, chunked\r\n\r\nzz\r\n",
		get+"Transfer-Encoding: chunked\r\n\r\n1;"+strings.Repeat("e", 20_000)+"\r\nx\r\n0\r\n\r\n", get+"Transfer-Encoding: chunked\r\n\r\n0\r\n"+strings.Repeat("T: t\r\n", 3_000),
		get+": no name\r\n\r\n", get+"A B: c\r\n\r\n", get+" folded\r\n\r\n", get+"X\x00: y\r\n\r\n", get+"X: \r y\r\n\r\n", "GET /?id=1 HTTP/1.1\nHost: a\n\n",
		get+"Host: b\r\n\r\n", "GET \xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n", "GET  /?id=1  HTTP/1.1\r\nHost: a\r\n\r\n", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "GET http://[::1/ HTTP/1.1\r\nHost: a\r\n\r\n", "GET /"+strings.Repeat("u", 100_000)+" HTTP/1.1\r\n\r\n",
		strings.Repeat("M", 5_000), get+strings.Repeat("H: v\r\n", 2_000)+"\r\n", "POST /?id=1 HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n",
	)
}
