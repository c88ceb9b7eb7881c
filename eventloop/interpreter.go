package eventloop

import (
	"math"
	"time"

	"github.com/target-server/target-server/interpreter"
)

// The loop's own thread and those beside it run Python code, for which they need the interpreter's lock. As long as
// nothing computes, all that they run takes no time, and there is no lock. Once something does (Compute, ComputeBeside),
// everything needs it:
//
//   - what a thread does when its time beside the loop has passed, or when it begins;
//   - the loop, after each poll, and after calls within a turn by flavour. Until it has the lock it stands still, while
//     threads go on at their times.

// Compute has the loop's own thread compute for d, in Python, or in C code that keeps the lock. The loop stands still
// meanwhile. Other threads run in between if it is Python that computes.
func (l *Loop) Compute(d time.Duration, keeps bool) {
	l.settle()
	l.takeLock()
	l.stands()
	l.spend(d, keeps)
	l.idleUntil(l.clock.Monotonic())
	l.goesOn()
}

func (l *Loop) spend(d time.Duration, keeps bool) {
	done := false
	w := interpreter.Wish{By: mainThread, For: d, Keeps: keeps, Stays: true, Then: Func(func() { done = true })}
	if l.holds {
		l.lock.GoOn(l.Now(), w)
	} else {
		l.interpreter().Ask(l.Now(), w)
		l.holds = true
	}
	l.letOthersRun() // which only puts them in the queue
	for !done {
		l.standUntil(math.MaxInt64)
	}
}

// ComputeBeside has a thread compute for d, and then run a step, which is for the thread what the step of Beside is. Only
// what runs in that thread may call it. CancelBeside ends the computing.
func (l *Loop) ComputeBeside(t *Timer, thread string, d time.Duration, keeps bool, r Runner) {
	t.target, t.due = r, true
	l.interpreter().Ask(l.Now(), interpreter.Wish{By: thread, For: d, Keeps: keeps, Then: t})
}

// Burn makes the loop really use the processor while it or a thread computes, in real time only. Call it before Run, which
// ends it.
func (l *Loop) Burn() {
	if _, isSystem := l.clock.(SystemClock); isSystem {
		l.burner = interpreter.NewBurner()
	}
}

// ComputeAlone is Beside for the only thread of a process, which computes for d.
func (l *Loop) ComputeAlone(t *Timer, d time.Duration, r Runner) {
	if l.burner != nil {
		l.burner.For(d)
	}
	l.Beside(t, d, r)
}

// Interpreter returns a snapshot of the interpreter's lock, and whether there is one. Any goroutine may call it.
func (l *Loop) Interpreter() (interpreter.Statistics, bool) {
	if lock := l.published.Load(); lock != nil {
		return lock.Statistics(l.Now()), true
	}
	return interpreter.Statistics{}, false
}

// AwaitInterpreter waits until a thread that has nothing to do with the loop has had the interpreter's lock: at once, if
// nothing computes. It returns early if done is closed. Any goroutine but the loop's may call it.
func (l *Loop) AwaitInterpreter(done <-chan struct{}) {
	if s, _ := l.Interpreter(); s.Holder == "" {
		return
	}
	had := make(chan struct{})
	l.posted.Lock()
	if l.posted.ended {
		close(had)
	} else {
		l.posted.calls = append(l.posted.calls, Func(func() { close(had) }))
		l.posted.any.Store(true)
	}
	l.posted.Unlock()
	l.poller.Wake()
	select {
	case <-had:
	case <-done:
	}
}

// takeCalls has those that wait in AwaitInterpreter take the lock.
func (l *Loop) takeCalls() {
	if l.lock == nil {
		return
	}
	l.posted.Lock()
	calls := l.posted.calls
	l.posted.calls = nil
	l.posted.Unlock()
	for _, r := range calls {
		l.enter(l.Now(), r)
	}
}

// mainThread is the name of the loop's own thread.
const mainThread = "MainThread"

// interpreter returns the lock, which exists from its first use.
func (l *Loop) interpreter() *interpreter.Lock {
	if l.lock == nil {
		l.lock = &interpreter.Lock{Random: l.Random, Burner: l.burner}
		l.published.Store(l.lock)
	}
	return l.lock
}

// computing reports whether a thread has the lock, so that others need it.
func (l *Loop) computing() bool { return l.lock != nil && l.lock.Busy() }

// enter runs a step of a thread, as soon as it has the lock.
func (l *Loop) enter(at time.Duration, r Runner) {
	if l.computing() {
		l.lock.Ask(at, interpreter.Wish{By: "thread", Then: r})
		return
	}
	r.Run()
}

// runBeside runs what threads do up to a moment, in the order of time.
func (l *Loop) runBeside(until time.Duration) {
	for {
		next := l.threads.next()
		if l.computing() {
			at, found := l.lock.Next()
			if found && at <= until && (next == nil || at <= next.at) {
				l.lock.Advance()
				continue
			}
		}
		t := l.threads.pop(until)
		if t == nil {
			return
		}
		l.enter(t.at, t)
	}
}

