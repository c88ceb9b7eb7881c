package accesslog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/accesslog"
)

func record() *accesslog.Record {
	return &accesslog.Record{
		Host: "127.0.0.1", Client: "127.0.0.1:54321", Method: "GET", Target: "/?id=1", Path: "/", Query: "id=1", Version: "1.1", Scheme: "http",
		Status: 200, Phrase: "OK", Length: 7, At: time.Date(2026, 11, 22, 19, 18, 18, 0, time.UTC), Took: 1234567900 * time.Nanosecond, PID: 42,
		Request:  fields(map[string]string{"user-agent": "curl/7.88", "x-id": "7", "x-empty": "", "x-odd": "a\"\u009b"}),
		Response: fields(map[string]string{"server": "uvicorn"}),
		Variable: fields(map[string]string{"http_user_agent": "curl/7.88", "request_method": "GET"}),
	}
}

func fields(all map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, found := all[name]
		return value, found
	}
}

func TestAtoms(t *testing.T) {
	for _, c := range []struct{ format, want string }{
		{`%(h)s %(l)s %(u)s %(t)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s"`, `127.0.0.1 - - [22/Nov/2026:19:18:18 +0000] "GET /?id=1 HTTP/1.1" 200 7 "-" "curl/7.88"`},
		{"%(m)s %(U)s %(q)s %(Uq)s %(H)s %(S)s %(st)s %(R)s", "GET / id=1 /?id=1 HTTP/1.1 http OK GET /?id=1 1.1"},
		{"%(T)s %(M)s %(D)s %(L)s %(p)s %(B)s", "1 1234 1234567 1.234567 <42> 7"},
		{"%({X-Id}i)s %({Server}o)s %({x-none}i)s %({Request_Method}e)s %({x-id}I)s 100%%", "7 uvicorn - GET 7 100%"},
		{`%({x-empty}i)s "%({x-odd}i)s" %(f)s "`, ` "a\"` + "\u009b" + `" - "`},
		{"json", `{"time":"2026-11-22T19:18:18.000000Z","client":"127.0.0.1:54321","method":"GET","target":"/?id=1","version":"1.1","status":200,"length":7,"took":1.2345679,"pid":42}`},
		{"no atoms", "no atoms"},
	} {
		if got := line(t, c.format, record()); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.format, got, c.want)
		}
	}
}

func line(t *testing.T, format string, r *accesslog.Record) string {
	t.Helper()
	f, err := accesslog.Parse(format)
	if err != nil {
		t.Fatal(err)
	}
	return string(f.Append(nil, r))
}

// Some atoms mean something else in Hypercorn, which has no status for a client that has left.
func TestHypercornsAtoms(t *testing.T) {
	for _, c := range []struct {
		status       int
		phrase       string
		format, want string
	}{
		{200, "OK", `%(h)s "%(r)s" %(R)s %(H)s %(U)s %(s)s %(st)s %(b)s`, `127.0.0.1:54321 "GET / 1.1" GET /?id=1 1.1 1.1 / 200 OK 21`},
		{200, "OK", `%({x-odd}i)s %(a)s %(S)s %(Uq)s`, "a\"\u009b curl/7.88 http /?id=1"},
		{200, "OK", `%(u)s %(M)s`, `- -`},              // which only gunicorn has
		{200, "OK", `%(D)s %(L)s`, `1234567 1.234568`}, // truncated, and rounded
		{599, "", `%(s)s %(st)s`, `599 <???599???>`},
		{0, "", `%(s)s %(st)s`, `- -`},
	} {
		r := record()
		r.Dialect, r.Status, r.Phrase, r.User = accesslog.Hypercorn, c.status, c.phrase, "ann"
		r.Response = fields(map[string]string{"content-length": "21"})
		r.Variable = nil // its f and a are fields of the request
		if got := line(t, c.format, r); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.format, got, c.want)
		}
	}
}

