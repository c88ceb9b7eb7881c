package tomcat

import (
	"fmt"
	"strings"
	"testing"
)

func TestLocate(t *testing.T) {
	tests := map[string]string{
		"/": "/", "//": "/", "/./": "/", "/.": "/", "/x/../": "/", "/x/..": "/", "/;a=b": "/", "/;a/b;c": "/b", "/%2e/": "/", "/x;y/../": "/", "/x/..;a/": "/",
		"/x": "/x", "/x/": "/x/", "/x//y/": "/x/y/", "/%C3%A9": "/é", "/a%3Bb": "/a;b",
		"/../": "! Invalid URI", "/..": "! Invalid URI", "x": "! Invalid URI", "": "! Invalid URI", "/%5C": "! Invalid URI", "/%00": "! Invalid URI",
		"/%2F": "! Invalid URI: [noSlash]", "/%": "! Invalid URI: [End of file (EOF)]", "/%zz": "! Invalid URI: [isHexDigit]", "/%ff": "! ",
	}
	for target, want := range tests {
		path, report, good := Tomcat1017.locate([]byte(target))
		got := path
		if !good {
			got = "! " + report
		}
		if got != want {
			t.Errorf("%q: wanted %q, got %q", target, want, got)
		}
	}
}

func TestParameters(t *testing.T) {
	tests := []struct{ query, id, old, now string }{
		{query: "id=1", id: "1"},
		{query: "x=1&id=a+b", id: "a b"},
		{query: "id=1&id=2", id: "1"},
		{query: "id", id: ""},
		{query: "%69d=%2B", id: "+"},
		{query: "&id=a=b&", id: "a=b"},
		{query: "=1&id=2", id: "2", now: "Invalid chunk starting at byte [0] and ending at byte [2] with a value of [=1] ignored"},
		{query: "id=%ff", id: "\ufffd", now: "Parameter [id] with value [\ufffd]"},
		{query: "x=%zz&id=3", id: "3", now: "Parameter [x] with value [%zz]"},
		{query: "id=%2", old: "none", now: "Parameter [id] with value [%2]"},
	}
	for _, test := range tests {
		for v, wrong := range map[*Version]string{&Tomcat1017: "", &Tomcat11027: test.now} {
			found, answer := v.Parameters("GET", test.query)
			id, there := found["id"]
			switch {
			case wrong != "" && (answer == nil || !strings.Contains(answer.Body, wrong)):
				t.Errorf("%s, %q: wanted a report of %q, got %v", v.Server, test.query, wrong, found)
			case wrong == "" && (answer != nil || id != test.id || there != (test.old == "" || v.ChecksParameters)):
				t.Errorf("%s, %q: wanted %q, got %q (%v)", v.Server, test.query, test.id, id, there)
			}
		}
	}
}

func TestChunks(t *testing.T) {
	tests := map[string]string{
		"0\r\n\r\n": "ends", "3\r\nabc\r\n0\r\n\r\nGET": "ends, 3 left", "3;x=y\r\nabc\r\n0\r\n\r\n": "ends", "0003\r\nabc\r\n0\r\n\r\n": "ends",
		"0\r\nX: y\r\nZ: a\r\n\r\n": "ends", "3\r\nab": "goes on", "": "goes on", "3\r": "goes on",
		"xyz\r\n": "bad", "-1\r\n": "bad", "3\nabc": "bad", "3\r\nabcd": "bad", "3  \r\n": "bad", "\r\n": "bad", "fffffffff\r\n": "bad", "ffffffff\r\n": "bad",
	}
	for text, want := range tests {
		for n := 1; n <= max(1, len(text)); n++ { // in pieces of n
			if got := take(text, n); got != want {
				t.Errorf("%q in pieces of %d: wanted %q, got %q", text, n, want, got)
			}
		}
	}
}

func take(text string, n int) string {
	var k chunks
	for at := 0; at < len(text); {
		m, done, good := k.take([]byte(text[at:min(at+n, len(text))]))
		at += m
		switch {
		case !good:
			return "bad"
		case done && at < len(text):
			return fmt.Sprintf("ends, %d left", len(text)-at)
		case done:
			return "ends"
		}
	}
	return "goes on"
}
