package scenarios

import (
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// hypercornTopics are the scenarios for FastAPI on Hypercorn's asyncio workers.
func hypercornTopics() []Topic {
	return coreOnly([]Topic{
		{"the pool of threads", pool()},
		{"threads", threads()},
		{"clients that leave", hypercornDepartures()},
		{"a blocked loop", hypercornBlocked()},
		{"handlers that await", cooperative()},
		{"idle connections", []Scenario{idleStates(""), idleDefault(), idleAgain(), idleDuringWork(), idleHTTP10()}},
		{"pipelining", []Scenario{pipelined(2), pipelined(3), pipelinedLate(""), pipelinedMixed(""), pipelinedBlocked("")}},
		{"answers", hypercornAnswers()},
		{"malformed requests", hypercornMalformed()},
		{"bodies", []Scenario{bodyMessages(), atCurrent(bodyEarly("")), bodyExpect("")}},
		{"stopping", hypercornStopping()},
		{"log lines", []Scenario{logWholeLife(""), logShaped(), logPortInUse(), fieldsLogged(), escapes(""), escapesShaped()}},
		{"access log formats", accessLogs()},
		{"several workers", hypercornWorkers()},
		{"further options", []Scenario{accessOff(), noFieldsInBoth(), atCurrent(lastRequests()), fewStreams()}},
		hypercornPrograms(), flows(false),
	}, "pool-of-one", "pool-order-forty", "idle-states", "half-close", "pipeline-mixed", "leave-queued-rst", "stop-in-work-sigterm-threadpool", "log-whole-life")
}

// hypercornUvloopTopics are the scenarios for FastAPI on Hypercorn's uvloop workers: those whose result
// may depend on the loop.
func hypercornUvloopTopics() []Topic {
	return coreOnly([]Topic{
		{"the pool of threads", []Scenario{poolOrderFour(), poolOrderForty(), poolOne(), poolOverload(), poolBeyondForty(), poolSaturated(), poolSecondWave()}},
		{"clients that leave", without(hypercornDepartures(), "leave-blocked-rst")},
		{"a blocked loop", without(hypercornBlocked(), "blocked-sigterm")}, // which requests uvloop still answers then depends on single steps
		{"handlers that await", cooperative()},
		{"idle connections", []Scenario{idleStates(""), idleDefault()}},
		{"pipelining", []Scenario{pipelined(3), pipelinedMixed(""), pipelinedBlocked("")}},
		{"answers", []Scenario{requestAnswers(""), halfClosed(), requestSegments(""), requestClosing("")}},
		{"bodies", []Scenario{bodyMessages(), atCurrent(bodyEarly("")), bodyExpect("")}},
		{"stopping", []Scenario{
			stopIdle(stopSignal{"sigterm", syscall.SIGTERM}), stopInWork(stopSignal{"sigterm", syscall.SIGTERM}, threadpool),
			stopGraceful(threadpool), stopGraceful(awaiting), stopPipelined(""),
		}},
		{"log lines", []Scenario{logWholeLife(""), accessValues(), accessDepartures()}},
		{"programs: streams", []Scenario{flowAnswers(), flowHTTP2(), flowLeft("/async", departure{"rst", (*Client).Reset}), flowReset("/async"), flowStop("/async")}},
	}, "pool-of-one", "blocked-connected", "segments")
}

// without leaves out the scenarios with these names.
func without(all []Scenario, names ...string) []Scenario {
	return slices.DeleteFunc(all, func(s Scenario) bool { return slices.Contains(names, s.Name) })
}

// coreOnly keeps only the scenarios with these names in the short run.
func coreOnly(topics []Topic, names ...string) []Topic {
	for _, topic := range topics {
		for i := range topic.Scenarios {
			topic.Scenarios[i].Core = slices.Contains(names, topic.Scenarios[i].Name)
		}
	}
	return topics
}

func hypercornDepartures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, leaveRunningBy(how, (*Stage).stateApart), leaveQueued(how), leaveBlocked(how), leaveAwaiting(how), leaveUnaccepted(how))
	}
	return append(all, leavePipelined(""))
}

// leaveUnaccepted is a client that has left before the server has seen it.
func leaveUnaccepted(how departure) Scenario {
	return Scenario{
		Name:   "leave-unaccepted-" + how.name,
		About:  "A client connects, sends a request and leaves while the loop is blocked: does its request run?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 500 * ms},
		Play: func(s *Stage) {
			clients := s.blockAndConnect(2)
			how.leave(clients[1])
			clients[2].Await(1, patience)
			s.Pause(700 * ms)
			s.Exact("started", s.Starts())
			s.stateDeparture()
		},
	}
}

