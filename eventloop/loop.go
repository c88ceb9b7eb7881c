package eventloop

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/target-server/target-server/interpreter"
)

// Loop is one worker's main thread. Make it with New.
type Loop struct {
	flavour Flavour
	clock   Clock
	poller  Poller

	ready    queue
	timers   timers    // of the loop itself: asyncio's call_later
	threads  timers    // ends of work in threads
	starting []Runner  // work in threads that has not begun
	streams  []*Stream // by handle
	open     int       // of them
	servers  []*Server
	unsent   []*Stream // have written in this turn, where writes are held
	spare    []*Stream
	events   []Event
	buffer   []byte   // for one read; shared, since a loop reads one socket at a time
	rooms    [][]byte // emptied write buffers, for the next answers
	polled   time.Duration
	yielded  time.Duration // when other goroutines were last let run
	stopped  bool
	turned   []Runner // the steps of a turn that runs in reverse order
	handed   []Runner // what threads have handed over, where that is gathered

	lock      *interpreter.Lock // of the interpreter, from its first use
	published atomic.Pointer[interpreter.Lock]
	holds     bool // the loop has it
	burner    *interpreter.Burner

	// Random is the source of the loop's random decisions. The default gives the same run each time;
	// set it before Run to get another.
	Random *rand.Rand

	// BeforeWait is called before the loop waits or blocks. Log writers flush here.
	BeforeWait func()

	// HasRoom reports whether the loop may accept another connection. If not, accept fails with EMFILE,
	// as if the process had no descriptor left. If it is nil, only the system decides. Set it before
	// Run.
	HasRoom func(connections int) bool

	statistics statistics
	pace       *pace // nil unless the loop is paced

	posted struct {
		sync.Mutex
		steps []Runner
		calls []Runner    // of threads that have nothing to do with the loop, but need the interpreter
		any   atomic.Bool // spares the loop the lock when there are none
		ended bool        // set when nothing is accepted any more
	}
}

// New returns a loop of the given flavour.
func New(f Flavour, c Clock, p Poller) *Loop {
	return &Loop{
		flavour: f, clock: c, poller: p, buffer: make([]byte, f.ReadSize),
		BeforeWait: func() {}, Random: rand.New(rand.NewPCG(0, 0)),
	}
}

// Flavour returns the loop's decisions.
func (l *Loop) Flavour() Flavour { return l.flavour }

// Clock returns the loop's clock.
func (l *Loop) Clock() Clock { return l.clock }

// Now returns the loop's monotonic time. If the loop is paced, what it has spent has passed by then.
func (l *Loop) Now() time.Duration {
	now := l.clock.Monotonic()
	if l.pace != nil {
		now = max(now, l.pace.until())
	}
	return now
}

// Polled returns the time of the last poll: the turn's cached clock. It costs
// nothing.
func (l *Loop) Polled() time.Duration { return l.polled }

// Soon runs a step after all that are already runnable: asyncio's call_soon.
func (l *Loop) Soon(r Runner) { l.ready.push(r) }

// After runs a step when d has passed: asyncio's call_later. A timer that is
// already set is set again.
func (l *Loop) After(t *Timer, d time.Duration, r Runner) {
	l.Cancel(t)
	l.timers.add(t, l.in(d), r)
}

// Cancel stops a timer set with After; a stopped one stays stopped.
func (l *Loop) Cancel(t *Timer) {
	l.timers.remove(t)
	t.due = false
}

// Beside runs a step when d has passed, as the end of work that a thread does at the
// same time as the loop. It does not wait for the loop's own timers, and it must pass
// to HandOver what is to be done on the loop.
func (l *Loop) Beside(t *Timer, d time.Duration, r Runner) {
	at := l.polled // work that takes no time is due at the next poll, whatever the clock says
	if d > 0 {
		at = l.in(d)
	}
	l.threads.add(t, at, r)
}

// StartThread runs a step as the beginning of work in a thread: as soon as the loop's own
// thread lets others run. In Python that is when it waits and, on asyncio, at every call
// that sends or closes.
func (l *Loop) StartThread(r Runner) { l.starting = append(l.starting, r) }

