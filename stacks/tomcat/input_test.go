package tomcat

import (
	"strings"
	"testing"
)

// read feeds an input a text in pieces of n bytes, and returns the outcome.
func read(v *Version, text string, n int) (*input, outcome) {
	in := &input{version: v}
	o := starved
	for o == starved && len(text) > 0 {
		n = min(n, len(text))
		in.buf, text = append(in.buf, text[:n]...), text[n:]
		o = in.line()
		if o == onward && !in.old {
			o = in.head()
		}
	}
	return in, o
}

// show returns what was read, in one line.
func show(in *input, o outcome) string {
	switch o {
	case starved:
		return "more"
	case upgrades:
		return "HTTP/2"
	case faulty:
		return in.fault.message
	}
	parts := []string{string(in.of(in.method)), string(in.of(in.target)), string(in.of(in.query)), string(in.of(in.protocol))}
	for _, f := range in.fields {
		parts = append(parts, string(in.of(f.name))+"="+string(in.of(f.value)))
	}
	return strings.Join(parts, "|")
}

func TestInput(t *testing.T) {
	long := strings.Repeat("a", 9000)
	tests := []struct{ name, text, want string }{
		{"a request", "GET /?id=1 HTTP/1.1\r\nhost: lab\r\n\r\n", "GET|/|id=1|HTTP/1.1|host=lab"},
		{"line feeds alone", "GET / HTTP/1.1\nhost: lab\n\n", "GET|/||HTTP/1.1|host=lab"},
		{"empty lines first", "\r\n\n\r\nGET / HTTP/1.1\r\n\r\n", "GET|/||HTTP/1.1"},
		{"blanks of any kind and number", "GET \t /  HTTP/1.1\r\n\r\n", "GET|/||HTTP/1.1"},
		{"two question marks", "GET /?a?b HTTP/1.1\r\n\r\n", "GET|/|a?b|HTTP/1.1"},
		{"HTTP/0.9", "GET /?x\r\n", "GET|/|x|"},
		{"HTTP/0.9 with a line feed", "GET /x\n", "GET|/x||"},
		{"a folded value", "GET / HTTP/1.1\r\nx:  a \r\n  b\r\n\tc\r\n\r\n", "GET|/||HTTP/1.1|x=a b\tc"},
		{"blanks about a value", "GET / HTTP/1.1\r\nx: \t a b \t\r\n\r\n", "GET|/||HTTP/1.1|x=a b"},
		{"an empty value", "GET / HTTP/1.1\r\nx:\r\ny:  \r\n\r\n", "GET|/||HTTP/1.1|x=|y="},
		{"high bytes in a value", "GET / HTTP/1.1\r\nx: \xe4\r\n\r\n", "GET|/||HTTP/1.1|x=\xe4"},
		{"half a line", "GET / HT", "more"},
		{"half a head", "GET / HTTP/1.1\r\nhost: la", "more"},
		{"a method that is no token", "GE(T / HTTP/1.1\r\n\r\n", "Invalid character found in method name [GE(T ]. HTTP method names must be tokens"},
		{"a byte in the path", "GET /\x01 HTTP/1.1\r\n\r\n", "Invalid character found in the request target [/0x01 ]. The valid characters are defined in RFC 7230 and RFC 3986"},
		{"a bracket in the query", "GET /?[] HTTP/1.1\r\n\r\n", "Invalid character found in the request target [/?[] ]. The valid characters are defined in RFC 7230 and RFC 3986"},
		{"a protocol of letters", "GET / http/1.1\r\n\r\n", "Invalid character found in the HTTP protocol [http/1.10x0d0x0a0x0d0x0a...]"},
		{"no protocol after a blank", "GET / \r\n\r\n", "Invalid request line parse phase [6]"},
		{"a path too long", "GET /" + long, "Request header is too large"},
		{"a value too long", "GET / HTTP/1.1\r\nx: " + long, "Request header is too large"},
		{"fields too many", "GET / HTTP/1.1\r\n" + strings.Repeat("x: y\r\n", 101), "More than the maximum allowed number of headers, [100], were detected."},
	}
	for _, test := range tests {
		for _, v := range []*Version{&Tomcat1017, &Tomcat11027} {
			if got := show(read(v, test.text, 8192)); got != test.want {
				t.Errorf("%s, %s: wanted %q, got %q", v.Server, test.name, test.want, got)
			}
		}
	}
}

