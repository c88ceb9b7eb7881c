package scenarios

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// The atoms of gunicorn and Hypercorn. Those that only one of them has are asked of both.
const (
	accessFormat = accessTimes + accessAtoms + accessFields
	accessTimes  = "access T=%(T)s M=%(M)s D=%(D)s L=%(L)s"
	accessAtoms  = " ~~ h=%(h)s ~~ l=%(l)s ~~ u=%(u)s ~~ t=%(t)s ~~ r=%(r)s ~~ R=%(R)s ~~ s=%(s)s ~~ st=%(st)s ~~ S=%(S)s ~~ m=%(m)s" +
		" ~~ U=%(U)s ~~ Uq=%(Uq)s ~~ q=%(q)s ~~ H=%(H)s ~~ b=%(b)s ~~ B=%(B)s ~~ f=%(f)s ~~ a=%(a)s ~~ p=%(p)s"
	accessFields = " ~~ {X-ID}i=%({X-ID}i)s ~~ {user-agent}i=%({user-agent}i)s ~~ {referer}i=%({referer}i)s ~~ {x_id}i=%({x_id}i)s" +
		" ~~ {Content-Type}o=%({Content-Type}o)s ~~ {content-length}o=%({content-length}o)s ~~ {server}o=%({server}o)s ~~ {location}o=%({location}o)s" +
		" ~~ widths=[%(m)-6s|%(m)6.2s|%(s)5s]"
	accessEnvironment = accessTimes + " ~~ client=%({REMOTE_ADDR}e)s:%({REMOTE_PORT}e)s ~~ server=%({SERVER_NAME}e)s:%({SERVER_PORT}e)s" +
		" ~~ method=%({REQUEST_METHOD}e)s ~~ uri=%({RAW_URI}e)s ~~ path=%({PATH_INFO}e)s ~~ query=%({QUERY_STRING}e)s" +
		" ~~ protocol=%({SERVER_PROTOCOL}e)s ~~ software=%({SERVER_SOFTWARE}e)s ~~ script=%({SCRIPT_NAME}e)s ~~ scheme=%({wsgi.url_scheme}e)s" +
		" ~~ type=%({CONTENT_TYPE}e)s ~~ length=%({CONTENT_LENGTH}e)s ~~ host=%({HTTP_HOST}e)s ~~ id=%({HTTP_X_ID}e)s" +
		" ~~ referer=%({http_referer}e)s ~~ {HTTP_CONTENT_TYPE}e=%({HTTP_CONTENT_TYPE}e)s"
)

// accessLogs are for servers whose access log has a format: what each atom shows.
func accessLogs() []Scenario {
	return []Scenario{accessValues(), accessProcess(), accessDurations(), accessDepartures()}
}

func accessValues() Scenario {
	return Scenario{
		Name:   "access-atoms",
		About:  "Every atom of gunicorn's and Hypercorn's access log formats, for requests of many kinds.",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, AccessLogFormat: accessFormat},
		Core:   true,
		Play:   func(s *Stage) { s.probeAccess(accessProbes()) },
	}
}

// accessVariables is for gunicorn: Hypercorn has no WSGI environment.
func accessVariables() Scenario {
	return Scenario{
		Name:   "access-variables",
		About:  "Variables of the WSGI environment in an access log format.",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, AccessLogFormat: accessEnvironment},
		Play:   func(s *Stage) { s.probeAccess(accessProbes()) },
	}
}

// accessProcess needs the real binary, whose process has an environment.
func accessProcess() Scenario {
	return Scenario{
		Name:   "access-process",
		About:  "Does an access log format show variables of the process?",
		Server: servers.Config{Mode: threadpool, Sleep: 20 * ms, AccessLogFormat: accessTimes + " ~~ %({LAB_SHOWN}e)s ~~ %({lab_shown}e)s", Shown: `a "value" of its own`},
		Parent: true,
		Play:   func(s *Stage) { s.probeAccess(accessProbes()[:1]) },
	}
}

// accessFailed is an application that raises an exception: gunicorn's log then has a request of which it knows less.
func accessFailed() []Scenario {
	of := func(name, format string) Scenario {
		return Scenario{
			Name:   name,
			About:  "An application that fails: what does an access log format show of its requests, and its variables?",
			Server: servers.Config{Mode: threadpool, App: "fastapi", Sleep: 20 * ms, AccessLogFormat: format},
			Play: func(s *Stage) {
				s.probeAccess(accessProbes())
			},
		}
	}
	return []Scenario{of("access-atoms-of-failures", accessFormat), of("access-variables-of-failures", accessEnvironment)}
}