// letOthersRun begins the work that StartThread has been given.
func (l *Loop) letOthersRun() {
	for i := 0; i < len(l.starting); i++ { // which may grow
		r := l.starting[i]
		l.starting[i] = nil
		if l.computing() {
			l.enter(l.Now(), r)
		} else {
			r.Run()
		}
	}
	l.starting = l.starting[:0]
}

// CancelBeside stops a timer set with Beside, or what ComputeBeside has begun.
func (l *Loop) CancelBeside(t *Timer) {
	l.threads.remove(t)
	t.due = false
	if l.computing() {
		l.lock.Drop(l.Now(), t)
	}
}

// in is the moment when d will have passed, or the last there is.
func (l *Loop) in(d time.Duration) time.Duration {
	if now := l.Now(); d < math.MaxInt64-now {
		return now + d
	}
	return math.MaxInt64
}

// Block holds the loop: nothing is accepted, read, answered or closed until d
// has passed. Threads go on.
func (l *Loop) Block(d time.Duration) {
	l.letOthersRun()
	l.settle()
	l.stands()
	l.letGo()
	until := l.in(d)
	for l.Now() < until {
		l.standUntil(until)
	}
	l.idleUntil(until)
	l.goesOn()
	l.takeLock()
}

// Post hands a step to the loop from another goroutine. An abandoned loop drops it.
func (l *Loop) Post(r Runner) {
	if l.keep(r) {
		l.poller.Wake()
	}
}

// keep stores a step for the loop's next look, unless the loop has ended.
func (l *Loop) keep(r Runner) bool {
	l.posted.Lock()
	defer l.posted.Unlock()
	if l.posted.ended {
		return false
	}
	l.posted.steps = append(l.posted.steps, r)
	l.posted.any.Store(true)
	return true
}

// Func makes a Runner of a function.
type Func func()

// Run calls the function.
func (f Func) Run() { f() }

// Stop ends Run after the current turn.
func (l *Loop) Stop() { l.stopped = true }

// Run takes turns until Stop is called or polling fails.
func (l *Loop) Run() error {
	l.polled = l.Now()
	if l.burner != nil {
		defer l.burner.Stop()
	}
	for !l.stopped {
		if err := l.turn(); err != nil {
			return fmt.Errorf("event loop: %w", err)
		}
	}
	l.BeforeWait()
	return nil
}

// Abandon closes every socket, as the system does for a process that has ended. The
// loop must not run after that; what is posted to it is dropped.
func (l *Loop) Abandon() {
	l.posted.Lock()
	l.posted.ended, l.posted.steps, l.posted.calls = true, nil, nil
	l.posted.Unlock()
	for _, s := range l.servers {
		_ = s.closeSocket()
	}
	for _, s := range l.streams {
		if s != nil {
			_ = l.poller.Close(s.handle)
		}
	}
	l.servers, l.streams = nil, nil
}

// turn is one round. libuv runs steps, polls, and runs timers before or after;
// asyncio polls, queues events and timers, and runs steps: the same round begun
// at another point, except that its events join the steps.
func (l *Loop) turn() error {
	if !l.flavour.TimersAfterPoll {
		l.runTimers()
	}
	l.runSteps()
	if err := l.poll(); err != nil {
		return err
	}
	l.flush()
	if l.flavour.TimersAfterPoll {
		l.runTimers()
	}
	return nil
}

// runSteps runs what is runnable now. What becomes runnable through that waits for
// the next turn.
func (l *Loop) runSteps() {
	if l.lock != nil && l.ready.count > 0 {
		l.callback()
	}
	if l.flavour.ReversesTurns && l.ready.count > 1 && l.Random.Uint64()&1 == 1 {
		l.runReversed()
	} else {
		for n := l.ready.count; n > 0; n-- {
			l.ready.pop().Run()
		}
	}
	l.flush()
}

// runTimers runs the timers that are due, or queues them after the events.
func (l *Loop) runTimers() {
	if l.timers.next() == nil {
		return
	}
	now := l.Now()
	if t := l.timers.next(); l.lock != nil && t.at <= now {
		l.callback()
	}
	for t := l.timers.pop(now); t != nil; t = l.timers.pop(now) {
		if l.flavour.QueuesEvents {
			l.Soon(t)
		} else {
			t.Run()
		}
	}
}

