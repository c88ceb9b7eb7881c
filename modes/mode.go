package modes

import (
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
)

// Mode runs one job.
type Mode func(*Runtime, *Job)

// Table is every mode of a server whose requests are tasks of a loop, by the name
// it has on the command line.
func Table() []Entry {
	return []Entry{
		{"threadpool", Threadpool},
		{"async-misuse", AsyncMisuse},
		{"cooperative", Cooperative},
	}
}

// InThreads is the same of a server whose threads serve connections.
func InThreads() []Entry { return []Entry{{"threadpool", InThread}} }

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

	// Current is the thread that runs now, where threads serve connections.
	Current *Thread
}

// RunIn runs work in a thread that serves a connection.
func (rt *Runtime) RunIn(t *Thread, work eventloop.Runner) {
	rt.Current = t
	work.Run()
	rt.Current = nil
}

// Return gives a thread that has served a connection back, and its token to whoever
// is next in line.
func (rt *Runtime) Return(t *Thread) {
	rt.Threads.Put(t, rt.Loop.Polled())
	rt.Limiter.Release(rt.Loop.Polled())
}

// Program is what a handler does, told apart from where it does it.
type Program interface {
	Begin(t *Thread) // counts the request and logs its start
	End(t *Thread)   // logs its end
	Answer()         // sends the answer; in a step of the loop
	Refuse()         // sends a refusal; in a step of the loop
	// Fail is called when the handler raises an exception, given as Python prints
	// it; in a step of the loop.
	Fail(exception string)
}

// Job is one request's work. It is meant to be embedded in the Program, so
// that a request in line costs no further allocation.
type Job struct {
	Program Program
	Sleep   time.Duration

	runtime   *Runtime
	thread    *Thread
	timer     eventloop.Timer
	cancelled bool
	let       bool // go by the gate
	broken    bool // off, where it stood
}

// sleepBeside has a thread work beside the loop for the job's time, and then calls end.
func (j *Job) sleepBeside(end eventloop.Runner) {
	if !j.isKept(end) {
		j.runtime.Loop.Beside(&j.timer, j.Sleep, end)
	}
}

// isKept tells whether the gate keeps a job in its thread, to call end later.
func (j *Job) isKept(end eventloop.Runner) bool {
	return j.runtime.Gate.stops(j, j.runtime.Loop.Beside, end)
}

// Cancel ends the job as asyncio's Task.cancel does: it takes no further step of
// the loop. One that has not begun never does; what runs in a thread runs to its
// end there, and then gives its token back.
func (j *Job) Cancel() { j.cancelled = true }

// Break ends the work where it stands: an exception has hit the thread from outside.
func (j *Job) Break() {
	j.cancelled, j.broken = true, true
	j.runtime.Loop.CancelBeside(&j.timer)
	j.runtime.Gate.forget(j)
}
