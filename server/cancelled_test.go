package server

import "testing"

// A request that is cancelled before its first step has no call yet, and an observer hears nothing of it. That happens to one
// that a server has read in the turn in which its time for a graceful end is over.
func TestCancelledBeforeItsFirstStep(*testing.T) {
	w := &Worker{calls: &calls{observer: struct{ Observer }{}}}
	(&Request{worker: w, phase: phaseFinished}).Cancel()
}
