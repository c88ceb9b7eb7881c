package scenarios

import (
	"slices"

	"github.com/target-server/target-server/lab/servers"
)

// unrecorded are scenarios that the builders have and of which there is no recording of a calm machine yet: at neither
// vintage, or not at one of them.
type unrecorded struct{ both, at202303, atCurrent []string }

// without leaves these out.
func (u unrecorded) without(topics []Topic) []Topic {
	for i := range topics {
		topics[i].Scenarios = slices.DeleteFunc(topics[i].Scenarios, func(s Scenario) bool { return slices.Contains(u.both, s.Name) })
		for k := range topics[i].Scenarios {
			switch s := &topics[i].Scenarios[k]; {
			case slices.Contains(u.at202303, s.Name):
				s.Vintages = []string{servers.VintageCurrent}
			case slices.Contains(u.atCurrent, s.Name):
				s.Vintages = []string{servers.Vintage202303}
			}
		}
	}
	return topics
}

var hypercornUnrecorded = unrecorded{
	both:      []string{"awaiting-beyond-the-pool", "blocked-backlog-5", "blocked-sigterm", "handshakes", "leave-awaiting-rst", "leave-blocked-rst", "leave-queued-rst", "leave-running-rst", "log-fields", "methods-in-small-letters", "odd-paths", "pipeline-two", "segments", "stop-graceful-timeout-cooperative", "stop-idle-sigint", "stop-in-work-sigint-cooperative", "stop-in-work-sigint-threadpool", "stop-in-work-sigterm-cooperative", "stop-late-body", "stop-pipelined", "stop-twice-sigterm-threadpool", "workers-stop-one-busy"},
	at202303:  []string{"stop-idle-sigterm", "idle-states", "idle-timer-starts-again", "leave-blocked-fin", "leave-unaccepted-rst", "stop-graceful-timeout-threadpool", "stop-in-work-sigterm-threadpool", "stop-with-departed", "workers-one-sigkill", "workers-one-sigterm"},
	atCurrent: []string{"body-expect-100", "half-close", "idle-during-work", "leave-queued-fin", "leave-running-fin", "log-port-in-use", "parent-sighup", "pipeline-three", "workers-blocked", "workers-lines"},
}

var hypercornUvloopUnrecorded = unrecorded{
	both:      []string{"awaiting-beyond-the-pool", "awaiting-lines", "awaiting-others", "awaiting-overlap", "blocked-sigterm", "body-expect-100", "idle-five-seconds", "idle-states", "pipeline-three", "pool-order-forty", "pool-overload", "stop-graceful-timeout-cooperative", "stop-graceful-timeout-threadpool", "stop-idle-sigterm", "stop-in-work-sigterm-threadpool"},
	at202303:  []string{"stop-pipelined"},
	atCurrent: []string{"body-in-messages", "leave-awaiting-fin", "leave-blocked-rst"},
}
