package scenarios

import (
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// Scenario is one schedule and the facts it shows.
type Scenario struct {
	Name     string
	About    string // one sentence: the question it answers
	Server   servers.Config
	Vintages []string // those it applies to; none means all
	Core     bool     // part of the short run
	Alone    bool     // measures tight times: nothing else may run beside it
	Starting bool     // the server is not expected to come up: play as soon as it is started
	Kernel   bool     // shows what a kernel's buffers hold
	Play     func(*Stage)
}

// At reports whether the scenario applies to a vintage.
func (s Scenario) At(vintage string) bool {
	return len(s.Vintages) == 0 || slices.Contains(s.Vintages, vintage)
}

// Simulable reports whether target-server can be played in simulated time, which
// has neither a kernel nor a parent of several workers.
func (s Scenario) Simulable() bool { return !s.Starting && !s.Kernel && s.Server.Workers < 2 }

// Topic is the scenarios of one file.
type Topic struct {
	Name      string
	Scenarios []Scenario
}

// Topics lists every scenario for FastAPI on Uvicorn, by topic.
func Topics() []Topic {
	return []Topic{
		{"the pool of threads", pool()},
		{"threads", threads()},
		{"clients that leave", departures()},
		{"a blocked loop", blocked()},
		{"handlers that await", cooperative()},
		{"idle connections", idle()},
		{"pipelining", pipelining()},
		{"answers", requests()},
		{"paths", paths()},
		{"malformed requests", malformed()},
		{"bodies", bodies()},
		{"limits", limits()},
		{"stopping", shutdown()},
		{"log lines", logs()},
		{"several workers", workers()},
		{"hardship", hardship()},
	}
}

// Uvicorn lists the same without the topics.
func Uvicorn() []Scenario {
	var all []Scenario
	for _, topic := range Topics() {
		all = append(all, topic.Scenarios...)
	}
	return all
}

// The parsers and loops that Uvicorn can be told to use.
const (
	h11       = "h11"
	httptools = "httptools"
	asyncio   = "asyncio"
	uvloop    = "uvloop"
)

const (
	threadpool  = "threadpool"
	asyncMisuse = "async-misuse"
	awaiting    = "cooperative"
)

// What scenarios wait at the most where they expect an answer, and how long silence must last to be believed.
const (
	patience = 10 * time.Second
	silence  = 400 * time.Millisecond
)

const ms = time.Millisecond

// forParsers makes one scenario for each parser, named after it.
func forParsers(build func(parser string) Scenario) []Scenario {
	return forEach(build, func(s *Scenario, parser string) { s.Server.HTTP = parser }, h11, httptools)
}

// forLoops makes one scenario for each loop, named after it.
func forLoops(build func(loop string) Scenario) []Scenario {
	return forEach(build, func(s *Scenario, loop string) { s.Server.Loop = loop }, asyncio, uvloop)
}

func forEach(build func(string) Scenario, set func(*Scenario, string), values ...string) []Scenario {
	var all []Scenario
	for _, value := range values {
		scenario := build(value)
		scenario.Name += "-" + value
		set(&scenario, value)
		all = append(all, scenario)
	}
	return all
}
