package scenarios

import (
	"slices"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// Scenario is a sequence of actions and the facts that it reveals.
type Scenario struct {
	Name     string
	About    string // one sentence: the question it answers
	Server   servers.Config
	Vintages []string      // those it applies to; empty means all
	Core     bool          // part of the short run
	Alone    bool          // measures tight times: nothing else may run beside it
	Starting bool          // the server is not expected to come up: play immediately after starting it
	Most     time.Duration // the most it may take; 0 means a minute and a half
	Kernel   bool          // depends on the kernel's buffers
	Parent   bool          // concerns the workers' parent, or several workers
	Play     func(*Stage)
}

// At reports whether the scenario applies to a vintage.
func (s Scenario) At(vintage string) bool {
	return len(s.Vintages) == 0 || slices.Contains(s.Vintages, vintage)
}

// Simulable reports whether target-server can play this in simulated time, where there is one worker,
// and neither a kernel nor a parent.
func (s Scenario) Simulable() bool {
	return !s.Starting && !s.Kernel && !s.Parent && s.Server.Workers < 2
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

// The longest wait for an expected answer, and how long a silence must last to count as one.
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
