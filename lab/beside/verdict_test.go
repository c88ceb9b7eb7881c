package beside

import (
	"strings"
	"testing"
	"time"
)

// The figures are those of real runs, rounded.
func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		name string
		a    account
		want string
	}{
		{"no request", account{}, "no request"},
		{"no request, on a busy machine", account{checkTook: 151 * time.Millisecond}, "no request"},
		{"no request, and no answer either", account{checkTook: 2 * time.Second}, "the target is the limit: its loop is blocked"},
		{"a pool with 80 clients", account{threads: 40, limit: 40, queued: 40, timeQueued: 0.98}, "the target is the limit: all its threads"},
		{"the same, its queue full", account{threads: 40, limit: 40, queued: 10, timeQueued: 0.97, refused: 400}, "the target is the limit: its queue is full"},
		{"--limit-concurrency 10", account{threads: 9, limit: 40, held: 9, refused: 400}, "the target is the limit: it refused 400 of 1000 requests"},
		{"--limit-concurrency 5, four clients and the checks", account{threads: 4, limit: 40, held: 4, refused: 3, checks: 10}, "the target is not the limit: no request is queued there. The generator kept 4 requests at the target on average. It refused 3, perhaps"},
		{"as many clients as threads", account{held: 39.5, threads: 39.2, limit: 40}, "target and generator match"},
		{"the same, where a 404 takes a thread as well", account{answeredRate: 400, held: 39.5, running: 39.2, threads: 39.2, limit: 40, checkTook: 90 * time.Millisecond}, "target and generator match"},
		{"ten clients", account{held: 9.9, threads: 9.9, limit: 40, generatorCPU: 0.02}, "the target is not the limit"},
		{"ten clients on a machine that others use", account{held: 9.9, threads: 9.9, limit: 40, machineCPU: 2, cores: 2}, "the target is not the limit"},
		{"a blocked loop", account{answeredRate: 9.6, held: 1, mostHeld: 1, running: 1, limit: 40, checkTook: 900 * time.Millisecond, workers: 1}, "the target is the limit: its loop is blocked"},
		{"the same for 10 ms at a time, with two clients", account{answeredRate: 96, held: 1, mostHeld: 1, running: 0.95, limit: 40, checkTook: 9 * time.Millisecond, workers: 1}, "the target is the limit: its loop is blocked"},
		{"a worker with one thread, and 20 clients", account{answeredRate: 19, held: 1, mostHeld: 1, running: 1, threads: 1, limit: 1, checkTook: 850 * time.Millisecond, workers: 1}, "the target is the limit: its loop is blocked"},
		{"two of them, and 10 clients", account{answeredRate: 39, held: 2, mostHeld: 2, running: 2, threads: 2, limit: 2, checkTook: 250 * time.Millisecond, workers: 2}, "the target is the limit: its loop is blocked"},
		{"a free loop with one client whose handler takes as long", account{answeredRate: 96, held: 1, mostHeld: 1, running: 0.95, limit: 40, checkTook: time.Millisecond, workers: 1}, "the target is not the limit"},
		{"a loop that lacks processor time", account{answeredRate: 2e4, limit: 40, checkTook: 5 * time.Millisecond, workers: 1, targetCPU: 0.2, generatorCPU: 0.6, machineCPU: 2, cores: 2}, "the target is not the limit"},
		{"a loop that has a processor and no time left", account{held: 8, mostHeld: 60, limit: 40, checkTook: 2 * time.Millisecond, workers: 1, targetCPU: 0.96, cores: 8}, "the target is the limit: its loop has no processor time"},
		{"both on two cores", account{held: 5, mostHeld: 47, limit: 40, workers: 1, targetCPU: 0.7, generatorCPU: 0.9, machineCPU: 1.95, cores: 2}, "the machine is the limit"},
		{"a generator that computes", account{held: 0.7, mostHeld: 52, limit: 40, workers: 1, targetCPU: 0.3, generatorCPU: 1, machineCPU: 1.3, cores: 2}, "the generator is the limit"},
		{"half and half", account{held: 30, limit: 40, threads: 30, timeQueued: 0.4}, "it changes"},
	} {
		if !strings.HasPrefix(c.name, "no request") {
			c.a.accepted = 1000
		}
		if got := c.a.verdict(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: want %q…, got %q", c.name, c.want, got)
		}
	}
}
