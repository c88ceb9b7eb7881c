package beside

import (
	"fmt"
	"time"
)

// What counts as always, as a core that has nothing left, and as every thread.
const (
	mostly    = 0.8
	exhausted = 0.9
	full      = 0.9
)

// long is more than a free loop takes for an answer that needs no work.
const long = 50 * time.Millisecond

// stuck is more than even a busy machine takes for it: a target that ran nothing was paused, or its loop blocked before.
const stuck = time.Second

// unsure is why there can be no verdict: whether the loop was blocked is not known.
func (a account) unsure() error {
	if a.failedChecks > 0 && a.failedChecks == a.checks {
		return fmt.Errorf("no verdict: %s did not answer while the generator ran, so a blocked event loop would not show: %w", a.url, a.checkFailure)
	}
	return nil
}

// refuses reports whether requests are refused by more than beside's own doing: a check is a connection, and may take the
// last place under --limit-concurrency from the generator.
func (a account) refuses() bool {
	return a.refused > int64(a.checks) || a.refused > 0 && 10*a.refused >= a.accepted
}

// alsoRefused is the end of a verdict that does not rest on the requests that were refused.
func (a account) alsoRefused() string {
	if a.refused == 0 {
		return ""
	}
	return fmt.Sprintf(". It refused %d, perhaps because the checks took a place (--limit-concurrency)", a.refused)
}

// full reports whether all threads are in use, where there are any.
func (a account) full() bool { return a.limit > 0 && a.threads >= full*float64(a.limit) }

// crowded reports whether the machine has no processor time left, whatever uses it.
func (a account) crowded() bool { return a.cores > 0 && a.machineCPU >= exhausted*float64(a.cores) }

// verdict says what is slow: the first of these that holds.
func (a account) verdict() string {
	both := a.targetCPU + a.generatorCPU
	switch {
	case a.accepted == 0 && (!a.blocked() || a.running == 0 && a.checkTook < stuck):
		return fmt.Sprintf("no request reached the target's program, which listens on %s and answers /?id=1: does the generator use that address? (404 and 422 do not count)", a.url)
	case a.refused > 0 && a.timeQueued >= mostly:
		return fmt.Sprintf("the target is the limit: its queue is full, and it refused %d of %d requests with 503", a.refused, a.accepted)
	case a.timeQueued >= mostly:
		return "the target is the limit: all its threads are in use and requests are queued"
	case a.refuses():
		return fmt.Sprintf("the target is the limit: it refused %d of %d requests with 503", a.refused, a.accepted)
	case a.blocked():
		return fmt.Sprintf("the target is the limit: its loop is blocked, and even a 404 takes %v", round(a.checkTook))
	case a.full():
		return "target and generator match: all threads are in use and hardly a request is queued. More requests at a time would be queued"
	case a.workers > 0 && a.targetCPU >= exhausted*float64(a.workers):
		return "the target is the limit: its loop has no processor time left"
	case a.crowded() && both >= float64(a.cores)/2:
		return "the machine is the limit: target and generator share its processors. Run the generator on another machine"
	case a.generatorCPU >= exhausted:
		return fmt.Sprintf("the generator is the limit: it uses %.2f cores, and the target waits for it", a.generatorCPU)
	case a.timeQueued > 1-mostly:
		return "it changes: requests were queued for part of the time. Look at a shorter part, or run the generator for longer"
	default:
		return fmt.Sprintf("the target is not the limit: no request is queued there. The generator kept %.3g requests at the target on average%s", a.held, a.alsoRefused())
	}
}

// shortest is the shortest handler whose block is told from a busy machine.
const shortest = 5 * time.Millisecond

// blocked reports whether the target answers nothing while a handler runs, although it computes little: an event loop
// that is blocked, or a worker with one thread.
func (a account) blocked() bool {
	handler := time.Duration(0)
	if a.answeredRate > 0 {
		handler = time.Duration(a.running / a.answeredRate * float64(time.Second))
	}
	alone := a.limit <= a.workers // a thread for each worker
	switch {
	case a.targetCPU >= exhausted/2:
		return false
	case a.full() && !alone: // a 404 may need a thread as well, and then waits for one of them, but no longer
		return a.checkTook >= max(long, 3*handler/2)
	case a.checkTook >= long:
		return true
	}
	// Handlers that are shorter than that: they run one at a time, nearly always, and a check waits for them.
	return (a.threads == 0 || alone) && a.mostHeld <= a.workers && a.running >= 0.5*float64(a.workers) &&
		handler >= shortest && a.checkTook >= handler/4
}
