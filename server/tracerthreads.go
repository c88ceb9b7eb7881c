package server

import (
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/trace"
)

// tracedThread is the track of a thread.
type tracedThread struct {
	track trace.Track
	busy  bool
}

// thread is the track of a thread. Those of idle threads are forgotten when there are many: where each connection has a new
// thread, they are numbered without end.
func (t *tracer) thread(thread *modes.Thread) *tracedThread {
	if known := t.threads[thread.Number]; known != nil {
		return known
	}
	if t.idle > mostIdleTracks {
		for n, known := range t.threads {
			if !known.busy {
				delete(t.threads, n)
			}
		}
		t.idle = 0
	}
	number := thread.Number
	if number >= processID { // which is the number of the main thread
		number++
	}
	known := &tracedThread{track: t.trace.Thread(number, thread.Name, rankLoop+thread.Number)}
	t.threads[thread.Number] = known
	t.idle++
	return known
}

// mostIdleTracks bounds the threads that are remembered.
const mostIdleTracks = 1000
