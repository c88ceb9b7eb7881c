package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// withoutFrames is the log without JavaScript stack frames, and without the server's port.
func (s *Stage) withoutFrames(lines []string) []string {
	var kept []string
	for _, line := range lines {
		if !strings.HasPrefix(line, "    at ") {
			kept = append(kept, strings.ReplaceAll(line, fmt.Sprint(s.Port()), "<port>"))
		}
	}
	return kept
}

// blockedRefusal sends a malformed request between others that block the loop: a refusal closes the
// connection within its callback.
func blockedRefusal() Scenario {
	return Scenario{
		Name:   "blocked-refusal",
		About:  "A malformed request, and one with Connection: close, are read between two that block the loop: when is each answered and closed?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 600 * ms},
		Play: func(s *Stage) {
			clients := s.ConnectAll(5)
			s.Pause(100 * ms)
			s.Mark()
			clients[0].Get("1")
			s.AwaitStarts(1, patience)
			for i, raw := range []string{
				"what is this\r\n\r\n", "GET /x HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n", "GET /?id=2 HTTP/1.1" + host, "GET /?id=3 HTTP/1.1" + host,
			} {
				clients[i+1].Send(raw)
				s.Pause(20 * ms)
			}
			s.AwaitAll(clients, patience)
			for _, c := range clients[1:3] {
				c.AwaitEnd(patience)
			}
			s.Near("answered at", 250*ms, answeredAt(clients)...)
			s.Near("refused and closed at", 250*ms, clients[1].EndedAt(), clients[2].EndedAt())
		},
	}
}

// idleWithBody shows when connections end whose answer was sent before their body was complete.
func idleWithBody() Scenario {
	const post = "POST /x HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\n"
	points := []idlePoint{
		{name: "body in the same piece", first: post + "abc"},
		{name: "body in another piece", first: post, then: "abc"},
		{name: "body in two pieces", first: post + "a", then: "bc"},
		{name: "body that stays out", first: post},
		{name: "body that stays half out", first: post, then: "a"},
		{name: "chunks", first: "POST /x HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"},
		{name: "body of a request in work", first: strings.Replace(post, "/x", "/?id=1", 1) + "abc"},
		{name: "many fields", first: "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", 50) + "\r\n"},
	}
	return Scenario{
		Name:   "idle-with-body",
		About:  "Answers sent during the body, or before it: when do their connections end?",
		Server: servers.Config{Mode: awaiting, Sleep: 50 * ms, KeepAlive: time.Second},
		Play:   func(s *Stage) { s.fallSilent(points, 4*time.Second, 400*ms) },
	}
}

// slowHeads waits for a check that Node does twice a minute.
func slowHeads() Scenario {
	return Scenario{
		Name:   "slow-heads",
		About:  "Clients that never complete a head: when are they refused, and with what bytes?",
		Server: servers.Config{Mode: awaiting, Sleep: 50 * ms},
		Most:   3 * time.Minute,
		Play: func(s *Stage) {
			s.Pause(2 * time.Second) // the checks are half a minute apart, and drift: by now one has certainly happened
			silent, half, second, dribbling := s.Connect(), s.Connect(), s.Connect(), s.Connect()
			s.Mark()
			half.Send("GET / HTTP/1.1\r\nHo")
			second.GetPath("/x")
			second.Await(1, patience)
			second.SendMore("GET / HT")
			dribbling.Send("GET / HTTP/1.1\r\nX: ")
			for range 9 {
				s.Pause(9 * time.Second)
				dribbling.SendMore("a")
			}
			s.Until(95 * time.Second)
			for i, name := range []string{"silent", "half a head", "half a head behind an answer", "a head that dribbles"} {
				c := []*Client{silent, half, second, dribbling}[i]
				s.Exact(name, c.Wire())
				s.Near(name+": ended at", 2*time.Second, c.EndedAt()) // the timer of that check started before the server listened
			}
		},
	}
}

// slowBody waits for the longest time that a request may take to arrive.
func slowBody() Scenario {
	return Scenario{
		Name:   "slow-body",
		About:  "A body that is never completed, before and after the answer: when is its connection closed?",
		Server: servers.Config{Mode: awaiting, Sleep: 10 * time.Second},
		Most:   6 * time.Minute,
		Play: func(s *Stage) {
			s.Pause(2 * time.Second)
			answered, held := s.Connect(), s.Connect()
			s.Mark()
			answered.Send("POST /x HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\n")
			answered.Await(1, patience)
			answered.SendMore("a")
			held.Send("POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\n")
			held.Await(1, 15*time.Second)
			held.SendMore("a")
			s.Until(335 * time.Second)
			s.stateEnds([]*Client{answered, held}, "a 404", "an answer")
		},
	}
}

