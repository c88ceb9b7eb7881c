package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// absoluteTargets are targets of other forms than a path, for servers that split them as Python does.
func absoluteTargets() []probe {
	var probes []probe
	for _, target := range []string{
		"http://[/", "http://]/?id=1", "s://]ufd/:", "http://[::1]/?id=1", "http://[1]/", "http://[1.2.3.4]/", "http://[v1.a]/?id=1", "http://[vx.]/",
		"http://[::1]x/", "http://a[::1]/", "http://[a]@b/", "http://u@[::1]:80/?id=1", "http:/?id=1", "http:?id=1", "mailto:x", "a:b?id=1",
		"1a:/?id=1", "1http://lab/?id=1", "x+y-.:/?id=1", "://lab/?id=1", "\t/?id=1", "/\t?id=1", "\x01/?id=1", "ht\ttp://lab/?id=1",
		"http://\xe4/?id=1", "//\xe4/?id=1", "http://lab#x", "/?id=1#x",
	} {
		probes = append(probes, probe{fmt.Sprintf("%q", target), "GET " + target + " HTTP/1.1\r\nHost: lab\r\n\r\n"})
	}
	return probes
}

// waitressContinuing are requests that expect 100 Continue: with a body and without, alone and after another.
func waitressContinuing() []probe {
	const expect, next = "Host: lab\r\nExpect: 100-continue\r\n", "GET /?id=2 HTTP/1.1\r\nHost: b\r\n\r\n"
	return []probe{
		{"without a body", "GET /?id=1 HTTP/1.1\r\n" + expect + "\r\n"},
		{"and another request", "GET /?id=1 HTTP/1.1\r\n" + expect + "\r\n" + next},
		{"that closes, and another request", "GET /?id=1 HTTP/1.1\r\n" + expect + "Connection: close\r\n\r\n" + next},
		{"twice", "GET /?id=1 HTTP/1.1\r\n" + expect + "\r\nGET /?id=2 HTTP/1.1\r\n" + expect + "\r\n"},
		{"and a malformed one", "GET /?id=1 HTTP/1.1\r\n" + expect + "\r\nnonsense\r\n\r\n"},
		{"with a wrong length", "GET /?id=1 HTTP/1.1\r\n" + expect + "Content-Length: x\r\n\r\n"},
		{"with a wrong length, and another request", "GET /?id=1 HTTP/1.1\r\n" + expect + "Content-Length: x\r\n\r\n" + next},
		{"with a body", "POST /?id=1 HTTP/1.1\r\n" + expect + "Content-Length: 3\r\n\r\nabc" + next},
		{"after another, without a body", next + "GET /?id=1 HTTP/1.1\r\n" + expect + "\r\n"},
		{"after another, with a body", next + "POST /?id=1 HTTP/1.1\r\n" + expect + "Content-Length: 3\r\n\r\nabc"},
		{"after another, with half a body", next + "POST /?id=1 HTTP/1.1\r\n" + expect + "Content-Length: 3\r\n\r\na"},
		{"after another and an empty line", next + "\r\n\r\nGET /?id=1 HTTP/1.1\r\n" + expect + "\r\n"},
	}
}

// waitressOdd are the other bytes that its parser takes in its own way.
func waitressOdd() []probe {
	const chunked = "POST /x HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n"
	kept := func(name, line, fields string) probe {
		return probe{name, line + "\r\n" + fields + "Connection: keep-alive\r\n\r\n"}
	}
	return []probe{
		{"method with a byte from 0x80", "G\xc3\xbf /?id=1 HTTP/1.1" + host},
		{"method with small letters and a byte from 0x80", "Get\xff /?id=1 HTTP/1.1" + host},
		kept("keep-alive and a wrong length", "GET / HTTP/1.0", "Content-Length: x\r\n"),
		kept("keep-alive and a wrong length in HTTP/1.1", "GET / HTTP/1.1", "Content-Length: x\r\n"),
		kept("keep-alive and a wrong line", "GET / HTTP/1.1.1", ""),
		kept("keep-alive and a method of small letters", "get / HTTP/1.1", ""),
		{"keep-alive before a wrong field", "GET / HTTP/1.1\r\nConnection: Keep-Alive\r\nno field\r\n\r\n"},
		{"keep-alive after a wrong field", "GET / HTTP/1.1\r\nno field\r\nConnection: Keep-Alive\r\n\r\n"},
		{"a length of 4301 digits", "GET / HTTP/1.1\r\nContent-Length: " + strings.Repeat("0", 4300) + "1\r\n\r\n"},
		{"chunk size with a line feed", chunked + "3\n\r\nabc\r\n0\n\r\n\r\n"},
		{"chunk extension with a line feed", chunked + "3;a\n\r\nabc\r\n0\r\n\r\n"},
	}
}

