package scenarios

import (
	"fmt"
	"strings"
	"time"
)

// malformed shows what each parser refuses, what it accepts, and the bytes of the refusal.
func malformed() []Scenario {
	all := forParsers(func(string) Scenario { return malformedSet("lines", requestLines()) })
	all = append(all, forParsers(func(string) Scenario { return malformedSet("fields", headerFields()) })...)
	all = append(all, forParsers(func(string) Scenario { return malformedSet("framing", bodyFraming()) })...)
	all = append(all, forParsers(func(parser string) Scenario { return malformedSet("sizes", sizes(parser)) })...)
	all = append(all, forParsers(func(string) Scenario { return malformedSet("protocols", protocols()) })...)
	all = append(all, forParsers(func(string) Scenario { return malformedSet("handshakes", uvicornHandshakes()) })...)
	all = append(all, forParsers(func(string) Scenario { return malformedSet("trailers", trailers()) })...)
	all = append(all, forParsers(func(string) Scenario { return malformedSet("forwarded", forwardedFields()) })...)
	all = append(all, forParsers(func(string) Scenario { return malformedSet("heads", refusedHeads()) })...)
	all = append(append(all, forParsers(unheardHandshake)...), forParsers(upgradeWarnings)...)
	return append(all, forParsers(malformedLater)...)
}

func malformedSet(name string, probes []probe) Scenario {
	return Scenario{
		Name:   "malformed-" + name,
		About:  "Malformed and borderline byte sequences: what comes back, and does the connection stay open?",
		Server: quick(),
		Core:   true,
		Play:   func(s *Stage) { s.Probe(probes) },
	}
}

const host = "\r\nHost: lab\r\n\r\n"

