package scenarios

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// flaskTopics are the scenarios for Flask's development server.
func flaskTopics() []Topic {
	return []Topic{
		{"threads", []Scenario{flaskNoCeiling(), flaskThreads(), flaskSilent()}},
		{"clients that leave", flaskDepartures()},
		{"answers", append(flaskAnswers(), requestPieces(""), atLeisure(requestHalfClosed("")), requestSegments(""), requestDate())},
		{"malformed requests", flaskMalformed()},
		{"targets and hosts", flaskTargets()},
		{"a lack of descriptors", []Scenario{flaskOutOfFiles()}},
		{"bodies", []Scenario{atLeisure(bodyUnread("")), flaskBodies(), flaskLateBytes()}},
		{"stopping", append(flaskStopping(), atLeisure(alone(stopIdle(stopSignal{"sigint", interrupt}))), atLeisure(alone(stopIdle(stopSignal{"sigterm", terminate}))), stopHup(), stopKill())},
		{"log lines", []Scenario{logWholeLife(""), flaskEscapes(), escapes(""), atLeisure(logPortInUse())}},
		viewsPrograms(false),
		programsComputing(),
	}
}

// flaskTargets are targets and hosts of every form.
func flaskTargets() []Scenario {
	inTurn := func(name, about string, probes []probe) Scenario {
		return Scenario{Name: name, About: about, Server: quick(), Play: func(s *Stage) { s.ProbeInTurn(probes) }}
	}
	return []Scenario{
		inTurn("absolute-targets", "Targets of every form: how is each split, and which end the connection?", absoluteTargets()),
		inTurn("redirected-hosts", "A redirect to unusual hosts.", redirectedHosts()),
		inTurn("impossible-ports", "Targets whose port cannot be, and a request in the same piece: what is answered, and what is logged?", impossiblePorts()),
	}
}

// alone marks a scenario during which nothing else may run: how long a Python process takes to exit
// varies.
func alone(s Scenario) Scenario {
	s.Alone = true
	return s
}

// atLeisure takes a scenario out of the short run.
func atLeisure(s Scenario) Scenario {
	s.Core = false
	return s
}

// inTurn is a scenario that sends probes one after the other, and shows the log lines of each.
func inTurn(name, about string, core bool, probes []probe) Scenario {
	return Scenario{Name: name, About: about, Server: quick(), Core: core, Play: func(s *Stage) { s.ProbeInTurn(probes) }}
}

// flaskPaths are the paths that Flask itself adds to the program's: the rule for static files.
var flaskPaths = []string{"/?id=1", "/nowhere", "/static/x"}

func flaskAnswers() []Scenario {
	var methods []probe
	for _, method := range []string{"HEAD", "POST", "PUT", "OPTIONS", "TRACE", "FOO", "get", "head", "Options"} {
		for _, path := range flaskPaths {
			methods = append(methods, probe{method + " " + path, method + " " + path + " HTTP/1.1\r\nHost: lab\r\n\r\n"})
		}
	}
	methods = append(methods, probe{"OPTIONS *", "OPTIONS * HTTP/1.1\r\nHost: lab\r\n\r\n"}, probe{"CONNECT", "CONNECT lab:443 HTTP/1.1\r\nHost: lab\r\n\r\n"})
	return []Scenario{
		inTurn("answers", "The plain answers: greeting, 400 without its parameter, 404, 405, redirect; every byte, and the log.", true,
			append(gets("/?id=1", "/", "/nowhere", "/static/x", "/static//x?y=1", "/?id="), probe{"POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 0\r\n\r\n"})),
		inTurn("methods", "Other methods on the route, on no route, on the rule for static files.", false, methods),
		inTurn("paths", "Encoded, doubled, dotted, empty and unusual paths, and hosts: status, location, and the log.", false, flaskOddPaths()),
		inTurn("closing", "Values of the Connection header in HTTP/1.0 and 1.1.", false, closingProbes()),
		flaskValidation(),
	}
}