// pipelinedBlockedOne shows which answers are written at once, and which only when all the input has
// been parsed.
func pipelinedBlockedOne() Scenario {
	return Scenario{
		Name:   "pipeline-blocked-one",
		About:  "Three requests in one piece, each of which blocks the loop: when is each answer sent?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 400 * ms},
		Play: func(s *Stage) {
			c := s.Connect()
			s.Pause(100 * ms)
			s.Mark()
			c.Send(strings.Repeat("GET /?id=1 HTTP/1.1"+host, 3))
			c.Await(3, patience)
			s.Near("answered at", 200*ms, c.AnsweredAt(0), c.AnsweredAt(1), c.AnsweredAt(2))
		},
	}
}

// pipelinedManyFields sends heads that the parser delivers in parts, while an answer ends in between.
func pipelinedManyFields() Scenario {
	return Scenario{
		Name:   "pipeline-many-fields",
		About:  "A 404 followed by a head with many fields, a body, or garbage: what happens to the second?",
		Server: quick(),
		Play: func(s *Stage) {
			var probes []probe
			for _, n := range []int{10, 30, 31, 32, 70} {
				fields := strings.Repeat("X: y\r\n", n)
				probes = append(probes,
					probe{fmt.Sprintf("%d fields", n), "GET /x HTTP/1.1" + host + "GET /y HTTP/1.1\r\nHost: lab\r\n" + fields + "\r\n"},
					probe{fmt.Sprintf("%d fields and garbage", n), "GET /x HTTP/1.1\r\nHost: lab\r\n" + fields + "\r\nnonsense\r\n\r\n"},
					probe{fmt.Sprintf("garbage behind %d fields", n), "GET /x HTTP/1.1" + host + "GET /y HTTP/1.1\r\nHost: lab\r\n" + fields + "nonsense\r\n\r\n"})
			}
			probes = append(probes, probe{"a body and garbage", "POST /x HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\nabcnonsense\r\n\r\n"},
				probe{"1000 fields", "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", 999) + "\r\n"},
				probe{"1001 fields", "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", 1000) + "\r\n"},
				probe{"a 1001st field that has begun", "GET /x HTTP/1.1\r\nHost: lab\r\n" + strings.Repeat("X: y\r\n", 999) + "X"},
				probe{"1001 trailers", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + strings.Repeat("X: y\r\n", 1001) + "\r\n"},
				probe{"no host behind 1100 fields", "GET /x HTTP/1.1\r\n" + strings.Repeat("X: y\r\n", 1100) + "Host: lab\r\n\r\n"})
			s.Probe(probes)
		},
	}
}

