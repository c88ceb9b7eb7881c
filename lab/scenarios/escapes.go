package scenarios

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// escapes shows which bytes of a request reach the log unchanged, among those that end a line, move a
// terminal's cursor or change the direction of writing. Its facts show them as Go quotes them: \x9b for
// the byte, \u009b for the character.
func escapes(string) Scenario { return escapesIn("escaped-log", servers.Config{}, strange()) }

// escapesShaped is the same for servers with a configurable access log format.
func escapesShaped() Scenario {
	const format = `%(h)s %(u)s "%(r)s" [%(m)s] [%(U)s] [%(q)s] [%(H)s] [%(f)s] [%(a)s] [%({X-Odd}i)s]`
	return escapesIn("escaped-format", servers.Config{AccessLogFormat: format}, slices.Concat(strangeFields(), strangeTargets()))
}

func escapesIn(name string, cfg servers.Config, probes []probe) Scenario {
	cfg.Mode, cfg.Sleep = threadpool, 10*ms
	return Scenario{
		Name:   name,
		About:  "Control characters, line separators, direction marks, invalid UTF-8 and quotes in every part of a request: what does the log show?",
		Server: cfg,
		Play: func(s *Stage) {
			s.awaitWorker()
			for _, p := range probes {
				before := len(s.venue.Lines())
				c := s.Connect()
				c.Send(p.raw)
				c.Await(1, silence)
				c.Leave()
				s.AwaitRest(100*ms, patience) // the log arrives on its own pipe
				s.Exact(p.name, strings.Join(s.quotedSince(before), "\n"))
			}
		},
	}
}

// pooled is the name of one of Tomcat's or waitress's threads; which of them runs a request is random.
var pooled = regexp.MustCompile(`\b(exec|waitress)-\d+`)

// quotedSince returns what the server has logged after its first n lines, one stream after the other
// and without tracebacks.
func (s *Stage) quotedSince(n int) []string {
	var all []string
	normal := s.normaliser()
	for _, output := range []driver.Output{driver.Stdout, driver.Stderr} {
		var lines []string
		for _, line := range s.venue.Lines()[n:] {
			if line.Output == output && !strings.Contains(line.Text, "Control socket listening") { // which comes at no fixed time
				lines = append(lines, pooled.ReplaceAllString(normal.Text(line.Text), "$1-<thread>"))
			}
		}
		kept, errors := withoutTraces(lines)
		for _, line := range append(kept, errors...) {
			all = append(all, string(output)+" "+strconv.QuoteToASCII(line))
		}
	}
	return all
}

func strange() []probe {
	return slices.Concat(strangeIDs(), strangeTargets(), strangeFields(), strangeClients())
}

func strangeIDs() []probe {
	var probes []probe
	for _, p := range []probe{
		{"C0", "%00%01%07%08%09%0b%0c%0e%1b%5b2J%1f"},
		{"line ends", "a%0ab%0dc%0d%0ad"},
		{"DEL", "%7f"},
		{"C1", "%c2%80%c2%85%c2%9b2J%c2%9f"},
		{"bytes that are no UTF-8", "%9b2J%ff%c3"},
		{"separators", "%e2%80%a8%e2%80%a9"},
		{"directions", "%e2%80%ae%e2%81%a6%e2%81%a9"},
		{"without a width", "%e2%80%8b%ef%bb%bf%c2%ad"},
		{"beyond 16 bits", "%f0%9f%98%80%f3%a0%80%81"},
		{"surrogates", "%ed%a0%80%ed%b0%80"},
		{"quotes", "%22a%20b%5c%27"},
		{"letters", "%c3%a4%d1%9b"},
	} {
		probes = append(probes, probe{"id: " + p.name, "GET /?id=" + p.raw + " HTTP/1.1" + host})
	}
	return probes
}