func flaskOddPaths() []probe {
	probes := gets("//?id=1", "/./?id=1", "/%2f?id=1", "/%2F", "/%zz", "/a%20b", "/a b", "/a+b", "/%C3%A4", "/ä", "/%ff", "/a;b=c", "/a:b", "/a@b", "/a~b",
		"/a'b", `/a"b`, "/a<b>", "/a|b", "/a\\b", "/a#b", "/?id=1#frag", "/#?id=1", "/nowhere/", "/docs", "/favicon.ico", "/%41%7e%2d", "/!$&'()*,=", "/a%0ab", "/a%00b",
		"/a%25b", "/a%2520b", "/%22%3C%3e%5b", "/?", "/?a=%20%41%26%3d%2b", "/static", "/static/", "/static//x", "/static///x", "/static////x", "/static//a%20b%2f%3f?c=%20",
		"/static//%C3%A4?x=%C3%A4", "/static//ä?ä", "/static//!$&'()*+,:;=@|?", "/static/x//y", "//static//x", "/static//")
	for _, host := range []string{"lab:81", "lab:80", "", "a b", "[::1]:80", "LAB", "lab/x", "u@lab", "lab:0", "lab:99999", "a..b", "a_b", "\xe4", "a\x80"} {
		probes = append(probes, probe{fmt.Sprintf("host: %q", host), "GET ?x HTTP/1.1\r\nHost: " + host + "\r\n\r\n"})
	}
	get := func(name, line string) probe { return probe{name, line + "\r\nHost: lab\r\n\r\n"} }
	return append(probes,
		probe{"no host", "GET ?q=1 HTTP/1.0\r\n\r\n"}, probe{"two hosts", "GET ? HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
		get("no slash", "GET docs HTTP/1.1"), get("query alone", "GET ?id=1 HTTP/1.1"), get("POST, query alone", "POST ?id=1 HTTP/1.1"),
		get("absolute form", "GET http://other/?id=1 HTTP/1.1"), get("absolute form, no path", "GET http://other:8080?id=1 HTTP/1.1"),
		get("absolute form, https", "GET https://other/static//x HTTP/1.1"), get("absolute form, capitals", "GET HTTP://OTHER/%41 HTTP/1.1"),
		get("absolute form, half a bracket", "GET http://[/?id=1 HTTP/1.1"), get("absolute form, no address in brackets", "GET http://[lab]/?id=1 HTTP/1.1"),
		get("a scheme alone", "GET lab:80 HTTP/1.1"), get("a scheme and a path", "GET lab:80/x HTTP/1.1"))
}

func flaskValidation() Scenario {
	s := requestValidation()
	return inTurn(s.Name, s.About, false, append(gets("/", "/?", "/?x=1", "/?ID=1", "/?id", "/?id=&x=1", "/?id=1&id=2", "/?=1", "/?id=1;x=2", "/?&&id=1", "/?id=a=b", "/?id[]=1",
		"/?id=1&x=%ff"), gets("/?id=%zz")...))
}

func flaskMalformed() []Scenario {
	const about = "Malformed and borderline byte sequences: what comes back, does the connection stay open, what is logged?"
	return []Scenario{
		inTurn("malformed-lines", about, false, append(requestLines(), flaskLines()...)),
		inTurn("malformed-fields", about, false, append(headerFields(), flaskFields()...)),
		inTurn("malformed-framing", about, false, bodyFraming()),
		inTurn("malformed-sizes", about, false, flaskSizes()),
		inTurn("malformed-protocols", about, false, protocols()),
	}
}

// flaskLines are request lines that http.server treats in its own way.
func flaskLines() []probe {
	get := func(line string) probe { return probe{fmt.Sprintf("%q", line), line + host} }
	return []probe{
		get("GET / x HTTP/1.1"), get("GET / x HTTP/2.0"), get("GET /?id=1 HTTP/1.1/2"), get("GET /?id=1 HTTP/+1.1"), get("GET /?id=1 HTTP/1_0.1"), get("GET /?id=1 HTTP/-1.1"),
		get("GET /?id=1 HTTP/01.01"), get("GET /?id=1 HTTP/2.-1"), get("GET /?id=1 HTTP/2.0.0"), get("GET /?id=1 HTTP/1.1 HTTP/1.1"), get("POST /"), get("HEAD / a b"),
		get("it's \"here\""), get("it's"), get("a\\b"), get("<a>&b"), get("\xe4\xa0 \xad"), get("GET\x0b/?id=1\x1fHTTP/1.1"), get("GET\xa0/?id=1\x85HTTP/1.1"), get("a\x1b[31m"),
	}
}

// flaskFields are header lines that email.parser treats in its own way.
func flaskFields() []probe {
	field := func(name, lines string) probe { return probe{name, "GET ? HTTP/1.1\r\n" + lines + "\r\n\r\n"} }
	return []probe{
		field("host behind a line that is none", "nocolon\r\nHost: lab"), field("host behind a line without name", ": x\r\nHost: lab"),
		field("host behind a space in a name", "X : y\r\nHost: lab"), field("host behind a bare CR", "X: y\rHost: lab"), field("host behind a high byte", "X\xe4: y\r\nHost: lab"),
		field("host continued", "Host: la\r\n b"), field("host continued with a tab", "Host: la\r\n\tb"), field("continuation first", " x\r\nHost: lab"),
		field("From first", "From me\r\nHost: lab"), field("From later", "X: y\r\nFrom me\r\nHost: lab"), field("host with spaces around", "Host: \t lab \t"),
		field("expect in capitals", "Host: lab\r\nExpect: 100-CONTINUE"), field("expect with a space behind", "Host: lab\r\nExpect: 100-continue "),
		field("expect twice", "Host: lab\r\nExpect: x\r\nExpect: 100-continue"),
		{"expect in HTTP/1.0", "GET /?id=1 HTTP/1.0\r\nExpect: 100-continue\r\n\r\n"},
		{"expect in HTTP/0.9", "GET /?id=1\r\nExpect: 100-continue\r\n\r\n"},
	}
}

func flaskSizes() []probe {
	var probes []probe
	for _, n := range []int{8 << 10, 65500, 65536 - len("GET / HTTP/1.1\r\n"), 65537 - len("GET / HTTP/1.1\r\n"), 65540, 130 << 10} {
		probes = append(probes, probe{fmt.Sprintf("path of %d", n), "GET /" + strings.Repeat("a", n) + " HTTP/1.1" + host})
	}
	for _, n := range []int{20 << 10, 65536 - len("X: \r\n"), 65537 - len("X: \r\n"), 130 << 10} {
		probes = append(probes, probe{fmt.Sprintf("header of %d", n), "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + strings.Repeat("a", n) + "\r\n\r\n"})
	}
	for _, n := range []int{98, 99, 100, 300} { // the host is one, and so is the empty line
		probes = append(probes, probe{fmt.Sprintf("%d headers", n), "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", n-1) + "\r\n"})
	}
	return append(probes, probe{"HEAD with 300 headers", "HEAD /x HTTP/1.1\r\n" + strings.Repeat("X: y\r\n", 300) + "\r\n"},
		probe{"a line of no request", strings.Repeat("a", 70000)}, probe{"a line of 9000 bytes that ends", strings.Repeat("a", 9000) + host})
}

func flaskNoCeiling() Scenario {
	return Scenario{
		Name:   "no-ceiling",
		About:  "Three hundred requests at once: how many run, and when are they answered?",
		Server: servers.Config{Mode: threadpool, Sleep: 2 * time.Second},
		Core:   true,
		Play: func(s *Stage) {
			clients := s.Burst(300, 0)
			s.Until(1500 * ms)
			s.Exact("started by then", len(s.Starts()))
			s.Exact("connections held", s.Established())
			s.Exact("not accepted yet", s.AcceptQueue())
			s.AwaitAll(clients, patience)
			s.Exact("most at once", s.Ceiling())
			s.Exact("answers", tally(clients))
			s.Near("first and last answered at", 900*ms, slices.Min(answeredAt(clients)), slices.Max(answeredAt(clients)))
			s.Exact("different threads", len(slices.Compact(slices.Sorted(slices.Values(s.StartThreads())))))
		},
	}
}

func flaskThreads() Scenario {
	return Scenario{
		Name:   "threads",
		About:  "The names of the threads: does an answer that does not reach the program, or a silent connection, increase their number?",
		Server: servers.Config{Mode: threadpool, Sleep: 100 * ms},
		Core:   true,
		Play: func(s *Stage) {
			for _, raw := range []string{"GET /?id=1 HTTP/1.1" + host, "GET /nowhere HTTP/1.1" + host, "nonsense" + host, "", "GET /?id=2 HTTP/1.1" + host} {
				c := s.Connect()
				if raw != "" {
					c.Send(raw)
					c.Await(1, time.Second)
				}
				s.Pause(100 * ms)
			}
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr", s.Log(driver.Stderr))
		},
	}
}

func flaskSilent() Scenario {
	return Scenario{
		Name:   "idle",
		About:  "Connections that send nothing, half a line or half a head: how long are they kept, and are other clients answered?",
		Server: quick(),
		Play: func(s *Stage) {
			clients := s.ConnectAll(4)
			s.Mark()
			clients[1].Send("GET /?id")
			clients[2].Send("GET /?id=1 HTTP/1.1\r\nHost")
			clients[3].Get("1")
			s.Until(7 * time.Second)
			s.stateEnds(clients, "silent", "half a line", "half a head", "a request")
			clients[1].SendMore("=2 HTTP/1.1" + host)
			clients[1].AwaitEnd(patience)
			s.Exact("half a line, and the rest", clients[1].Wire())
		},
	}
}
