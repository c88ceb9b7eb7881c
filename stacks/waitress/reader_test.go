package waitress

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
)

// read returns what a reader makes of a client's bytes, which come in pieces of that size.
func read(v *Version, bytes string, piece int) string {
	r := &reader{version: v}
	var head http1.Head
	var found []string
	var buf []byte
	for bytes != "" {
		n := min(piece, len(bytes))
		buf, bytes = append(buf, bytes[:n]...), bytes[n:]
		for event := http1.HeadDone; event != http1.NeedData; {
			event, n = r.Next(buf, false, &head)
			buf = buf[n:]
			for range r.Early() {
				found = append(found, "100")
			}
			switch event {
			case http1.HeadDone:
				found = append(found, fmt.Sprintf("%s %s?%s %s", head.Method, head.Path, head.Query, head.Version))
			case http1.Crash:
				return strings.Join(append(found, r.crash.Error()), ", ")
			case http1.Bad:
				return strings.Join(append(found, fmt.Sprintf("%d %s", r.refusal.status, r.refusal.message)), ", ")
			}
		}
	}
	return strings.Join(found, ", ")
}

// The wanted values are what waitress itself answered; the lab compares the answers.
func TestReader(t *testing.T) {
	const chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, test := range []struct{ bytes, older, newer string }{
		{"GET /a?b HTTP/1.1\r\nHost: lab\r\n\r\n", "GET /a?b 1.1", "GET /a?b 1.1"},
		{"\r\n \r\n\r\nGET / HTTP/1.0\r\n\r\n", "GET /? 1.0", "GET /? 1.0"},
		{"nonsense\r\n\r\n", " ? ", "400 Start line is invalid"},
		{"GET / HTTP/1.10\r\n\r\n", "GET /? 1.10", "400 Start line is invalid"},
		{"get / HTTP/1.1\r\n\r\n", `400 Malformed HTTP method "get"`, `400 Malformed HTTP method "get"`},
		{"GET //a//b HTTP/1.1\r\n\r\n", "GET /a//b? 1.1", "GET /a//b? 1.1"},
		{"GET http://x/a?b#c HTTP/1.1\r\n\r\n", "GET /a?b 1.1", "GET /a?b 1.1"},
		{"GET /\xe4 HTTP/1.1\r\n\r\n", "400 Bad URI", "400 Bad URI"},
		{"GET / HTTP/1.1\r\nA\r\n\r\n", "400 Invalid header", "400 Invalid header"},
		{"GET / HTTP/1.1\r\n A: b\r\n\r\n", `400 Malformed header line " A: b"`, `400 Malformed header line " A: b"`},
		{"GET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\n\r\n", "GET /? 1.1, GET /2? 1.1", "GET /? 1.1, GET /2? 1.1"},
		{"GET / HTTP/1.1\r\nContent-Length: +3\r\n\r\n", "400 Content-Length is invalid", "400 Content-Length is invalid"},
		{"GET / HTTP/1.1\r\nContent-Length: 1073741824\r\n\r\n", "413 exceeds max_body of 1073741824", "413 exceeds max_body of 1073741824"},
		{"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "501 Transfer-Encoding requested is not supported.", "501 Transfer-Encoding requested is not supported."},
		{"GET / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na", "100, GET /? 1.1", "100, GET /? 1.1"},
		{chunked + "3;a=\"b\"\r\nabc\r\n0\r\nX: y\r\n\r\n", "POST /? 1.1", "POST /? 1.1"},
		{chunked + "3\r\nabcde", "400 Chunk not properly terminated", "400 Chunk not properly terminated"},
		{chunked + "x\r\n", "400 Invalid chunk size", "400 Invalid chunk size"},
		{chunked + "3;=\r\n", "400 Invalid chunk extension", "400 Invalid chunk extension"},
		{"G\xff / HTTP/1.1\r\n\r\n", "G\xff /? 1.1", "400 Start line is invalid"},
		{"GET http:/x HTTP/1.1\r\n\r\n", "GET /x? 1.1", "GET /x? 1.1"},
		{"GET http://[/ HTTP/1.1\r\n\r\n", "ValueError: Invalid IPv6 URL", "ValueError: Invalid IPv6 URL"},
		{chunked + "3\n\r\nabc\r\n0\r\n\r\n", "POST /? 1.1", "POST /? 1.1"},
	} {
		for server, want := range map[*Version]string{&V21: test.older, &V30: test.newer} {
			for _, piece := range []int{1000, 5} {
				if got := read(server, test.bytes, piece); got != want {
					t.Errorf("%q in pieces of %d\nwanted %s\n   got %s\n(alone: %s)", test.bytes, piece, want, got, check.Alone(t))
				}
			}
		}
	}
}

// A request without a body that is told to continue is continued by the next head: by its last read, and what came before
// that.
func TestContinued(t *testing.T) {
	const expects = "GET / HTTP/1.1\r\nExpect: 100-continue\r\n"
	for _, test := range []struct{ bytes, want string }{
		{expects + "\r\nGET /2 HTTP/1.0\r\n\r\n", "100, GET /2? 1.0"},
		{expects + "Content-Length: x\r\n\r\nGET /2 HTTP/1.0\r\n\r\n", "100, 400 Content-Length is invalid"},
		{expects + "\r\n" + expects + "\r\n", "100, GET /? 1.1"},
		{"GET /2 HTTP/1.0\r\n\r\n" + expects + "\r\n", "GET /2? 1.0, GET /? 1.1"},
	} {
		if got := read(&V30, test.bytes, 1000); got != test.want {
			t.Errorf("%q\nwanted %s\n   got %s\n(alone: %s)", test.bytes, test.want, got, check.Alone(t))
		}
	}
}

// Parsing ends, whatever comes and however it is cut.
func FuzzReader(f *testing.F) {
	f.Add("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", uint8(3))
	f.Fuzz(func(_ *testing.T, bytes string, piece uint8) {
		read(&V21, bytes, int(piece)+1)
		read(&V30, bytes, int(piece)+1)
	})
}