func hypercornBlocked() []Scenario {
	return []Scenario{
		blockedConnected(""), blockedFresh(""), blockedAccepted(""), blockedOthers(""), blockedKeepAlive(""), blockedDates(""),
		blockedBacklog(5), atCurrent(blockedTerm("")), // which requests 0.14 (2023-03) still answers then depends on single steps
	}
}

// atCurrent leaves a scenario out at 2023-03.
func atCurrent(s Scenario) Scenario {
	s.Vintages = []string{servers.VintageCurrent}
	return s
}

func hypercornAnswers() []Scenario {
	return []Scenario{
		requestAnswers(""), requestMethods(""), requestClosing(""), requestPieces(""), halfClosed(), requestSegments(""),
		requestValidation(), requestDocuments(), requestDate(), oddPaths(""), redirects(""), capitals(),
	}
}

// halfClosed is requestHalfClosed without a FIN right after a request, which may reach a slow server
// before it has checked for more input; and with every line of the log, in its order.
func halfClosed() Scenario {
	const get = "GET /?id=1 HTTP/1.1\r\nHost: lab\r\n\r\n"
	steps := []struct {
		name, raw string
		after     time.Duration
	}{
		{"during the work", get, 150 * ms},
		{"after the answer", get, 700 * ms},
		{"with nothing sent", "", 50 * ms},
		{"in the middle of the head", "GET /?id=1 HTTP/1.1\r\nHo", 50 * ms},
		{"in the middle of the body", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nContent-Length: 9\r\n\r\nabc", 50 * ms},
		{"after a request for no route", "GET /x HTTP/1.1\r\nHost: lab\r\n\r\n", 100 * ms},
		{"after two requests", get + get, 150 * ms},
	}
	return Scenario{
		Name:   "half-close",
		About:  "A client that sends a FIN and keeps reading: while its handler runs, after the answer, before its request is complete. What comes back, when does the connection end, what is logged?",
		Server: servers.Config{Mode: threadpool, Sleep: 400 * ms, KeepAlive: 2 * time.Second},
		Play: func(s *Stage) {
			for _, step := range steps {
				c := s.Connect()
				s.Mark()
				if step.raw != "" {
					c.Send(step.raw)
				}
				s.Pause(step.after)
				c.HalfClose()
				c.AwaitEnd(4 * time.Second)
				s.Exact(step.name, c.Wire())
				s.Near(step.name+": ended at", 400*ms, c.EndedAt())
				c.Leave()
				s.Pause(100 * ms)
			}
			s.Pause(500 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

// capitals are methods that h11 and Hypercorn understand differently.
func capitals() Scenario {
	return Scenario{
		Name:   "methods-in-small-letters",
		About:  "Methods not written in capitals: what is answered, and what is logged?",
		Server: quick(),
		Play: func(s *Stage) {
			var probes []probe
			for _, line := range []string{"get /?id=1", "head /?id=1", "head /nowhere", "Head /docs", "post /?id=1", "connect lab:443"} {
				probes = append(probes, probe{line, line + " HTTP/1.1" + host})
			}
			s.ProbeInTurn(probes)
			s.Pause(200 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
			s.Lines("stderr after the start", s.AfterStart())
			s.Lines("h11's errors in the log", slices.DeleteFunc(s.Errors(), func(line string) bool { return !strings.Contains(line, "h11.") }))
		},
	}
}

func hypercornMalformed() []Scenario {
	return []Scenario{
		malformedSet("lines", requestLines()), malformedSet("fields", headerFields()), malformedSet("framing", bodyFraming()),
		malformedSet("sizes", sizes(h11)), malformedSet("protocols", protocols()), malformedLater(""), handshakes(), encodings(),
	}
}

// encodings are unsupported transfer codings, with and without a line that is malformed.
func encodings() Scenario {
	head := func(name, lines string) probe {
		return probe{name, "GET /nowhere HTTP/1.1\r\nHost: lab\r\n" + lines + "\r\n"}
	}
	return Scenario{
		Name:   "malformed-encodings",
		About:  "Unsupported transfer codings beside lines that are malformed, before and after them: 400 or 501?",
		Server: quick(),
		Play: func(s *Stage) {
			s.ProbeInTurn([]probe{
				head("gzip", "Transfer-Encoding: gzip\r\n"),
				head("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
				head("before a line without colon", "Transfer-Encoding: gzip\r\nfoo\r\n"),
				head("after a line without colon", "foo\r\nTransfer-Encoding: gzip\r\n"),
				head("before a value with NUL", "Transfer-Encoding: gzip\r\nfoo: a\x00b\r\n"),
				head("before a space in a name", "Transfer-Encoding: gzip\r\nfoo : bar\r\n"),
				head("before a length that is none", "Transfer-Encoding: gzip\r\nContent-Length: x\r\n"),
				head("after a length that is none", "Content-Length: x\r\nTransfer-Encoding: gzip\r\n"),
				head("in a folded line", "Transfer-Encoding: gzip,\r\n chunked\r\n"),
				head("before a second host", "Transfer-Encoding: gzip\r\nHost: lab\r\n"),
			})
		},
	}
}

// handshakes are WebSocket handshakes with an application that has no WebSocket route.
func handshakes() Scenario {
	shake := func(name, lines string) probe {
		return probe{name, "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + lines + "\r\n"}
	}
	const key, version = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", "Sec-WebSocket-Version: 13\r\n"
	return Scenario{
		Name:   "handshakes",
		About:  "Valid and invalid WebSocket handshakes: what comes back, does the connection stay open, and what is logged?",
		Server: quick(),
		Play: func(s *Stage) {
			s.ProbeInTurn([]probe{
				shake("whole", key+version), shake("no key", version), shake("no version", key), shake("another version", key+"Sec-WebSocket-Version: 8\r\n"),
				{"a POST", "POST /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + key + version + "\r\n"},
				{"HTTP/1.0", "GET /?id=1 HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" + key + version + "\r\n"},
				{"no connection", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nUpgrade: websocket\r\n" + key + version + "\r\n"},
				{"whole, and more in the same read", shake("", key+version).raw + "hello"},
				{"no key, and more in the same read", shake("", version).raw + "hello"},
				{"another upgrade", "GET /?id=1 HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n"},
			})
			s.Pause(200 * ms)
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}

// bodyMessages sends a body in pieces. Each becomes a message to the application, which reads none.
func bodyMessages() Scenario {
	return Scenario{
		Name:   "body-in-messages",
		About:  "A body in few chunks and in many, for an application that reads none: is the connection usable after the answer?",
		Server: servers.Config{Mode: threadpool, Sleep: 300 * ms, KeepAlive: time.Second},
		Play: func(s *Stage) {
			for _, n := range []int{3, 8, 9, 12} {
				c := s.Connect()
				s.Mark()
				var body strings.Builder
				for range n {
					body.WriteString("1\r\nx\r\n")
				}
				c.Send("GET /?id=1 HTTP/1.1\r\nHost: lab\r\nTransfer-Encoding: chunked\r\n\r\n" + body.String() + "0\r\n\r\n")
				c.Await(1, patience)
				c.Get("2")
				c.AwaitEnd(2500 * ms)
				name := map[int]string{3: "three", 8: "eight", 9: "nine", 12: "twelve"}[n] + " chunks"
				s.Exact(name, c.Wire())
				s.Near(name+": ended at", 600*ms, c.EndedAt())
			}
			s.Pause(100 * ms)
			s.Exact("started", len(s.Starts()))
		},
	}
}

// fieldsLogged shows how access lines contain a request's fields.
func fieldsLogged() Scenario {
	return Scenario{
		Name:   "log-fields",
		About:  "Paths, queries, user agents and referrers in access lines.",
		Server: quick(),
		Play: func(s *Stage) {
			for _, raw := range []string{
				"GET /?id=1&x=%20y HTTP/1.1\r\nHost: lab\r\nUser-Agent: curl/7.88\r\nReferer: http://lab/\r\n\r\n",
				"GET /no%20where/%C3%A4/%2F?a=b HTTP/1.1\r\nHost: lab\r\nUser-Agent: a\r\nUser-Agent: b\r\n\r\n",
				"GET /%ff HTTP/1.0\r\nREFERER: x\r\n\r\n",
				"HEAD /docs HTTP/1.1\r\nHost: lab\r\nUser-Agent: x y\r\n\r\n",
				"GET /docs/ HTTP/1.1\r\nHost: lab\r\nUser-Agent: \"q\"\r\n\r\n",
			} {
				c := s.Connect()
				c.Send(raw)
				c.Await(1, patience)
				s.Pause(50 * ms)
			}
			s.Lines("stdout", s.Log(driver.Stdout))
		},
	}
}