func requestLines() []probe {
	return []probe{
		{"garbage", "this is not HTTP\r\n\r\n"},
		{"one word", "GET\r\n\r\n"},
		{"bytes", "\x00\x01\x02\xff\xfe\r\n\r\n"},
		{"TLS hello", "\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03"},
		{"method of lower case", "get /?id=1 HTTP/1.1" + host},
		{"method unknown", "FOO /?id=1 HTTP/1.1" + host},
		{"method with a bad character", "GE(T /?id=1 HTTP/1.1" + host},
		{"method empty", " /?id=1 HTTP/1.1" + host},
		{"CRLF before", "\r\nGET /?id=1 HTTP/1.1" + host},
		{"three CRLF before", "\r\n\r\n\r\nGET /?id=1 HTTP/1.1" + host},
		{"LF before", "\nGET /?id=1 HTTP/1.1" + host},
		{"space before", " GET /?id=1 HTTP/1.1" + host},
		{"two spaces", "GET  /?id=1  HTTP/1.1" + host},
		{"tab between", "GET\t/?id=1\tHTTP/1.1" + host},
		{"space after the version", "GET /?id=1 HTTP/1.1 " + host},
		{"no version", "GET /?id=1\r\nHost: lab\r\n\r\n"},
		{"HTTP/0.9", "GET /?id=1\r\n"},
		{"HTTP/1.2", "GET /?id=1 HTTP/1.2" + host},
		{"HTTP/2.0", "GET /?id=1 HTTP/2.0" + host},
		{"HTTP/3.0", "GET /?id=1 HTTP/3.0" + host},
		{"HTTP/9.9", "GET /?id=1 HTTP/9.9" + host},
		{"HTTP/0.9 said", "GET /?id=1 HTTP/0.9" + host},
		{"HTTP/1", "GET /?id=1 HTTP/1" + host},
		{"HTTP/1.10", "GET /?id=1 HTTP/1.10" + host},
		{"HTTP/x.y", "GET /?id=1 HTTP/x.y" + host},
		{"http/1.1", "GET /?id=1 http/1.1" + host},
		{"HTPP/1.1", "GET /?id=1 HTPP/1.1" + host},
		{"bare LF everywhere", "GET /?id=1 HTTP/1.1\nHost: lab\n\n"},
		{"bare LF on the first line", "GET /?id=1 HTTP/1.1\nHost: lab\r\n\r\n"},
		{"bare LF at the end", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\n"},
		{"bare CR", "GET /?id=1 HTTP/1.1\rHost: lab\r\r"},
		{"control byte in the path", "GET /\x01?id=1 HTTP/1.1" + host},
		{"DEL in the path", "GET /\x7f?id=1 HTTP/1.1" + host},
		{"high byte in the path", "GET /\xe4?id=1 HTTP/1.1" + host},
		{"high byte in the query", "GET /?id=\xe4 HTTP/1.1" + host},
		{"NUL in the query", "GET /?id=\x00 HTTP/1.1" + host},
	}
}

func headerFields() []probe {
	field := func(name, lines string) probe { return probe{name, "GET /?id=1 HTTP/1.1\r\n" + lines + "\r\n\r\n"} }
	return []probe{
		{"no host", "GET /?id=1 HTTP/1.1\r\n\r\n"},
		field("two hosts", "Host: a\r\nHost: b"),
		field("host empty", "Host:"),
		field("host with spaces", "Host: a b"),
		field("host bad", "Host: a\x80"),
		field("no colon", "Host: lab\r\nnocolon"),
		field("colon first", "Host: lab\r\n: x"),
		field("space before the colon", "Host: lab\r\nX : y"),
		field("tab before the colon", "Host: lab\r\nX\t: y"),
		field("space in the name", "Host: lab\r\nX Y: z"),
		field("bad character in the name", "Host: lab\r\nX(Y): z"),
		field("at sign in the name", "Host: lab\r\nX@Y: z"),
		field("high byte in the name", "Host: lab\r\nX\xe4: z"),
		field("no space after the colon", "Host:lab\r\nX:y"),
		field("value empty", "Host: lab\r\nX:"),
		field("value of spaces", "Host: lab\r\nX:   "),
		field("folded line", "Host: lab\r\nX: y\r\n z"),
		field("folded first line", " Host: lab\r\nX: y"),
		field("NUL in the value", "Host: lab\r\nX: a\x00b"),
		field("control byte in the value", "Host: lab\r\nX: a\x01b"),
		field("DEL in the value", "Host: lab\r\nX: a\x7fb"),
		field("high byte in the value", "Host: lab\r\nX: a\xe4b"),
		field("tab in the value", "Host: lab\r\nX: a\tb"),
		field("CR in the value", "Host: lab\r\nX: a\rb"),
		field("LF in the value", "Host: lab\r\nX: a\nb"),
		field("connection twice", "Host: lab\r\nConnection: keep-alive\r\nConnection: close"),
		field("expect on GET", "Host: lab\r\nExpect: 100-continue"),
		field("expect something else", "Host: lab\r\nExpect: tea"),
	}
}

func bodyFraming() []probe {
	get := func(name, lines, body string) probe {
		return probe{name, "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n" + lines + "\r\n\r\n" + body}
	}
	const chunked = "Transfer-Encoding: chunked"
	return []probe{
		get("length and body", "Content-Length: 5", "abcde"),
		get("length, short body", "Content-Length: 5", "ab"),
		get("length zero", "Content-Length: 0", ""),
		get("length of letters", "Content-Length: abc", ""),
		get("length negative", "Content-Length: -1", ""),
		get("length with plus", "Content-Length: +5", "abcde"),
		get("length empty", "Content-Length:", ""),
		get("length with spaces", "Content-Length:  5 ", "abcde"),
		get("length hexadecimal", "Content-Length: 0x5", "abcde"),
		get("length huge", "Content-Length: 99999999999999999999999", ""),
		get("length beyond 64 bits", "Content-Length: 18446744073709551616", ""),
		get("length twice, alike", "Content-Length: 5\r\nContent-Length: 5", "abcde"),
		get("length twice, unlike", "Content-Length: 5\r\nContent-Length: 6", "abcdef"),
		get("length as a list", "Content-Length: 5, 5", "abcde"),
		get("length and chunks", "Content-Length: 5\r\n"+chunked, "0\r\n\r\n"),
		get("chunks", chunked, "3\r\nabc\r\n0\r\n\r\n"),
		get("chunks of upper case", "Transfer-Encoding: CHUNKED", "3\r\nabc\r\n0\r\n\r\n"),
		get("chunk extension", chunked, "3;x=y\r\nabc\r\n0\r\n\r\n"),
		get("chunk with trailers", chunked, "3\r\nabc\r\n0\r\nX: y\r\n\r\n"),
		get("chunk of letters", chunked, "xyz\r\n"),
		get("chunk negative", chunked, "-1\r\n"),
		get("chunk of bare LF", chunked, "3\nabc\n0\n\n"),
		get("chunk too long for its size", chunked, "3\r\nabcdef\r\n0\r\n\r\n"),
		get("chunk size with spaces", chunked, "3  \r\nabc\r\n0\r\n\r\n"),
		get("chunk size with leading zeros", chunked, "0003\r\nabc\r\n0\r\n\r\n"),
		get("chunk size huge", chunked, "fffffffffffffffff\r\n"),
		get("encoding gzip", "Transfer-Encoding: gzip", ""),
		get("encoding gzip, chunked", "Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
		get("encoding chunked twice", chunked+"\r\n"+chunked, "0\r\n\r\n"),
		get("encoding identity", "Transfer-Encoding: identity", ""),
		get("encoding chunked, gzip", "Transfer-Encoding: chunked, gzip", ""),
		{"chunks in HTTP/1.0", "GET /?id=1 HTTP/1.0\r\n" + chunked + "\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
		{"POST without length", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"POST with expect", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"},
	}
}

// sizes are heads of various lengths. A head in several segments reaches h11 in pieces that the kernel
// chooses, and whether h11 refuses them is random, so it is not tried with those. httptools accepts any
// pieces.
func sizes(parser string) []probe {
	var probes []probe
	for _, kb := range []int{8, 15, 17, 20, 60, 70, 130} {
		if parser == h11 && kb > 60 {
			continue
		}
		long := strings.Repeat("a", kb<<10)
		probes = append(probes,
			probe{fmt.Sprintf("path of %d KiB", kb), "GET /" + long + " HTTP/1.1" + host},
			probe{fmt.Sprintf("header of %d KiB", kb), "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + long + "\r\n\r\n"})
		if kb < 64 { // the server may have closed before the later segments arrive: FIN or RST is random
			probes = append(probes, probe{fmt.Sprintf("head of %d KiB, not finished", kb), "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + long})
		}
	}
	for _, n := range []int{90, 120, 300} {
		probes = append(probes, probe{fmt.Sprintf("%d headers", n), "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", n) + "\r\n"})
	}
	return probes
}

func protocols() []probe {
	const upgrade = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: "
	const key = "\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13"
	return []probe{
		{"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
		{"upgrade to h2c", upgrade + "h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"},
		{"upgrade to something", upgrade + "foo\r\n\r\n"},
		{"upgrade to WebSocket", upgrade + "websocket" + key + "\r\n\r\n"},
		{"upgrade to WebSocket, no key", upgrade + "websocket\r\n\r\n"},
		{"upgrade to WebSocket, old version", upgrade + "websocket" + strings.Replace(key, "13", "8", 1) + "\r\n\r\n"},
		{"upgrade to WebSocket, POST", strings.Replace(upgrade, "GET", "POST", 1) + "websocket" + key + "\r\n\r\n"},
		{"upgrade to WebSocket, no route", strings.Replace(upgrade, "/?id=1", "/ws", 1) + "websocket" + key + "\r\n\r\n"},
		{"upgrade without connection", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nUpgrade: websocket" + key + "\r\n\r\n"},
		{"connection without upgrade", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\n\r\n"},
	}
}

// malformedLater sends malformed bytes after valid ones, or in two pieces.
func malformedLater(string) Scenario {
	return Scenario{
		Name:   "malformed-later",
		About:  "Garbage after an answer, while the handler runs, and inside a body: which answers still come, and in what form?",
		Server: quick(),
		Core:   true,
		Play: func(s *Stage) {
			s.InTwo("after an answer", "GET /?id=1 HTTP/1.1"+host, "nonsense\r\n\r\n", 200*ms)
			s.InTwo("after a 404", "GET /x HTTP/1.1"+host, "nonsense\r\n\r\n", 200*ms)
			s.InTwo("bad chunk later", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n", "xyz\r\n", 200*ms)
			s.InTwo("bad chunk during the work", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n", "xyz\r\n", 0)
			s.InTwo("head in two pieces", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nX", "\x00: y\r\n\r\n", 50*ms)
			s.InTwo("long head in two pieces", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nX: "+strings.Repeat("a", 12<<10), strings.Repeat("b", 12<<10), 100*ms)
			s.InTwo("long path in two pieces", "GET /"+strings.Repeat("a", 12<<10), strings.Repeat("b", 12<<10)+" HTTP/1.1"+host, 100*ms)
			s.Pause(200 * ms)
			s.Lines("stderr after the start", s.AfterStart())
			s.Lines("errors in the log", s.Errors())
		},
	}
}

// InTwo sends two pieces with a pause in between, and states what comes back.
func (s *Stage) InTwo(name, first, then string, pause time.Duration) {
	c := s.Connect()
	c.Send(first)
	s.Pause(pause)
	c.SendMore(then)
	c.Settle()
	s.Exact(name, c.Wire())
}
