package scenarios

import (
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/servers"
)

// nodeTopics are the scenarios for Node.js: those of other servers that apply to it, and its own.
func nodeTopics() []Topic {
	return []Topic{
		{"handlers that await", onNode(awaitingOverlap(), awaitingMany(), awaitingTurns(), awaitingBeside())},
		{"a blocked loop", onNode(blockedConnected(""), blockedFresh(""), blockedAccepted(""), blockedOthers(""), blockedKeepAlive(""),
			blockedDates(""), blockedBacklog(5), blockedBacklog(20), blockedRefusal())},
		{"clients that leave", nodeDepartures()},
		{"idle connections", onNode(idleDefault(), idleStates(""), idleAgain(), idleDuringWork(), idleHTTP10(), idleWithBody(), slowHeads(), slowBody())},
		{"pipelining", onNode(pipelined(2), pipelined(3), pipelinedLate(""), pipelinedMixed(""), pipelinedBlocked(""), pipelinedBlockedOne(), pipelinedManyFields())},
		{"answers", onNode(requestAnswers(""), requestMethods(""), requestClosing(""), requestPieces(""), requestHalfClosed(""), requestSegments(""),
			requestValidation(), requestDateTick(), nodeExchanges())},
		{"malformed requests", nodeMalformed()},
		{"bodies", onNode(bodyUnread(""), bodyEarly(""), bodyExpect(""))},
		{"stopping", nodeStopping()},
		{"log lines", onNode(logWholeLife(""), escapes(""), nodePortInUse())},
		{"hardship", onNode(outOfFiles(""), stopped(awaiting), stopped(asyncMisuse))},
	}
}

// nodeCore are the scenarios of the short run: the most revealing ones that take few seconds.
var nodeCore = map[string]bool{
	"awaiting-overlap": true, "blocked-connected": true, "blocked-accepted": true, "idle-states": true, "pipeline-three": true, "answers": true, "closing": true,
	"half-close": true, "exchanges": true, "malformed-lines": true, "malformed-framing": true, "stop-in-work-sigterm-cooperative": true, "log-whole-life": true,
}

// onNode adapts other servers' scenarios to Node, which has one loop, one parser and no threads.
func onNode(all ...Scenario) []Scenario {
	for i := range all {
		s := &all[i]
		if s.Server.Mode == threadpool {
			s.Server.Mode = awaiting
		}
		s.Server.Limit, s.Server.Loop, s.Server.HTTP = 0, "", ""
		s.Core = nodeCore[s.Name]
	}
	return all
}

func nodeDepartures() []Scenario {
	var all []Scenario
	for _, how := range []departure{{"fin", (*Client).Leave}, {"rst", (*Client).Reset}} {
		all = append(all, leaveBlocked(how), leaveAwaiting(how))
	}
	return onNode(append(all, leavePipelined(""))...)
}

func nodeMalformed() []Scenario {
	return onNode(malformedSet("lines", requestLines()), malformedSet("fields", headerFields()), malformedSet("framing", bodyFraming()),
		malformedSet("sizes", sizes(h11)), malformedSet("protocols", protocols()), malformedLater(""), nodeUpgraded())
}

func nodeStopping() []Scenario {
	all := []Scenario{stopHup(), stopKill()}
	for _, sig := range []stopSignal{{"sigterm", syscall.SIGTERM}, {"sigint", syscall.SIGINT}} {
		all = append(all, stopIdle(sig), stopInWork(sig, awaiting))
	}
	return onNode(append(all, nodeStopBlocked())...)
}

// nodePortInUse is logPortInUse without stack frames, which name lines of Node's own files.
func nodePortInUse() Scenario {
	s := logPortInUse()
	s.Play = func(s *Stage) {
		exit, _ := s.AwaitExit(patience)
		s.Exact("exit", exit)
		s.Lines("stdout", s.Log(driver.Stdout))
		s.Lines("stderr", s.withoutFrames(s.Log(driver.Stderr)))
	}
	return s
}

func nodeStopBlocked() Scenario {
	return Scenario{
		Name:   "stop-blocked",
		About:  "SIGTERM while a handler blocks the loop: does the process wait for it?",
		Server: servers.Config{Mode: asyncMisuse, Sleep: 2 * time.Second},
		Play: func(s *Stage) {
			c := s.Connect()
			s.Mark()
			c.Get("1")
			s.AwaitStarts(1, patience)
			s.Until(300 * ms)
			s.Signal(syscall.SIGTERM)
			exit, after := s.AwaitExit(patience)
			s.Exact("exit", exit)
			s.Near("exit after", 300*ms, after)
			s.stateEnds([]*Client{c}, "in work")
		},
	}
}
