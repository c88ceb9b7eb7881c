package modes

import (
	"time"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/eventloop"
)

// connectInThread takes a connection for a function in a thread (QueuePool). It reports whether it has one at once;
// otherwise the thread waits, and end is called when the function goes on.
func (j *Job) connectInThread(s Step, end eventloop.Runner) bool {
	if s.Pool.Take() {
		s.Pool.Waited(0, false)
		s.Connected(true)
		return true
	}
	w := &threadWait{connect: j.asks(s), end: end}
	w.Waiter = w
	w.wait()
	return false
}

// connect is a function that waits for a connection.
type connect struct {
	connections.Wait
	job             *Job
	step            Step
	asked, deadline time.Duration
}

// asks is the beginning of a wait.
func (j *Job) asks(s Step) connect {
	now := j.runtime.Loop.Now()
	return connect{job: j, step: s, asked: now, deadline: now + s.Pool.Timeout()}
}

// over ends a wait: there is a connection, or the timeout has passed.
func (c *connect) over(connected bool) {
	c.step.Pool.Waited(c.job.runtime.Loop.Now()-c.asked, !connected)
	c.step.Connected(connected)
}

// threadWait is a thread that waits for the condition of the pool's queue (util.queue.Queue.get).
type threadWait struct {
	connect
	end eventloop.Runner
}

func (w *threadWait) wait() {
	w.step.Pool.Join(&w.Wait, w.asked)
	loop := w.job.runtime.Loop
	loop.Beside(&w.job.timer, w.deadline-loop.Now(), w)
}

// Woken lets the thread run, as soon as the one that has given its connection back lets it.
func (w *threadWait) Woken() {
	loop := w.job.runtime.Loop
	loop.CancelBeside(&w.job.timer)
	loop.Beside(&w.job.timer, 0, w)
}

// Run is the thread after its wait, whatever ended that: it takes the connection if nobody else has, and otherwise
// waits for what is left of the timeout, last in the queue.
func (w *threadWait) Run() {
	pool := w.step.Pool
	pool.Leave(&w.Wait)
	switch {
	case w.job.aborted:
		pool.Wake()
		return
	case pool.Take():
		w.over(true)
	case w.job.runtime.Loop.Now() >= w.deadline:
		w.over(false)
	default:
		w.wait()
		return
	}
	w.end.Run()
}

// connectOnLoop takes a connection for a coroutine (AsyncAdaptedQueuePool). It reports whether it has one at once.
func (j *Job) connectOnLoop(s Step) bool {
	inTask := s.Pool.Version().WaitsInTask && s.Pool.Exhausted()
	if !inTask && s.Pool.Take() {
		s.Pool.Waited(0, false)
		s.Connected(true)
		return true
	}
	w := &loopWait{connect: j.asks(s)}
	w.Waiter = w
	if inTask {
		w.starting, w.returning, w.cancelling = 1, 2, 4
	} else {
		w.cancelling = 1
	}
	j.runtime.Loop.After(&j.timer, s.Pool.Timeout(), (*waitTimedOut)(w))
	w.after(w.starting, w.look)
	return false
}

// loopWait is a coroutine that awaits the queue of the pool (AsyncAdaptedQueue.get), itself or by a task.
type loopWait struct {
	connect
	ended bool
	// Steps of the loop: until the task runs, from its end to the coroutine, and from the timer's end to the coroutine.
	starting, returning, cancelling int
}

// Woken has the coroutine, or its task, look again in its next step.
func (w *loopWait) Woken() { w.after(1, w.look) }

// look takes a connection, or waits (asyncio.Queue.get).
func (w *loopWait) look() {
	pool := w.step.Pool
	switch {
	case w.ended, w.job.cancelled: // it was woken and cancelled in the same turn (the except clause of Queue.get)
		pool.Wake()
	case pool.Take():
		w.ended = true
		w.job.runtime.Loop.Cancel(&w.job.timer)
		w.after(w.returning, func() { w.goOn(true) })
	default:
		pool.Join(&w.Wait, w.asked)
	}
}

// waitTimedOut is the timer: the coroutine cancels what waits, and goes on when that has ended.
type waitTimedOut loopWait

func (t *waitTimedOut) Run() {
	w := (*loopWait)(t)
	w.ended = true
	w.step.Pool.Leave(&w.Wait)
	w.after(w.cancelling, func() { w.goOn(false) })
}

// goOn continues the coroutine, unless that has been cancelled since.
func (w *loopWait) goOn(connected bool) {
	if w.job.cancelled {
		if connected {
			w.step.Pool.Put()
		}
		return
	}
	w.over(connected)
	(*resume)(w.job).Run()
}

// after calls f in the loop's step after that many, or at once if it is 0.
func (w *loopWait) after(steps int, f func()) {
	if steps == 0 {
		f()
		return
	}
	w.job.runtime.Loop.Soon(eventloop.Func(func() { w.after(steps-1, f) }))
}