// The outcome is the same however the bytes are cut.
func TestInputInPieces(t *testing.T) {
	for _, text := range []string{
		"\r\nGET /a?b=c HTTP/1.1\r\nHost: lab\r\nX:  a\r\n b \r\nY: \tz \r\n\r\n",
		"GET / HTTP/1.1\r\nX : y\r\n\r\n", "GET / HTTP/1.1\r\nX: a\rb\r\n\r\n", "GET / HTTP/1.1\r\n: y\r\n\r\n", "GET /x\n",
	} {
		for _, v := range []*Version{&Tomcat1017, &Tomcat11027} {
			whole := show(read(v, text, len(text)))
			for n := 1; n < len(text); n++ {
				if got := show(read(v, text, n)); got != whole {
					t.Errorf("%s, %q in pieces of %d: wanted %q, got %q", v.Server, text, n, whole, got)
				}
			}
		}
	}
}

// Reports show the bytes in the buffer, as changed by then: names in lower case, values without gaps.
func TestWrongLines(t *testing.T) {
	tests := []struct{ line, old, now string }{
		{"X Y: z", "x Y: z", "X Y: z"},
		{"nocolon", "nocolon0x0d", "nocolon0x0d"},
		{"X: a\x01b", "x:aa0x01b", "X:aa0x01b"},
		{"X: a\rb", "x:aa", "X:aa"},
		{": x", "", ": x"},
		{":", "", ""},
	}
	for _, test := range tests {
		text := "GET / HTTP/1.1\r\n" + test.line + "\r\n\r\n"
		for v, want := range map[*Version]string{&Tomcat1017: test.old, &Tomcat11027: test.now} {
			if want != "" || v == &Tomcat11027 {
				want = v.HeaderLine[0] + want + v.HeaderLine[1]
			} else {
				want = "GET|/||HTTP/1.1|=" + strings.TrimLeft(test.line, ": ")
			}
			if got := show(read(v, text, 8192)); got != want {
				t.Errorf("%s, %q: wanted %q, got %q", v.Server, test.line, want, got)
			}
		}
	}
}

// Every exception has its frames, down to the thread's.
func TestFrames(t *testing.T) {
	for _, v := range []*Version{&Tomcat1017, &Tomcat11027} {
		f := v.fault(inTarget, illegalArgument, "x")
		if first, last := f.frames[0], f.frames[len(f.frames)-1]; !strings.HasPrefix(first, "org.apache.coyote.http11.Http11InputBuffer.parseRequestLine(Http11InputBuffer.java:") ||
			last != "java.base/java.lang.Thread.run(Thread.java:840)" {
			t.Errorf("%s: from %s to %s", v.Server, first, last)
		}
		for at, frames := range v.Frames {
			for frame := range strings.FieldsSeq(frames + " " + v.Outer) {
				if class, _, _ := strings.Cut(frame, "."); packages[strings.Split(class, "$")[0]] == "" {
					t.Errorf("%s, site %d: no package for %q", v.Server, at, frame)
				}
			}
		}
		for line := nameEnd; line <= afterIPv6; line++ {
			if v.HostLines[line] == "" {
				t.Errorf("%s: nothing is said of line %d of the parser of hosts", v.Server, line)
			}
		}
	}
}

// Any bytes give the same result however they are cut, and harm no other connection.
func FuzzInput(f *testing.F) {
	for _, seed := range []string{"GET /?a=b HTTP/1.1\r\nHost: lab\r\n x\r\n\r\n", "GET /x\n", "X", "GET / HTTP/1.1\r\nX : y\r\n\r\n", preface} {
		f.Add(seed, 3)
	}
	f.Fuzz(func(t *testing.T, text string, n int) {
		if n < 1 || len(text) > 3*maxHeader {
			t.Skip()
		}
		for _, v := range []*Version{&Tomcat1017, &Tomcat11027} {
			in, o := read(v, text, maxHeader)
			if o == starved && len(in.buf) >= maxHeader {
				t.Errorf("%s: asks for more than %d bytes", v.Server, maxHeader)
			}
			if o != faulty && len(text) < maxHeader { // reports show what has come
				if cut := show(read(v, text, n)); o != upgrades && cut != show(in, o) {
					t.Errorf("%s: in pieces of %d %q, else %q", v.Server, n, cut, show(in, o))
				}
			}
			_, _ = v.checkHost([]byte(text))
			_, _, _ = v.locate([]byte(text))
			_, _ = v.Parameters("GET", text)
		}
	})
}