// Gunicorn has no R, st, S and Uq.
func TestGunicornsAtoms(t *testing.T) {
	r := record()
	r.Dialect, r.User = accesslog.Gunicorn, "ann"
	if got, want := line(t, "%(u)s %(M)s %(R)s %(st)s %(S)s %(Uq)s", r), "ann 1234 - - - -"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The wanted texts are those of Python's % operator.
func TestConversions(t *testing.T) {
	for _, c := range []struct{ format, want string }{
		{"[%(T)d %(D)d %(B)d]", "[1 1234567 7]"},
		{"[%(D)10d][%(D)-10d][%(D)010d][%(D)-010d]", "[   1234567][1234567   ][0001234567][1234567   ]"},
		{"[%(D).9d][%(D)10.9d][%(D).3d]", "[001234567][ 001234567][1234567]"},
		{"[%(m)5s][%(m)-5s][%(m)05s][%(m).2s][%(m)5.1s][%(m).s]", "[  GET][GET  ][  GET][GE][    G][]"},
		{`[%({x-odd}i)5s][%({x-odd}i).3s]`, "[ a\\\"\u009b][a\\\"]"},
		{"[%(f)3s]", "[  -]"},
	} {
		if got := line(t, c.format, record()); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.format, got, c.want)
		}
	}
}

// Whatever a client sends, the JSON is one line of printable ASCII.
func TestJSONOfControlCharacters(t *testing.T) {
	f, err := accesslog.Parse(accesslog.JSON)
	if err != nil {
		t.Fatal(err)
	}
	r := record()
	r.Method, r.Target, r.Client = "G\x9bT", "/\u009b\u2028\x00\"\n", "\u202e\x7f:0"
	want := `"client":"\u202e\u007f:0","method":"G\ufffdT","target":"/\u009b\u2028\u0000\"\n"`
	if got := string(f.Append(nil, r)); !strings.Contains(got, want) {
		t.Errorf("got %s, want %s in it", got, want)
	}
}

func TestInvalidFormats(t *testing.T) {
	for _, format := range []string{"%", "%h", "%(h)", "%(h)d", "%(nope)s", "%({}i)s", "%({x}z)s", "%(h s", "%(s)d", "%(h)r", "%(h)1001s", "%(D).99999999999999999999d", "%(h)5", "%(h)5.s5x%", "%(h)+s", "%h"} {
		if _, err := accesslog.Parse(format); err == nil || !strings.Contains(err.Error(), "accepted: text with %(h)s") {
			t.Errorf("%q: got %v, want an error that says what is accepted", format, err)
		}
	}
}

// A format of any length is accepted, or has an error of one short line.
func TestHostileFormats(t *testing.T) {
	const size = 1 << 20
	for format, accepted := range map[string]bool{
		strings.Repeat("%(", size/2):                false,
		strings.Repeat("%(h", size/3):               false,
		strings.Repeat("%", size+1):                 false,
		strings.Repeat("%(h)s", size/5) + "%(":      false,
		"%({%({x}i)s}i)s":                           true, // the field is called %({x}i)s
		"%({" + strings.Repeat("x", size) + "}i)s":  true,
		strings.Repeat("%", size):                   true,
		strings.Repeat("%(h)s%({x-id}i)s", size/16): true,
		strings.Repeat("\xff\x00\n\x1b[2J", size/7): true,
		"%(\x00)s": false,
		strings.Repeat("%({", size/3) + "}i)s%(h)s%": false,
	} {
		f, err := accesslog.Parse(format)
		switch {
		case accepted != (err == nil):
			t.Errorf("%.40q: got %.200v", format, err)
		case err != nil && (len(err.Error()) > 1_000 || strings.Contains(err.Error(), "\n")):
			t.Errorf("%.40q: the error has %d bytes", format, len(err.Error()))
		case err == nil && len(f.Append(nil, record())) > 2*size+200:
			t.Errorf("%.40q: a line grows", format)
		}
	}
}

// FuzzParse: any format is refused in one short line, or formats a record.
func FuzzParse(f *testing.F) {
	for _, format := range []string{"%(h)s", "json", "%({x}i)s", "%%", "%(", "%({}o)s\xff"} {
		f.Add(format)
	}
	f.Fuzz(func(t *testing.T, format string) {
		parsed, err := accesslog.Parse(format)
		if err == nil {
			parsed.Append(nil, record())
		} else if strings.Contains(err.Error(), "\n") || len(err.Error()) > 1_000 {
			t.Errorf("%q", err)
		}
	})
}