// continuedLater shows the head that follows a request which waitress has told to continue, and so does not answer.
func continuedLater() Scenario {
	return Scenario{
		Name:   "expect-continued",
		About:  "A request that expects 100 Continue and has no body, in one piece and in two, and another a moment later: what do they make together?",
		Server: quick(),
		Play: func(s *Stage) {
			const later = "GET /nowhere HTTP/1.1\r\nHost: b\r\n\r\n"
			s.InTwo("in one piece", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nExpect: 100-continue\r\n\r\n", later, 100*ms)
			s.InTwo("that closes", "GET /?id=1 HTTP/1.1\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n", later, 100*ms)
			c := s.Connect()
			for _, piece := range []string{"GET /?id=1 HTTP/1.1\r\nHost: lab\r\n", "Expect: 100-continue\r\n\r\n", later} {
				c.SendMore(piece)
				s.Pause(100 * ms)
			}
			c.Settle()
			s.Exact("in two pieces", c.Wire())
		},
	}
}

// redirectedHosts are redirects to hosts of which Werkzeug makes something else.
func redirectedHosts() []probe {
	var probes []probe
	for _, name := range []string{
		"a b", "a b:80", "a b:81", "a b: 81", "a b:x", "a:x b", "a\tb", "a\x0bb", "a\x1fb", "a\x01b", "u@a b", "u:p@a b", "[::1] b", "[::1]:81 b", "[a b]", "a [b: c]",
		"a b/c", "a b?c", "a b#c", "a\x85", "a\xa0b", "\xe4", "\xdf.x", "a\xad", "\xad", "\xe4.", "\xe4..b", "lab:\xb2", "\xbd", "\xe4 b", "[\xe4", "xn--\xe4",
		strings.Repeat("a", 64) + ".\xe4",
	} {
		probes = append(probes, probe{fmt.Sprintf("host %q", name), "GET /static//x?y=1 HTTP/1.1\r\nHost: " + name + "\r\n\r\n"})
	}
	return append(probes, probe{"two hosts", "GET /static//x?y=1 HTTP/1.1\r\nHost: a:81\r\nHost: b\r\n\r\n"})
}

// impossiblePorts are targets whose port cannot be, and requests after them.
func impossiblePorts() []probe {
	const next = "GET /?id=2 HTTP/1.1\r\nHost: lab\r\n\r\n"
	var probes []probe
	for _, port := range []string{"x", "99999", "65536", "65535", "0", "", "+80", "8_0", "\xb2", "-1"} {
		probes = append(probes, probe{fmt.Sprintf("port %q", port), "GET http://lab:" + port + "/?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n" + next})
	}
	return append(probes,
		probe{"it closes", "GET http://lab:x/?id=1 HTTP/1.1\r\nConnection: close\r\n\r\n" + next},
		probe{"HTTP/1.0", "GET http://lab:x/?id=1 HTTP/1.0\r\n\r\n" + next},
		probe{"HTTP/1.0, kept", "GET http://lab:x/?id=1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + next},
		probe{"a 404", "GET http://lab:x/nowhere HTTP/1.1\r\nHost: lab\r\n\r\n" + next},
		probe{"with a body", "POST http://lab:x/ HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc" + next},
		probe{"an address", "GET http://[::1]:x/?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n" + next},
		probe{"of a version to come", "GET http://[v1.a]/?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"})
}

// sharedOrder shows the order of methods in a header, which Python's hash seed decides.
func sharedOrder() Scenario {
	return Scenario{
		Name:   "allow-in-one-order",
		About:  "Three workers: in how many orders do they name the allowed methods?",
		Server: servers.Config{Mode: threadpool, Workers: 3, Sleep: 200 * ms},
		Play: func(s *Stage) {
			s.awaitWorker()
			s.Pause(time.Second) // the others load the application as well
			var orders []string
			for range 8 {
				clients := s.ConnectAll(6)
				for _, c := range clients {
					c.Send("POST /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n")
				}
				s.AwaitAll(clients, patience)
				for _, c := range clients {
					for _, a := range c.Answers() {
						orders = append(orders, a.Field("Allow"))
					}
					c.Leave()
				}
			}
			slices.Sort(orders)
			s.Exact("answers", len(orders))
			s.Exact("orders", len(slices.Compact(orders)))
		},
	}
}
