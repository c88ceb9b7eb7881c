package probe

import (
	"strings"
	"testing"
	"time"
)

// fed gives what the answer knows when a stream came in pieces of some bytes,
// and then the connection ended.
func fed(stream string, piece int, end string) (*answer, *Fault) {
	a := &answer{}
	at := time.Unix(0, 0)
	for rest := stream; rest != ""; at = at.Add(time.Second) {
		n := min(piece, len(rest))
		a.feed([]byte(rest[:n]), at)
		rest = rest[n:]
	}
	if end != "" {
		a.finish(at)
	}
	if a.stage == complete && a.fault == nil {
		return a, nil
	}
	return a, a.missing(end, time.Minute)
}

// However the bytes are cut, the answer is the same.
func TestAnswer(t *testing.T) {
	const ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
	long := strings.Repeat("x", 3*lineKept)
	tests := []struct {
		name, stream, end string
		status            int
		extra             int64
		fault             string // the beginning of it; none when the answer is complete
	}{
		{"nothing", "", "", 0, 0, "does not answer in 1m0s"},
		{"a length", ok, "", 200, 0, ""},
		{"a length of none", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", 200, 0, ""},
		{"lines of LF", "HTTP/1.0 404 No\nContent-Length:2 \n\nhi", "", 404, 0, ""},
		{"no reason", "HTTP/1.1 404\r\nContent-Length: 0\r\n\r\n", "", 404, 0, ""},
		{"more than one", ok + ok + "x", "", 200, int64(len(ok)) + 1, ""},
		{"a part", ok[:len(ok)-1], "", 200, 0, "does not finish its body: 1 byte of 2 bytes came in 1m0s"},
		{"a part and a FIN", ok[:len(ok)-1], "FIN", 200, 0, "closes the connection in the middle of its body: "},
		{"a part and an RST", ok[:20], "RST", 200, 0, "resets the connection in the middle of its head: 20 bytes came"},
		{"the same length twice", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\nContent-Length: 2\r\n\r\nhi", "", 200, 0, ""},
		{"chunks", "HTTP/1.1 503 No\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n01 ;x=y\r\nc\r\n0\r\na: b\r\n\r\n", "", 503, 0, ""},
		{"chunks that are coded", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\nContent-Length: 99\r\n\r\n0\r\n\r\n", "", 200, 0, ""},
		{"a coding to the end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc", "FIN", 200, 0, ""},
		{"no length, open", "HTTP/1.1 400 Bad\r\n\r\nbad", "", 400, 0, "does not finish its body: 3 bytes came in 1m0s"},
		{"no length, ended", "HTTP/1.1 400 Bad\r\n\r\nbad", "FIN", 400, 0, ""},
		{"interim", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\n" + ok, "", 200, 0, ""},
		{"interim and no more", "HTTP/1.1 100 Continue\r\n\r\n", "FIN", 100, 0, "closes the connection in the middle of its answer: 25 bytes of interim"},
		{"switching", "HTTP/1.1 101 Go\r\n\r\nxyz", "", 101, 3, ""},
		{"no content", "HTTP/1.1 204 No\r\nContent-Length: 9\r\n\r\n", "", 204, 0, ""},
		{"not modified", "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", "", 304, 0, ""},
		{"long lines", "HTTP/1.1 200 " + long + "\r\nContent-Lengthy: " + long + "\r\nContent-Length: 0\r\n\r\n", "", 200, 0, ""},
		{"a long extension", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;" + long + "\r\nc\r\n0\r\n\r\n", "", 200, 0, ""},

		{"no HTTP", "<html>", "FIN", 0, 0, `sends something that is not HTTP/1: "<`},
		{"nearly HTTP", "HTTPS/1.1 200 OK\r\n\r\n", "", 0, 0, `sends something that is not HTTP/1: "HTTPS`},
		{"no status", "HTTP/1.1\r\n\r\n", "", 0, 0, "sends a status line without a status"},
		{"a status of signs", "HTTP/1.1 +20 OK\r\n\r\n", "", 0, 0, "sends a status line without a status"},
		{"a status that is too large", "HTTP/1.1 2000 OK\r\n\r\n", "", 0, 0, "sends a status line without a status"},
		{"a status that is too small", "HTTP/1.1 099 OK\r\n\r\n", "", 0, 0, "sends a status line without a status"},
		{"an empty length", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "", 200, 0, `sends a Content-Length that is not one: ""`},
		{"a length of zeros", "HTTP/1.1 200 OK\r\nContent-Length: " + strings.Repeat("0", lineKept) + "5\r\n\r\n", "", 200, 0, "sends a Content-Length of 5"},
		{"a coding of blanks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + strings.Repeat(" ", lineKept) + "chunked\r\n\r\n", "", 200, 0, "sends a Transfer-Encoding of 5"},
		{"a chunk size of zeros", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + strings.Repeat("0", lineKept) + "5\r\n", "", 200, 0, "sends a chunk size that is not one"},
		{"a chunk without a size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", "", 200, 0, "sends a chunk size that is not one"},
		{"a chunk too long", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", "", 200, 0, `sends a chunk that is longer than its size says: "bc" follows`},
		{"a body at the limit", "HTTP/1.1 200 OK\r\nContent-Length: 67108864\r\n\r\n", "", 200, 0, "does not finish its body: 0 bytes of 64 MiB came"},
		{"a body above it", "HTTP/1.1 200 OK\r\nContent-Length: 67108865\r\n\r\n", "", 200, 0, "announces a body of 67108865 bytes; a probe reads 64 MiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for piece := range len(test.stream) + 1 {
				a, fault := fed(test.stream, piece+1, test.end)
				switch {
				case test.fault == "" && (fault != nil || a.status != test.status || a.extra != test.extra):
					t.Fatalf("in pieces of %d: status %d, %d more bytes, %v; want %d, %d", piece+1, a.status, a.extra, fault, test.status, test.extra)
				case test.fault != "" && (fault == nil || !strings.HasPrefix(fault.What, test.fault)):
					t.Fatalf("in pieces of %d: %v, want %q", piece+1, fault, test.fault)
				}
			}
		})
	}
}

func TestAnswerTimes(t *testing.T) {
	const stream = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi more"
	if a, _ := fed(stream, 20, ""); a.began != time.Unix(0, 0) || a.ended != time.Unix(1, 0) {
		t.Errorf("began %v, ended %v; want 0 s and 1 s", a.began, a.ended)
	}
	if a, _ := fed("HTTP/1.1 200 OK\r\n\r\nhi", 1, "FIN"); a.ended != time.Unix(21, 0) {
		t.Errorf("ended %v, want with the connection", a.ended)
	}
}

// Whatever comes, however it is cut: the same is understood of it, and what is
// kept does not grow.
func FuzzAnswer(f *testing.F) {
	for _, h := range hostiles() {
		f.Add([]byte(h.want), uint16(3), true)
	}
	f.Add([]byte("HTTP/1.1 503 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\na: b\r\n\r\nmore"), uint16(7), false)
	f.Add([]byte("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi"), uint16(1), true)
	f.Fuzz(func(t *testing.T, stream []byte, piece uint16, closed bool) {
		end := map[bool]string{true: "FIN"}[closed]
		whole, fault := fed(string(stream), len(stream)+1, end)
		cut, other := fed(string(stream), int(piece)+1, end)
		if (fault == nil) != (other == nil) || fault != nil && fault.Kind != other.Kind || whole.status != cut.status || whole.stage != cut.stage {
			t.Errorf("whole: %+v, %v; in pieces of %d: %+v, %v", whole, fault, int(piece)+1, cut, other)
		}
		if len(whole.line) > lineKept || len(cut.line) > lineKept {
			t.Errorf("keeps %d and %d bytes", len(whole.line), len(cut.line))
		}
		if fault != nil && strings.ContainsFunc(fault.What, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("says %q", fault.What)
		}
	})
}
