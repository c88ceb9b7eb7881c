package flask

import (
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/http1"
)

// read is what a reader makes of a client's bytes, which come in pieces of a size; after them the client ends its side.
func read(s *Version, bytes string, piece int) string {
	r := &reader{version: s}
	var head http1.Head
	for n := 0; ; n = min(n+piece, len(bytes)) {
		for _, ended := range []bool{false, true} {
			if ended && n < len(bytes) {
				continue
			}
			switch event, _ := r.Next([]byte(bytes[:n]), ended, &head); event {
			case http1.HeadDone:
				return fmt.Sprintf("%s %s %s, path %s, query %s, %d fields, %d times 100", head.Method, head.Target, head.Version, head.Path, head.Query, len(head.Fields), r.interim)
			case http1.Bad:
				if r.refusal.silent {
					return fmt.Sprint("nothing ", r.refusal.exception)
				}
				return fmt.Sprintf("%d %s, version %q", r.refusal.status, r.refusal.message, r.refusal.request.version)
			}
		}
	}
}

// The wanted values are what http.server of Python 3.11.2 and Werkzeug made of the same bytes; the lab compares the
// answers.
func TestReader(t *testing.T) {
	long := strings.Repeat("a", 65536)
	for _, test := range []struct{ bytes, want string }{
		{"GET /a?b=c HTTP/1.1\r\nHost: lab\r\n\r\n", "GET /a?b=c 1.1, path /a, query b=c, 1 fields, 0 times 100"},
		{"GET /\r\n\r\n", "GET / 0.9, path /, query , 0 fields, 0 times 100"},
		{"GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n", "GET / 1.0, path /, query , 1 fields, 1 times 100"},
		{"GET / HTTP/1.1\r\nExpect: 100-Continue\r\n\r\n", "GET / 1.1, path /, query , 1 fields, 2 times 100"},
		{"GET / HTTP/1.1\r\nExpect: 100-continue \r\n\r\n", "GET / 1.1, path /, query , 1 fields, 1 times 100"},
		{"GET\t/\x0bHTTP/1.1\n\n", "GET / 1.1, path /, query , 0 fields, 0 times 100"},
		{"GET / HTTP/1.1\r\nHo", "GET / 1.1, path /, query , 0 fields, 0 times 100"}, // the client's end also ends the line
		{"GET / HTTP/1.1", "GET / 1.1, path /, query , 0 fields, 0 times 100"},
		{"GET ///a//b HTTP/1.1\n\n", "GET /a//b 1.1, path /a//b, query , 0 fields, 0 times 100"},
		{"GET http://other/a#b HTTP/1.1\nHost: x\n\n", "GET http://other/a#b 1.1, path /a, query , 1 fields, 0 times 100"},
		{"GET http://[/ HTTP/1.1\n\n", "nothing ValueError: Invalid IPv6 URL"},
		{"", "nothing <nil>"},
		{"\r\n", "nothing <nil>"},
		{"GE", `400 Bad request syntax ('GE'), version "0.9"`},
		{"POST /\r\n", `400 Bad HTTP/0.9 request type ('POST'), version "0.9"`},
		{"it's /\r\n", `400 Bad HTTP/0.9 request type ("it's"), version "0.9"`},
		{"GET / x HTTP/1.1\r\n", `400 Bad request syntax ('GET / x HTTP/1.1'), version "1.1"`},
		{"GET / http/1.1\r\n", `400 Bad request version ('http/1.1'), version "0.9"`},
		{"GET / HTTP/1\r\n", `400 Bad request version ('HTTP/1'), version "0.9"`},
		{"GET / HTTP/+1_0.1\r\n\r\n", `505 Invalid HTTP version (+1_0.1), version "0.9"`},
		{"GET / HTTP/2.-1\r\n\r\n", "GET / 2.-1, path /, query , 0 fields, 0 times 100"},
		{"GET / HTTP/-3.1\r\n\r\n", "GET / -3.1, path /, query , 0 fields, 0 times 100"},
		{"GET / HTTP/1.1/2\r\n", `400 Bad request version ('HTTP/1.1/2'), version "0.9"`},
		{long, `400 Bad request syntax ('` + long + `'), version "0.9"`},
		{long + "a", `414 Request-URI Too Long, version ""`},
		{"GET / HTTP/1.1\n" + long + "a\n", `431 Line too long, version "1.1"`},
		{"GET / HTTP/1.1\n" + strings.Repeat("A: b\n", 99) + "\n", "GET / 1.1, path /, query , 99 fields, 0 times 100"},
		{"GET / HTTP/1.1\n" + strings.Repeat("A: b\n", 100) + "\n", `431 Too many headers, version "1.1"`},
	} {
		for _, piece := range []int{1 << 20, 1000, 7, 1} {
			if piece < 1000 && len(test.bytes) > 1000 {
				continue
			}
			if got := read(&V31, test.bytes, piece); got != test.want {
				t.Errorf("%.80q in pieces of %d\nwanted %.120s\n   got %.120s\n(alone: %s)", test.bytes, piece, test.want, got,
					check.Alone(t))
			}
		}
	}
}