func accessProbes() []probe {
	return []probe{
		{"plain", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"query and fields", "GET /?id=1&x=%20y&z HTTP/1.1\r\nHost: lab\r\nReferer: http://there/?a=b\r\nUser-Agent: lab/1 (\"quoted\")\r\nX-Id: seven\r\n\r\n"},
		{"user", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nAuthorization: Basic YW5uOnNlY3JldA==\r\n\r\n"},
		{"user without a password", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nAuthorization: Basic YW5u\r\n\r\n"},
		{"HEAD", "HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\nUser-Agent: lab\r\n\r\n"},
		{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc"},
		{"no route", "GET /no%20where/%C3%A4?a=b HTTP/1.1\r\nHost: lab\r\nReferer: there\r\n\r\n"},
		{"no id", "GET /?x=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"redirect or nowhere", "GET /docs/?q HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"empty query", "GET /? HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"HTTP/1.0", "GET /?id=1 HTTP/1.0\r\nUser-Agent: old\r\n\r\n"},
		{"empty fields", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nReferer:\r\nUser-Agent: \r\nX-Id:\r\n\r\n"},
		{"repeated fields", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nReferer: one\r\nX-Id: one\r\nReferer: two\r\nX-Id: two\r\nUser-Agent: a\r\nUser-Agent: b\r\n\r\n"},
		{"a field with an underscore", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nX_Id: low\r\n\r\n"},
		{"strange bytes in fields", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nReferer: a\x9bb\xc3\xa4\r\nUser-Agent: %s %(h)s \\ \t'\r\nX-Id: \"\xff\"\r\n\r\n"},
		{"strange bytes in the path", "GET /%22a%5c%2f%25%ff%c3%a4;b HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"forwarded", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nX-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n\r\n"},
		{"WebSocket", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nReferer: there\r\n\r\n"},
		{"invalid WebSocket", "GET /a%20b?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nReferer: there\r\n\r\n"},
		{"broken chunks", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nReferer: there\r\nX-Id: seven\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
		{"odd framing", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nReferer: there\r\nTransfer-Encoding: odd\r\n\r\n"},
		{"unknown method", "FOO /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"},
		{"no request", "nonsense\r\n\r\n"},
		{"unknown version", "GET /?id=1 HTTP/9.9\r\nHost: lab\r\n\r\n"},
	}
}

// probeAccess sends probes one after the other, and states each one's access line, an atom a line, without its durations.
func (s *Stage) probeAccess(probes []probe) {
	s.awaitWorker()
	for _, p := range probes {
		before := len(s.venue.Lines())
		c := s.Connect()
		c.Send(p.raw)
		c.Await(1, silence)
		c.leaveAnswered()
		s.AwaitRest(100*ms, patience) // the log arrives on its own pipe
		var all []string
		for _, line := range s.accessSince(before) {
			all = append(all, line.atoms...)
		}
		s.Lines(p.name, all)
	}
}

// leaveAnswered leaves a moment after the answer: for Hypercorn on trio, a client that leaves with its last byte has left
// before it.
func (c *Client) leaveAnswered() {
	c.stage.Pause(50 * ms)
	c.Leave()
}

// accessed is an access line in one of the formats above.
type accessed struct {
	at    time.Duration     // by the stage's clock
	took  map[string]string // the durations, by their atoms
	atoms []string          // the others
}

var accessTook = regexp.MustCompile(`access T=(\S+) M=(\S+) D=(\S+) L=(\S+)`)

// accessSince lists the access lines after the first n lines of the log.
func (s *Stage) accessSince(n int) []accessed {
	var found []accessed
	for _, line := range s.venue.Lines()[n:] {
		m := accessTook.FindStringSubmatch(line.Text)
		if m == nil || line.Output != driver.Stdout {
			continue
		}
		found = append(found, accessed{
			at:    s.Since(line.At),
			took:  map[string]string{"T": m[1], "M": m[2], "D": m[3], "L": m[4]},
			atoms: strings.Split(accessTook.ReplaceAllString(line.Text, "access"), " ~~ "),
		})
	}
	return found
}

// stateTook states the durations of access lines, and how long each line came after the mark. A server may have no M.
func (s *Stage) stateTook(name string, lines []accessed) {
	var at, seconds []time.Duration
	for _, line := range lines {
		at = append(at, line.at)
	}
	s.Near(name+": lines came after", 200*ms, at...)
	for _, atom := range []struct {
		name string
		unit time.Duration
	}{{"T", time.Second}, {"M", ms}, {"D", time.Microsecond}, {"L", time.Second}} {
		var shown []string
		seconds = seconds[:0]
		for _, line := range lines {
			text := line.took[atom.name]
			n, err := strconv.ParseFloat(text, 64)
			if err != nil {
				shown = append(shown, text)
				continue
			}
			seconds = append(seconds, time.Duration(n*float64(atom.unit)))
		}
		if len(shown) > 0 {
			s.Lines(name+": "+atom.name, shown)
			continue
		}
		s.Near(name+": "+atom.name, 200*ms, seconds...)
	}
}

func accessDurations() Scenario {
	return Scenario{
		Name:   "access-durations",
		About:  "Three requests for one thread: does a duration in the access log contain the wait? When does the line come?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 600 * ms, AccessLogFormat: accessTimes + " %(r)s"},
		Alone:  true,
		Play: func(s *Stage) {
			s.awaitWorker()
			before := len(s.venue.Lines())
			clients := s.Burst(3, 40*ms)
			for _, c := range clients {
				c.Await(1, patience)
				c.leaveAnswered() // gunicorn's sync worker waits for it
			}
			s.AwaitRest(100*ms, patience)
			s.stateTook("one thread", s.accessSince(before))
		},
	}
}

func accessDepartures() Scenario {
	return Scenario{
		Name:   "access-departures",
		About:  "Clients that leave while their request runs or waits: which access lines come, when, and with which status and duration?",
		Server: servers.Config{Mode: threadpool, Limit: 1, Sleep: 800 * ms, AccessLogFormat: accessTimes + " ~~ %(s)s ~~ %(b)s ~~ %({content-type}o)s"},
		Alone:  true,
		Play: func(s *Stage) {
			for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
				s.awaitWorker()
				before := len(s.venue.Lines())
				clients := s.Burst(3, 40*ms)
				s.Until(300 * ms)
				how.leave(clients[0])
				how.leave(clients[1])
				clients[2].Await(1, patience)
				clients[2].leaveAnswered()
				s.AwaitRest(time.Second, patience)
				lines := s.accessSince(before)
				s.stateTook(how.name, lines)
				for i, line := range lines {
					s.Lines(how.name+": line "+strconv.Itoa(i+1), line.atoms)
				}
			}
		},
	}
}