func strangeTargets() []probe {
	var probes []probe
	for _, p := range []probe{
		{"C0", "/a%00%01%08%0a%0d%1b%5b2J%7f?q=%00%0a%1b"},
		{"C1", "/a%c2%85%c2%9b2J?q=%c2%9b"},
		{"bytes that are no UTF-8", "/a%9b2J%ff?q=%9b"},
		{"separators and directions", "/a%e2%80%a8%e2%80%ae%ef%bb%bf?q=%e2%80%ae"},
		{"quotes", "/a%22%5c%27?q=%22"},
		{"quotes as they are", "/a\"\\'?q=\""},
		{"letters", "/%c3%a4%d1%9b%f0%9f%98%80"},
		{"raw C1", "/a\x9b2J\x85?q=\x9b"},
		{"raw UTF-8", "/a\xc2\x9b\xe2\x80\xae?q=\xc2\x9b"},
		{"raw in the query", "/?id=\xc2\x9b\x9b\xe2\x80\xa8"},
		{"raw DEL", "/a\x7f?q=\x7f"},
		{"raw ESC", "/a\x1b[2J?q=\x1b"},
		{"raw NUL", "/a\x00?q=\x00"},
		{"raw tab and CR", "/a\tb\rc"},
		{"whole URL", "http://a%1b\"b/c%9b?q=%1b"},
	} {
		probes = append(probes, probe{"target: " + p.name, "GET " + p.raw + " HTTP/1.1" + host})
	}
	return append(probes,
		probe{"method: odd", "G'!#$%&*+-.^_`|~ /a HTTP/1.1" + host},
		probe{"method: C1", "G\x9bT /a HTTP/1.1" + host},
		probe{"method: ESC", "G\x1b[2JT /a HTTP/1.1" + host},
		probe{"version: C1", "GET /a HTTP/1.1\x9b" + host},
		probe{"version: ESC", "GET /a HTTP/\x1b[2J" + host},
		probe{"line: bytes", "\x00\x1b[2J\x9b\xc2\x9b\xe2\x80\xae\xff" + host},
		probe{"line: words", "a\x9b b\xc2\x85 c\x1b[2J d" + host},
	)
}

func strangeFields() []probe {
	var probes []probe
	for _, p := range []probe{
		{"C1", "a\xc2\x9b2Jb"},
		{"raw C1", "a\x9b2Jb\x85c"},
		{"separators and directions", "a\xe2\x80\xa8\xe2\x80\xaeb"},
		{"quotes", "a\"b\\c' d"},
		{"ESC", "a\x1b[2Jb"},
		{"NUL", "a\x00b"},
		{"DEL", "a\x7fb"},
		{"tab", "a\tb"},
	} {
		fields := "\r\nReferer: " + p.raw + "\r\nUser-Agent: " + p.raw + "\r\nX-Odd: " + p.raw
		probes = append(probes, probe{"field: " + p.name, "GET /?id=1 HTTP/1.1" + fields + host})
	}
	return append(probes,
		probe{"field name: C1", "GET /?id=1 HTTP/1.1\r\nX\x9b: a" + host},
		probe{"field name: ESC", "GET /?id=1 HTTP/1.1\r\nX\x1b[2J: a" + host},
		probe{"host: C1", "GET /?id=1 HTTP/1.1\r\nHost: a\x9b\xc2\x9b\r\n\r\n"},
		probe{"length: C1", "GET /?id=1 HTTP/1.1\r\nContent-Length: 1\xc2\x9b" + host},
		probe{"encoding: C1", "GET /?id=1 HTTP/1.1\r\nTransfer-Encoding: \xc2\x9b\xe2\x80\xae" + host},
		probe{"expect: C1", "GET /?id=1 HTTP/1.1\r\nExpect: \xc2\x9b\x9b" + host},
		probe{"user: C1", "GET /?id=1 HTTP/1.1\r\nAuthorization: Basic YcKbMkoiYhsKYzpk" + host}, // a, U+009B, 2J"b, ESC, LF, c:d
		probe{"user: no UTF-8", "GET /?id=1 HTTP/1.1\r\nAuthorization: Basic YZsySjpk" + host},   // a\x9b2J:d
	)
}

func strangeClients() []probe {
	var probes []probe
	for _, p := range []probe{
		{"C1", "a\xc2\x9b2Jb"},
		{"raw C1", "\x85\xa0a\x9b2Jb\x85"},
		{"directions", "a\xe2\x80\xaeb\xe2\x80\xa8"},
		{"quotes and spaces", "1.2.3.4 - \"GET / HTTP/1.1\" 200 OK"},
		{"ESC", "a\x1b[2Jb"},
		{"tab", "a\tb"},
		{"port", "1.2.3.4:\x9b"},
		{"odd ports", "1.2.3.4:+1_0"},
	} {
		probes = append(probes, probe{"client: " + p.name, "GET /a HTTP/1.1\r\nX-Forwarded-For: " + p.raw + host})
	}
	return append(probes, probe{"scheme: C1", "GET /?id=1 HTTP/1.1\r\nX-Forwarded-Proto: a\x9b" + host},
		probe{"WebSocket: C1", "GET /a%1b%c2%9b?q=%9b\"' HTTP/1.1\r\nX-Forwarded-For: a\x9b\r\nConnection: Upgrade\r\nUpgrade: websocket" +
			"\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13" + host})
}