// Where the versions differ.
func TestReaderOfEachVersion(t *testing.T) {
	for _, test := range []struct{ target, older, newer string }{
		{"lab:80", "path lab:80", "path 80"},
		{"lab:80/x", "path 80/x", "path 80/x"},
		{"\x01/x", "path \x01/x", "path /x"},
		{"http://[lab]/", "path /", "nothing ValueError: 'lab' does not appear to be an IPv4 or IPv6 address"},
	} {
		for server, want := range map[*Version]string{&V22: test.older, &V31: test.newer} {
			if got := read(server, "GET "+test.target+" HTTP/1.1\n\n", 100); !strings.Contains(got+",", want) {
				t.Errorf("%q at Werkzeug %s: wanted %q, got %q (alone: %s)", test.target, server.Werkzeug, want, got,
					check.Alone(t))
			}
		}
	}
}

// The wanted values are those of email.feedparser as http.client calls it.
func TestFields(t *testing.T) {
	for lines, want := range map[string]string{
		"A: b\r\nC:d\r\n":             "A=b C=d",
		"A: b \r\n":                   "A=b ",
		"A: b\r\n c\r\n\td\r\n":       "A=b\r\n c\r\n\td",
		" a\r\nB: c\r\n":              "B=c",
		"A: b\r\nnocolon\r\nC: d\r\n": "A=b",
		"A : b\r\nC: d\r\n":           "",
		": b\r\nC: d\r\n":             "C=d",
		"A: b\rC: d\r\n":              "A=b C=d",
		"From me\r\nC: d\r\n":         "C=d",
		"A: b\r\nFrom me\r\n c\r\n":   "A=b",
		"A\xc3\xa4: b\r\nC: d\r\n":    "",
		"A::b\n":                      "A=:b",
	} {
		var got []string
		for _, f := range parseFields(lines) {
			got = append(got, f.name+"="+f.value)
		}
		if text := strings.Join(got, " "); text != want {
			t.Errorf("%q: wanted %q, got %q (alone: %s)", lines, want, text, check.Alone(t))
		}
	}
}

// The wanted values are what the real logs had.
func TestRequestInTheLog(t *testing.T) {
	for _, test := range []struct{ target, older, newer string }{
		{"/a%20b%41%7E", "/a%20bA~", "/a%20bA~"},
		{"/%C3%A4%ff", "/ä%FF", "/ä%FF"},
		{"/%22%2f", "/%22%2f", `/"%2f`},
		{"/%25%zz%", "/%25%zz%", "/%25%zz%"},
		{"/?", "/", "/"},
		{"/?a=%26%3D%2B%21", "/?a=%26%3D+!", "/?a=%26%3D%2B!"},
		{"/x#%41%20%23", "/x#A%20%23", "/x#A%20#"},
		{"/\\\x01\u0085", "/\\\x01\u0085", `/\\\x01\x85`},
		{"HTTP://LAB/%41", "http://LAB/A", "http://lab/A"},
		{"http://[::1]:80/", "http://[::1]:80/", "http://[::1]:80/"},
	} {
		for server, want := range map[*Version]string{&V22: test.older, &V31: test.newer} {
			if got := server.request("GET", test.target, "1.1"); got != "GET "+want+" HTTP/1.1" {
				t.Errorf("%q at Werkzeug %s: wanted %q, got %q (alone: %s)", test.target, server.Werkzeug, want, got,
					check.Alone(t))
			}
		}
	}
}

// Any bytes are one request or one refusal, and the same one however they are cut.
func FuzzReader(f *testing.F) {
	f.Add("GET / HTTP/1.1\r\nHost: lab\r\n\r\n", uint8(1))
	f.Add("GET http://[v1.x]:0/%c3#\xff HTTP/1.1\n:\n From \r\r\n", uint8(3))
	f.Fuzz(func(t *testing.T, bytes string, piece uint8) {
		for _, server := range []*Version{&V22, &V31} {
			whole := read(server, bytes, len(bytes)+1)
			if cut := read(server, bytes, int(piece)+1); cut != whole {
				t.Errorf("%q\nin one piece %q\nin pieces of %d %q", bytes, whole, int(piece)+1, cut)
			}
			server.request("GET", latin1([]byte(bytes)), "1.1")
		}
	})
}