// nodeExchanges shows what Node's http module decides by itself: upgrades, CONNECT, expectations, bytes
// after a last request.
func nodeExchanges() Scenario {
	const (
		get     = "GET /?id=2 HTTP/1.1" + host
		other   = "GET /x HTTP/1.1" + host
		closes  = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: close\r\n\r\n"
		upgrade = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: foo\r\n"
		connect = "CONNECT lab:443 HTTP/1.1" + host
		chunked = "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked"
		post    = "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n"
	)
	probes := []probe{
		{"upgrade", upgrade + "\r\n"},
		{"upgrade and another", upgrade + "\r\n" + get},
		{"upgrade with a body and another", upgrade + "Content-Length: 3\r\n\r\nabc" + get},
		{"upgrade with chunks and another", upgrade + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n" + get},
		{"upgrade that closes", strings.Replace(upgrade, "Upgrade\r", "Upgrade, close\r", 1) + "\r\n"},
		{"CONNECT", connect},
		{"CONNECT behind one in work", get + connect},
		{"CONNECT behind a 404", other + connect},
		{"CONNECT with a body", "CONNECT lab:443 HTTP/1.1\r\nHost: lab\r\nContent-Length: 3\r\n\r\n"},
		{"half a preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\n"},
		{"a last 404 and another", strings.Replace(closes, "/?id=1", "/x", 1) + other},
		{"a last request and another", closes + other},
		{"a last request and line ends", closes + "\r\n\n"},
		{"no host and another", "GET /x HTTP/1.1\r\n\r\n" + other},
		{"no host in HTTP/1.0", "GET /?id=1 HTTP/1.0\r\n\r\n"},
		{"HTTP/1.0 with TE", "GET /?id=1 HTTP/1.0\r\nTE: chunked\r\n\r\n"},
		{"HTTP/1.0 with TE, kept alive", "GET /?id=1 HTTP/1.0\r\nTE: chunked\r\nConnection: keep-alive\r\n\r\n"},
		{"HTTP/1.0 kept alive and another", "GET /?id=1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + other},
		{"HEAD in HTTP/1.0", "HEAD /?id=1 HTTP/1.0\r\n\r\n"},
		{"encoding gzip on a 404", "POST /x HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: gzip\r\n\r\nabc"},
		{"expect", post + "Expect: 100-continue\r\n\r\nabc"},
		{"expect something else", post + "Expect: x\r\n\r\nabc" + other},
		{"expect a list", post + "Expect: x, 100-Continue;q=1\r\n\r\nabc"},
		{"expect twice", post + "Expect: x\r\nExpect: 100-Continue\r\n\r\nabc"},
		{"expect nothing", post + "Expect:\r\n\r\nabc"},
		{"expect in HTTP/1.0", "POST /?id=1 HTTP/1.0\r\nExpect: x\r\n\r\n"},
		{"expect of a HEAD", "HEAD /?id=1 HTTP/1.1\r\nHost: lab\r\nExpect: x\r\n\r\n"},
		{"expect something else and close", post + "Connection: close\r\nExpect: x\r\n\r\nabc"},
		{"expect behind one in work", get + post + "Expect: 100-continue\r\n\r\nabc"},
		{"a head of 16383 bytes", "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + strings.Repeat("a", 16383-10) + "\r\n\r\n"},
		{"a head of 16384 bytes", "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + strings.Repeat("a", 16384-10) + "\r\n\r\n"},
		{"too long a head behind a 404", other + "GET /x HTTP/1.1\r\nHost: lab\r\nX: " + strings.Repeat("a", 16400)},
		{"a chunk extension of 16384 bytes", chunked + "\r\n\r\n3;" + strings.Repeat("a", 16384) + "\r\nabc\r\n"},
		{"a chunk extension of 16385 bytes", chunked + "\r\n\r\n3;" + strings.Repeat("a", 16385) + "\r\nabc\r\n"},
		{"too long trailers", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: " + strings.Repeat("a", 16400)},
		{"white space before a value", "GET /x HTTP/1.1\r\nHost: lab\r\nX:" + strings.Repeat(" ", 20000) + "a\r\n\r\n"},
		{"absolute target", "GET http://lab/?id=1 HTTP/1.1" + host},
		{"fragment", "GET /?id=1#x HTTP/1.1" + host},
		{"two question marks", "GET /?x?id=1&id=2?3 HTTP/1.1" + host},
	}
	return Scenario{
		Name:   "exchanges",
		About:  "Upgrades, CONNECT, expectations, bytes after a last request, and the limit of a head: what does Node's http module do by itself?",
		Server: quick(),
		Play:   func(s *Stage) { s.Probe(probes) },
	}
}

// nodeUpgraded sends bytes that are no request after one that asks for an upgrade.
func nodeUpgraded() Scenario {
	const (
		upgrade = "GET /x HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: foo\r\n"
		chunked = upgrade + "Transfer-Encoding: chunked\r\n\r\n"
		get     = "GET /?id=2 HTTP/1.1" + host
		bad     = "nonsense\r\n\r\n"
	)
	return Scenario{
		Name:   "malformed-upgraded",
		About:  "After a request to upgrade, which nothing listens for: bytes that do not parse, a head cut short, and chunks with more after them.",
		Server: quick(),
		Play: func(s *Stage) {
			s.InTwo("garbage", upgrade+"\r\n", bad, 100*ms)
			s.InTwo("garbage, then a request", upgrade+"\r\n", bad+get, 100*ms)
			s.InTwo("garbage while it runs", strings.Replace(upgrade, "/x", "/?id=1", 1)+"\r\n", bad, 0)
			s.InTwo("a request, then garbage", upgrade+"\r\n", get+bad, 100*ms)
			s.InTwo("a bad field", upgrade+"\r\n", "GET / HTTP/1.1\r\nX\x00: y\r\n\r\n", 100*ms)
			s.InTwo("too long a head", upgrade+"\r\n", "GET / HTTP/1.1\r\nX: "+strings.Repeat("a", 17000), 100*ms)
			s.InTwo("bad chunk", chunked, "xyz\r\n", 100*ms)
			s.InTwo("bad chunk in the same piece", chunked+"xyz\r\n", "", 100*ms)
			s.InTwo("bad trailer", chunked, "0\r\nX\x00: y\r\n\r\n", 100*ms)
			s.InTwo("chunks, and a request in the same piece", chunked, "3\r\nabc\r\n0\r\n\r\n"+get, 100*ms)
			s.InTwo("chunks, and a request in another", chunked+"3\r\nabc\r\n0\r\n\r\n", get, 100*ms)
			for _, p := range []probe{{"half a head", upgrade + "\r\n"}, {"half a chunk", chunked}} {
				c := s.Connect()
				c.Send(p.raw)
				s.Pause(100 * ms)
				c.SendMore("GE")
				s.Pause(100 * ms)
				c.HalfClose()
				c.Settle()
				s.Exact(p.name+" and the end", c.Wire())
			}
			s.Probe(gets("/??id=1", "/???id=1", "/?%3fid=1", "/??x=1&?id=2"))
		},
	}
}
