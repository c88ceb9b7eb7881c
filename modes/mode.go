package modes

import (
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
)

// Mode runs one job.
type Mode func(*Runtime, *Job)

// OnAsyncio returns the modes of a server that runs requests as tasks of asyncio's
// loop or uvloop. Names are those of --mode.
func OnAsyncio() []Entry {
	return []Entry{
		{"threadpool", Threadpool},
		{"async-misuse", AsyncMisuse},
		{"cooperative", Cooperative},
	}
}

// OnTrio returns the modes of a server that runs requests as tasks of trio's loop.
func OnTrio() []Entry {
	return []Entry{
		{"threadpool", TrioThreadpool},
		{"async-misuse", AsyncMisuse},
		{"cooperative", NoRunningLoop},
	}
}

// OnThreads returns the modes of a server whose threads serve connections.
func OnThreads() []Entry { return []Entry{{"threadpool", InConnectionThread}} }

// Entry is one mode with its name.
type Entry struct {
	Name string
	Mode Mode
}

// ByName returns the mode of that name in a table, or nil.
func ByName(table []Entry, name string) Mode {
	for _, e := range table {
		if e.Name == name {
			return e.Mode
		}
	}
	return nil
}

// Runtime is what the jobs of one process share.
type Runtime struct {
	Loop    *eventloop.Loop
	Limiter *limiter.Limiter
	Threads *Threads
	Gate    Gate

	// Current is the thread that runs now, if threads serve connections.
	Current *Thread
}

// RunIn runs a step in a thread that serves a connection.
func (rt *Runtime) RunIn(t *Thread, step eventloop.Runner) {
	rt.Current = t
	step.Run()
	rt.Current = nil
}

// Return takes back a thread that has served a connection, and its token, which goes
// to the next waiter.
func (rt *Runtime) Return(t *Thread) {
	rt.Threads.Put(t, rt.Loop.Polled())
	rt.Limiter.Release(rt.Loop.Polled())
}

// Program is what a handler does; the mode decides where and when.
type Program interface {
	Begin(t *Thread) // counts the request and logs its start
	End(t *Thread)   // logs its end
	// Answer sends the answer; in a step of the loop. A mode does not touch its job afterwards: it may be another's.
	Answer()
	Refuse() // sends a refusal; in a step of the loop
	// Fail is called when the handler raises an exception, given as Python prints
	// it; in a step of the loop.
	Fail(exception string)
}

// Job is one request's work. Embed it in the Program: then a queued request needs
// no further allocation.
type Job struct {
	Program Program
	Sleep   time.Duration

	runtime   *Runtime
	thread    *Thread
	timer     eventloop.Timer
	cancelled bool
	released  bool // by the gate
	aborted   bool // mid-sleep
}

// sleepInThread has a thread sleep for the job's time beside the loop, and then calls end.
func (j *Job) sleepInThread(end eventloop.Runner) {
	if !j.heldAtGate(end) {
		j.runtime.Loop.Beside(&j.timer, j.Sleep, end)
	}
}

// heldAtGate holds the job in its thread if the gate is shut, and reports whether it
// does. The gate calls end when it releases the job.
func (j *Job) heldAtGate(end eventloop.Runner) bool {
	return j.runtime.Gate.IsShut() && j.runtime.Gate.hold(j, j.runtime.Loop.Beside, end)
}

// Cancel ends the job as asyncio's Task.cancel does: it takes no further step of
// the loop, and does not begin if it has not. Work in a thread runs to its end
// there, and then gives its token back.
func (j *Job) Cancel() { j.cancelled = true }

// Abort ends the work mid-sleep: a signal has raised an exception in its thread.
func (j *Job) Abort() {
	j.cancelled, j.aborted = true, true
	j.runtime.Loop.CancelBeside(&j.timer)
	j.runtime.Gate.drop(j)
}
