package main

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

// long is what an answer that needs no work does not take on a loop that is free.
const long = 50 * time.Millisecond

// crowded says whether the machine has no processor time left, whoever uses it.
func (a account) crowded() bool { return a.cores > 0 && a.machineCPU >= exhausted*float64(a.cores) }

// verdict says who is slow: the first of these that holds.
func (a account) verdict() string {
	both := a.targetCPU + a.generatorCPU
	switch {
	case a.came == 0:
		return "no request came to the target: is it the one that the generator asks?"
	case a.refused > 0 && a.inLine >= mostly:
		return fmt.Sprintf("the target is the limit: its line is full, and it refused %d requests", a.refused)
	case a.inLine >= mostly:
		return "the target is the limit: all its threads are busy and requests stand in line"
	case a.blocked():
		return "the target is the limit: its loop is blocked, so that even a 404 waits"
	case a.workers > 0 && a.targetCPU >= exhausted*float64(a.workers):
		return "the target is the limit: its loop has no processor time left"
	case a.busy >= full*float64(a.limit):
		return "target and generator match: all threads are busy and hardly anybody waits. More would stand in line"
	case a.crowded() && both >= float64(a.cores)/2:
		return "the machine is the limit: target and generator share its processors. Put the generator elsewhere"
	case a.generatorCPU >= exhausted:
		return fmt.Sprintf("the generator is the limit: it computes on %.2f cores, and the target waits for it", a.generatorCPU)
	case a.inLine > 1-mostly:
		return "now this, now that: requests stood in line for a part of the time. Look at a part, or ask for longer"
	default:
		return fmt.Sprintf("the target is not the limit, nobody waits there: what is slow is before it. The generator kept %.3g requests here at a time", a.held)
	}
}

// blocked says whether the target answers nothing at all for long, though it
// computes little.
func (a account) blocked() bool { return a.knock >= long && a.targetCPU < exhausted/2 }