// poll waits for sockets, timers, threads and posts, and handles what is ready.
func (l *Loop) poll() error {
	l.letOthersRun()
	l.settle()
	timeout, begun := l.timeout(), l.polled
	if timeout != 0 {
		l.BeforeWait()
		l.turnEnded(l.Now() - begun)
	}
	l.yield()
	events, err := l.wait(timeout)
	if err != nil {
		return err
	}
	l.events = events
	l.takePosted()
	if l.polled = l.Now(); timeout == 0 {
		l.turnEnded(l.polled - begun)
	}
	l.runBeside(l.polled)
	for _, e := range events {
		if l.lock != nil {
			l.callback()
		}
		l.dispatch(e)
	}
	return nil
}

// mostWithoutYield is less than the 10 ms after which Go's runtime takes the processor from a goroutine.
const mostWithoutYield = 8 * time.Millisecond

// yield lets other goroutines run now and then. If the loop never did, the runtime would interrupt it with a signal or
// take its processor during a wait, and then check on it every 20 µs: under load 3 % of the processor time, and half
// of it at a few hundred requests a second.
func (l *Loop) yield() {
	if l.polled-l.yielded > mostWithoutYield {
		l.yielded = l.polled
		runtime.Gosched()
	}
}

// timeout is how long polling may wait; below 0 means without limit.
func (l *Loop) timeout() time.Duration {
	if l.ready.count > 0 || l.stopped {
		return 0
	}
	t := l.timers.next()
	if other := l.threads.next(); t == nil || other != nil && other.at < t.at {
		t = other
	}
	if l.computing() {
		return l.timeoutOfLock(t)
	}
	switch {
	case t == nil:
		return -1
	case t.at <= l.polled: // the clock need not be read
		return 0
	}
	return max(0, t.at-l.Now())
}

func (l *Loop) takePosted() {
	if !l.posted.any.Load() {
		return
	}
	l.posted.Lock()
	l.posted.any.Store(false)
	steps := l.posted.steps
	l.posted.steps = nil
	l.posted.Unlock()
	l.takeCalls()
	for _, r := range steps {
		l.HandOver(r)
	}
}

// dispatch calls what is to be done when a socket is ready.
func (l *Loop) dispatch(e Event) {
	for _, s := range l.servers {
		if s.handle == e.Handle {
			l.event((*acceptReady)(s))
			return
		}
	}
	s := l.stream(e.Handle)
	if s == nil {
		return // closed earlier in this turn
	}
	s.hangUp = e.HangUp
	if e.Read && s.input == inputIsRead {
		l.event((*readReady)(s))
	}
	if e.Write && s.draining {
		l.event((*writeReady)(s))
	}
}

// event calls a ready socket's callback, at once or as a step.
func (l *Loop) event(r Runner) {
	if l.flavour.QueuesEvents {
		l.Soon(r)
	} else {
		r.Run()
	}
}

func (l *Loop) stream(h Handle) *Stream {
	if int(h) >= len(l.streams) {
		return nil
	}
	return l.streams[h]
}

func (l *Loop) register(s *Stream) {
	for int(s.handle) >= len(l.streams) {
		l.streams = append(l.streams, nil)
	}
	l.streams[s.handle] = s
	l.opened()
}

// flush sends what the turn's steps have written.
func (l *Loop) flush() {
	if len(l.unsent) == 0 {
		return
	}
	l.unsent, l.spare = l.spare[:0], l.unsent
	for i, s := range l.spare {
		s.queued = false
		s.send()
		l.spare[i] = nil
	}
}

// room returns what to append to: the bytes not yet sent, or an empty buffer.
func (l *Loop) room(out []byte) []byte {
	if last := len(l.rooms) - 1; out == nil && last >= 0 {
		out, l.rooms = l.rooms[last], l.rooms[:last]
	}
	return out
}

// giveBack keeps a few small buffers of answers that have been sent.
func (l *Loop) giveBack(b []byte) {
	if len(l.rooms) < 64 && cap(b) <= 4096 {
		l.rooms = append(l.rooms, b[:0])
	}
}
