package modes

import (
	"time"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/pace"
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
	Meter   *pace.Meter // nil without --pace

	// Current is the thread that runs now, if threads serve connections.
	Current *Thread

	// Alone: the thread that serves connections is the only one, and needs the interpreter for itself.
	Alone bool

	// Blocks is called when a job begins to block the loop, and with false when it stops doing so. Nil does nothing.
	Blocks func(j *Job, begins bool)
}

// Block holds the loop for d, as a job does that sleeps on it.
func (rt *Runtime) Block(j *Job, d time.Duration) {
	rt.blocks(j, true)
	rt.Loop.Block(d)
	rt.blocks(j, false)
}

// Compute has the loop's own thread compute, which blocks the loop.
func (rt *Runtime) Compute(j *Job, s Step) {
	rt.blocks(j, true)
	rt.Loop.Compute(s.For, s.Kind == Keep)
	rt.blocks(j, false)
}

func (rt *Runtime) blocks(j *Job, begins bool) {
	if rt.Blocks != nil {
		rt.Blocks(j, begins)
	}
}

// JobOf is the job that a waiter of the limiter is, or nil if it is none.
func JobOf(w limiter.Waiter) *Job {
	switch w := w.(type) {
	case *Job:
		return w
	case *parked:
		return (*Job)(w)
	}
	return nil
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

// Program is a function and its caller; the mode decides where and when the function runs.
type Program interface {
	Begin(t *Thread) // the function begins, in this thread
	// Next returns what the function does next: after the last step, and ever after, Return.
	Next() Step
	End(t *Thread) // the function has returned, still in its thread
	// Resume continues the caller, in a step of the loop. A mode does not touch its job afterwards: it may be another's.
	Resume()
	Refuse() // sends a refusal; in a step of the loop
	// Fail is called when the function raises an exception that the mode itself brings about, given as Python prints it;
	// in a step of the loop.
	Fail(exception string)
}

// Step is what a function does next.
type Step struct {
	Kind StepKind
	For  time.Duration     // of Sleep, Block, Compute and Keep
	Pool *connections.Pool // of Connect
	// Connected is called when Connect has its connection, and with false when the pool's timeout has passed.
	Connected func(bool)
}

// StepKind is the kind of a step.
type StepKind uint8

// The kinds of steps.
const (
	Return  StepKind = iota // the function is at its end
	Sleep                   // in a thread: time.sleep; in a coroutine: await asyncio.sleep
	Block                   // in a coroutine: time.sleep
	Connect                 // a connection is taken from a pool
	Compute                 // Python code runs, and lets other threads run at each switch interval
	Keep                    // C code runs, and no other thread of the process does
)

// OneSleep is the steps of a function that sleeps once. Embed it in a Program.
type OneSleep struct {
	Sleep time.Duration
	slept bool
}

// Next implements Program.
func (o *OneSleep) Next() Step {
	if o.slept {
		return Step{}
	}
	o.slept = true
	return Step{Kind: Sleep, For: o.Sleep}
}

// Job is one call of a function. Embed it in the Program: then a queued request needs
// no further allocation.
type Job struct {
	Program Program
	Tag     any // what reports know the job by; the mode does not use it

	runtime   *Runtime
	thread    *Thread
	timer     eventloop.Timer
	cancelled bool
	released  bool // by the gate: from then on, sleeps take no time
	aborted   bool // mid-sleep
	asleep    bool // in its thread
	shielded  bool // it has its thread, or its token for one
	entry     Entrance
	holding   Holding
	subtask   bool // a task of the request's own calls the function
}

// InSubtask says whether a task of the request's own calls its next functions, such as the one that sends a stream.
func (j *Job) InSubtask(is bool) { j.subtask = is }

// Holding is where the gate holds a function while it is shut.
type Holding uint8

// The places.
const (
	HoldAnywhere Holding = iota // before its first step, and when it has returned; once released, its sleeps take no time
	HoldAtEnd                   // when it has returned, after all its steps
	HoldNowhere
)

// SetHolding says where the gate holds the next function. The zero Job is held anywhere.
func (j *Job) SetHolding(h Holding) { j.holding = h }

// Entrance is how a function gets its thread.
type Entrance uint8

// The entrances.
const (
	Bounded  Entrance = iota // with a token of the limiter; it is refused if the queue for one is at its bound
	Admitted                 // with a token, however long the queue is: its request has been let in before
	Bypass                   // past the limiter
)

// Again makes the job ready for another function.
func (j *Job) Again(e Entrance) { j.entry = e }

// acquire asks for a token.
func (j *Job) acquire(w limiter.Waiter) limiter.Outcome {
	l, now := j.runtime.Limiter, j.runtime.Loop.Polled()
	switch j.entry {
	case Bypass:
		return limiter.Granted
	case Admitted:
		return l.AcquireAgain(w, now)
	default:
		return l.Acquire(w, now)
	}
}

// release gives the token back.
func (j *Job) release() {
	if j.entry != Bypass {
		j.runtime.Limiter.Release(j.runtime.Loop.Polled())
	}
}

// beginInThread takes the function's first steps in its thread, until one of them takes time. end is called in the
// thread when that time has passed, and when the function has returned.
func (j *Job) beginInThread(end eventloop.Runner) {
	if held := j.holding == HoldAnywhere && j.heldAtGate(end); !held && !j.runsOn(end) {
		j.runtime.Loop.Beside(&j.timer, 0, end)
	}
}

// runsOn takes steps in the function's thread. It reports whether one of them takes time: then it calls end again when
// that has passed.
func (j *Job) runsOn(end eventloop.Runner) bool {
	if j.asleep {
		j.asleep = false
		j.runtime.Meter.Wake()
	}
	for {
		switch s := j.Program.Next(); {
		case s.Kind == Return:
			return j.heldAtGate(end)
		case s.Kind == Connect:
			if !j.connectInThread(s, end) {
				return true
			}
		case j.released && j.holding == HoldAnywhere:
		case s.Kind == Keep && j.runtime.Alone: // not even signals are handled
			j.runtime.Compute(j, s)
		case s.Kind == Compute && j.runtime.Alone:
			j.runtime.Loop.ComputeAlone(&j.timer, s.For, end)
			return true
		case s.Kind == Compute || s.Kind == Keep:
			j.runtime.Loop.ComputeBeside(&j.timer, j.thread.Name, s.For, s.Kind == Keep, end)
			return true
		default:
			j.asleep = s.For > 0
			j.runtime.Loop.Beside(&j.timer, j.runtime.Meter.Sleep(s.For), end)
			return true
		}
	}
}

// heldAtGate holds the job in its thread if the gate is shut, and reports whether it
// does. The gate calls end when it releases the job.
func (j *Job) heldAtGate(end eventloop.Runner) bool {
	g := &j.runtime.Gate
	return g.IsShut() && j.holding != HoldNowhere && g.hold(j, j.runtime.Loop.Beside, end)
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