// standUntil sleeps until something happens to a thread, or until a moment, and then runs what threads do.
func (l *Loop) standUntil(until time.Duration) {
	wake := until
	if t := l.threads.next(); t != nil {
		wake = min(wake, t.at)
	}
	now := l.Now()
	if l.computing() {
		l.takeCalls()
		wake = min(wake, now+interpreter.Interval) // for others' calls
		if at, found := l.lock.Next(); found {
			wake = min(wake, at)
		}
	}
	if wake > now {
		l.BeforeWait() // for what threads have logged
		l.clock.Sleep(wake - now)
		now = l.Now()
	}
	l.runBeside(min(now, until))
}

// letGo gives the lock to the next thread, if the loop has it.
func (l *Loop) letGo() {
	if l.holds {
		l.holds = false
		l.lock.Release(l.Now())
	}
}

// takeLock waits until the loop has the lock, if anything computes.
func (l *Loop) takeLock() {
	if l.holds || !l.computing() {
		return
	}
	l.stands()
	l.lock.Ask(l.Now(), interpreter.Wish{By: mainThread, Stays: true, Then: Func(func() { l.holds = true })})
	for !l.holds {
		l.standUntil(math.MaxInt64)
	}
	l.goesOn()
}

// release is how often the loop loses the lock when it lets go of it for a moment: while one thread waits for it, and while
// several do. One that waits alone is woken each time; of several, some are about to wait again.
//
// With one thread, they are what calls of each kind did with CPython 3.11 on two processors. With several, such calls, made one
// at a time, lost the lock up to half as often again; these make requests to Uvicorn and Hypercorn take as long as they do
// while 16 threads compute.
type release struct{ alone, several float64 }

var (
	// momentary is a poll that need not wait, and what lies between two callbacks of libuv.
	momentary = release{0.02, 0.06}
	// glance is a call that asks for an address.
	glance = release{0.12, 0.2}
	// brief is a call that reads or closes.
	brief = release{0.9, 0.3}
	// lengthy is a call that sends, accepts, or writes a line.
	lengthy = release{0.92, 0.5}
)

// yieldLock lets go of the lock for a moment.
func (l *Loop) yieldLock(r release) {
	if l.lock == nil {
		return
	}
	if !l.holds {
		l.takeLock() // a thread that has begun meanwhile may compute
		return
	}
	share := r.several
	switch l.lock.Waiting() {
	case 0:
		return
	case 1:
		share = r.alone
	}
	if l.Random.Float64() < share {
		l.letGo()
		l.takeLock()
	}
}

// accepted lets go of the lock as accepting a connection does. Asyncio calls accept in Python, once more than there are
// connections. Libuv has accepted before its callback needs the lock, but Uvicorn then asks the socket for its addresses.
func (l *Loop) accepted() {
	if l.lock == nil || !l.flavour.OneThread {
		return
	}
	glances := 7
	if l.flavour.CallsYield {
		l.yieldLock(lengthy)
		l.yieldLock(lengthy)
		glances = 5
	}
	for range glances {
		l.yieldLock(glance)
	}
}

// hasRead lets go of the lock as reading does, of which uvloop lets go as asyncio does.
func (l *Loop) hasRead() { l.yieldInOneThread(brief) }

// Printed lets go of the lock as the loop's own thread does when it prints a line.
func (l *Loop) Printed() { l.yieldInOneThread(lengthy) }

// yieldInOneThread lets go of the lock for a moment, where the loop's own thread made the call.
func (l *Loop) yieldInOneThread(r release) {
	if l.flavour.OneThread {
		l.yieldLock(r)
	}
}

// callback is the beginning of something that the loop runs. Libuv lets go of the lock between callbacks.
func (l *Loop) callback() {
	switch {
	case !l.holds:
		l.takeLock()
	case !l.flavour.QueuesEvents:
		l.yieldLock(momentary)
	}
}

// wait waits for events, without the lock.
func (l *Loop) wait(timeout time.Duration) ([]Event, error) {
	if !l.holds {
		return l.rest(timeout)
	}
	events, err := l.poller.Wait(0, l.events[:0])
	switch {
	case err != nil || timeout != 0 && len(events) == 0 && !l.posted.any.Load():
		l.letGo()
		return l.rest(l.timeout())
	case l.flavour.QueuesEvents:
		l.yieldLock(momentary)
	}
	return events, err
}

// timeoutOfLock is the timeout while something computes; t is the next timer, or nil.
func (l *Loop) timeoutOfLock(t *Timer) time.Duration {
	at, found := l.lock.Next()
	switch {
	case t != nil && (!found || t.at < at):
		at = t.at
	case !found:
		return -1
	}
	return max(0, at-l.Now())
}
