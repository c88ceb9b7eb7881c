package http1

import (
	"strings"
	"testing"
	"unsafe"
)

// TestParserIsSmall: every connection has one.
func TestParserIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Parser{}); size > 64 {
		t.Errorf("a Parser has %d bytes, want at most 64", size)
	}
}

// TestNoAllocation: ordinary heads are read into an existing Head.
func TestNoAllocation(t *testing.T) {
	for name, d := range dialects {
		var p Parser
		var head Head
		input := []byte(browserRequest)
		got := testing.AllocsPerRun(100, func() { parseOne(t, &p, d, input, &head) })
		if got != 0 {
			t.Errorf("%s: %v allocations for a request, want none", name, got)
		}
	}
}

// TestSlowHead: a head that arrives byte by byte costs at most twice as much as a
// whole one, and the parser reads each byte only twice.
func TestSlowHead(t *testing.T) {
	input := []byte("GET / HTTP/1.1\r\nHost: h\r\nX: " + strings.Repeat("a", 15000))
	for name, d := range dialects {
		var p Parser
		var head Head
		for i := range input {
			if ev, _ := p.Next(d, input[:i+1], &head); ev != NeedData {
				t.Fatalf("%s: event %d at byte %d, want NeedData", name, ev, i)
			}
			if p.scanned < i-2 {
				t.Fatalf("%s: %d of %d bytes count as looked at", name, p.scanned, i+1)
			}
		}
	}
}

// TestBodyBytes: the body's bytes are the last of those consumed.
func TestBodyBytes(t *testing.T) {
	input := []byte("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n")
	for name, d := range dialects {
		var p Parser
		var head Head
		var body []byte
		for buf := input; ; {
			ev, n := p.Next(d, buf, &head)
			if ev == BodyData {
				body = append(body, buf[n-p.BodyLen():n]...)
			}
			buf = buf[n:]
			if ev == MessageDone || ev == NeedData || ev == Bad {
				break
			}
		}
		if string(body) != "abcde" {
			t.Errorf("%s: body %q, want %q", name, body, "abcde")
		}
	}
}

// TestStays: there are no events after a refusal.
func TestStays(t *testing.T) {
	for name, d := range dialects {
		var p Parser
		var head Head
		for _, input := range []string{"\x00\r\n", "GET / HTTP/1.1\r\nHost: h\r\n\r\n", ""} {
			if ev, n := p.Next(d, []byte(input), &head); ev != Bad || n != 0 {
				t.Errorf("%s: after %q: event %d, %d bytes, want Bad and none", name, input, ev, n)
			}
		}
	}
}

const browserRequest = "GET /?id=1 HTTP/1.1\r\nHost: 127.0.0.1:8000\r\n" +
	"User-Agent: python-requests/2.28.2\r\nAccept-Encoding: gzip, deflate\r\n" +
	"Accept: */*\r\nConnection: keep-alive\r\n\r\n"

func parseOne(tb testing.TB, p *Parser, d *Dialect, input []byte, head *Head) {
	tb.Helper()
	ev, n := p.Next(d, input, head)
	if ev != HeadDone || n != len(input) {
		tb.Fatalf("%s: event %d, %d bytes", d.Name, ev, n)
	}
	if ev, _ := p.Next(d, nil, head); ev != MessageDone {
		tb.Fatalf("%s: event %d, want MessageDone", d.Name, ev)
	}
}

func BenchmarkHead(b *testing.B) {
	for name, d := range dialects {
		b.Run(name, func(b *testing.B) {
			var p Parser
			var head Head
			input := []byte(browserRequest)
			b.SetBytes(int64(len(input)))
			b.ReportAllocs()
			for b.Loop() {
				parseOne(b, &p, d, input, &head)
			}
		})
	}
}

func BenchmarkChunks(b *testing.B) {
	input := []byte("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" +
		strings.Repeat("400\r\n"+strings.Repeat("x", 1024)+"\r\n", 16) + "0\r\n\r\n")
	for name, d := range dialects {
		b.Run(name, func(b *testing.B) {
			var p Parser
			var head Head
			b.SetBytes(int64(len(input)))
			for b.Loop() {
				for buf, ev := input, NeedData; ev != MessageDone; {
					var n int
					ev, n = p.Next(d, buf, &head)
					buf = buf[n:]
				}
			}
		})
	}
}
