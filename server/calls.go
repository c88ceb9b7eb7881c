package server

import (
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/journal"
)

// Call is one call of a function for a request, with the wait for its thread. The article's handler is one call; a
// program that a file describes makes several for a request. Times are of the loop's clock.
type Call struct {
	Request  int64  // the request's number, counted from 1 in each worker
	ID       string // of the request, as reports call it
	Route    string // of a program that a file describes
	Function string // what it is in such a program: "handler", "dependency session"
	Arrived  time.Duration
	Asked    time.Duration
	Began    time.Duration // set once Thread is
	Ended    time.Duration // set once it is over
	Thread   *modes.Thread // nil while it waits for one

	trace          callTrace     // if there is one
	asked          bool          // Asked is set
	left           bool          // the client
	outcome        admin.Outcome // of the request, once it has ended
	lane           *thread       // while it runs in a thread
	spare          bool          // its request is over
	block          bool          // it is the time for which a call has blocked the loop
	previous, next *Call         // in the list of tasks
}

// Observer is told of the requests of one worker what happens to them, when it happens. Its methods are called by the
// loop's goroutine and must not block it. A Call may become another's once its request has ended.
type Observer interface {
	Arrived(*Request)       // it reaches the program, or is refused before
	Asked(*Call)            // a call begins or, if it is for a thread, may have to wait for one
	Began(*Call)            // it runs
	Ended(*Call)            // it has returned, or was ended
	Dropped(*Call)          // it will not run: its request was cancelled or refused while it waited
	Blocks(c *Call, b bool) // it begins to block the loop, or stops doing so; c is nil if that is not known
	ClientLeft(*Request)
	Finished(*Request, *journal.Row)
	// Asks, Connected and Returned are about a connection of a pool. Connected is told false if the request has waited for
	// it in vain.
	Asks(*Request, *connections.Pool)
	Connected(*Request, *connections.Pool, bool)
	Returned(*Request, *connections.Pool)
}

// calls are the calls of a worker: those that wait, run, or have ended just now. Only the loop writes to them. Any
// goroutine may read them, also while the loop is blocked. A nil *calls notes nothing, because no one can see it.
type calls struct {
	now      func() time.Duration
	observer Observer // or nil
	requests int64    // so far
	spare    []*Call  // to be used again

	mu       sync.Mutex
	threads  map[int]*thread // by number
	idle     int             // of them
	tasks    callList        // that run on the loop
	ended    []*Call         // a ring of the last ones, blocks included: the one with number n is at n modulo its size
	sequence int64           // how many have ended
	blocking *Call           // what blocks the loop, or nil
	blocked  time.Duration   // since when
	pools    []poolCalls
}

// thread is what is known of one thread.
type thread struct {
	name string
	runs *Call         // or nil
	idle time.Duration // since when, if it runs nothing
}

// poolCalls are the requests that hold a connection of a pool, and those that wait for one, from the oldest on.
type poolCalls struct {
	pool             *connections.Pool
	holders, waiters []poolCall
}

// poolCall is a request's claim on a connection.
type poolCall struct {
	request   int64
	id, route string
	since     time.Duration
}

// Observed makes the worker keep account of its calls, for [Worker.Live] and, unless it is nil, for an observer. Call it
// before Start.
func (w *Worker) Observed(by Observer) {
	w.calls = &calls{
		now: w.loop.Now, observer: by, threads: map[int]*thread{}, ended: make([]*Call, admin.MostLive),
	}
	for _, p := range w.pools {
		w.calls.pools = append(w.calls.pools, poolCalls{pool: p})
	}
	w.runtime.Blocks = w.calls.blocks
}

// tells reports whether there is an observer.
func (c *calls) tells() bool { return c != nil && c.observer != nil }

// clock is the time, if calls are noted.
func (c *calls) clock() time.Duration {
	if c == nil {
		return 0
	}
	return c.now()
}

// arrived notes a request.
func (c *calls) arrived(r *Request) {
	if c == nil {
		return
	}
	call := c.unused()
	c.requests++
	call.Request, call.ID, call.Route, call.Arrived = c.requests, r.id, r.route(), r.arrived
	r.Tag = call
	if c.observer != nil {
		c.observer.Arrived(r)
	}
}

// unused is a call without values, if possible one that was used before.
func (c *calls) unused() *Call {
	last := len(c.spare) - 1
	if last < 0 {
		return &Call{}
	}
	call := c.spare[last]
	c.spare = c.spare[:last]
	return call
}

// call notes that a request calls a function. It needs no lock: other goroutines see the call only under that of the
// limiter's queue or, once it has begun, under that of the calls.
func (c *calls) call(r *Request, function string, at time.Duration) {
	if c == nil {
		return
	}
	call := callOf(&r.Job)
	if call.asked { // by an earlier function
		call = &Call{Request: call.Request, ID: call.ID, Route: call.Route, Arrived: call.Arrived, left: call.left, trace: callTrace{request: call.trace.request}}
		r.Tag = call
	}
	call.Function, call.Asked, call.asked, call.trace.over = function, at, true, r.untraced
	if c.observer != nil {
		c.observer.Asked(call)
	}
}

// callOf is the latest call of a request's job. It is nil for no job, and for one whose calls are not noted.
func callOf(j *modes.Job) *Call {
	if j == nil {
		return nil
	}
	call, _ := j.Tag.(*Call)
	return call
}

// begin notes that a request's call runs.
func (c *calls) begin(r *Request, t *modes.Thread, at time.Duration) {
	if c == nil {
		return
	}
	call := callOf(&r.Job)
	c.mu.Lock()
	call.Thread, call.Began = t, at
	if t == modes.MainThread {
		c.tasks.push(call)
	} else {
		call.lane = c.thread(t.Number, t.Name)
		call.lane.runs = call
		c.idle--
	}
	c.mu.Unlock()
	if c.observer != nil {
		c.observer.Began(call)
	}
}

// thread is the thread of that number and name. Threads that are idle are forgotten when there are many: where each
// connection has a new thread, they are numbered without end. The caller holds the lock.
func (c *calls) thread(number int, name string) *thread {
	t := c.threads[number]
	if t != nil {
		return t
	}
	if c.idle > admin.MostLive {
		maps.DeleteFunc(c.threads, func(_ int, t *thread) bool { return t.runs == nil })
		c.idle = 0
	}
	t = &thread{name: name}
	c.threads[number] = t
	c.idle++
	return t
}

// end notes that a request's call is over.
func (c *calls) end(r *Request, at time.Duration) {
	if c == nil {
		return
	}
	call := callOf(&r.Job)
	if call.Thread == nil || call.Ended > 0 {
		return
	}
	c.mu.Lock()
	call.Ended = at
	if call.lane == nil {
		c.tasks.remove(call)
	} else {
		call.lane.runs, call.lane.idle = nil, at
		call.lane = nil
		c.idle++
	}
	c.push(call)
	c.mu.Unlock()
	if c.observer != nil {
		c.observer.Ended(call)
	}
}

// push adds a call that has ended, or a time for which one has blocked the loop. The caller holds the lock.
func (c *calls) push(call *Call) {
	place := &c.ended[c.sequence%int64(len(c.ended))]
	if old := *place; old != nil && old.spare && len(c.spare) < maxFree {
		*old = Call{}
		c.spare = append(c.spare, old)
	}
	*place = call
	c.sequence++
}

// blocks notes that a job begins to block the loop, or stops doing so.
func (c *calls) blocks(j *modes.Job, begins bool) {
	c.mu.Lock()
	call := c.blocking
	if begins {
		call = callOf(j)
		c.blocking, c.blocked = call, c.now()
	} else {
		c.blocking = nil
		c.pushBlock(call)
	}
	c.mu.Unlock()
	if c.observer != nil {
		c.observer.Blocks(call, begins)
	}
}

// drop notes that a request is cancelled, which may wait for a thread, or for its first step.
func (c *calls) drop(r *Request) {
	if call := callOf(&r.Job); c.tells() && call != nil && call.Thread == nil && call.asked {
		c.observer.Dropped(call)
	}
}

// pushBlock adds the time for which a call has blocked the loop until now. The caller holds the lock.
func (c *calls) pushBlock(by *Call) {
	if by == nil {
		return
	}
	block := c.unused()
	*block = Call{
		Request: by.Request, ID: by.ID, Route: by.Route, Function: by.Function, Arrived: by.Arrived, Asked: by.Asked,
		Began: c.blocked, Ended: c.now(), Thread: modes.MainThread, left: by.left, block: true, spare: true,
	}
	c.push(block)
}

// clientLeft notes that the client of a request has left.
func (c *calls) clientLeft(r *Request) {
	if c == nil {
		return
	}
	c.mu.Lock()
	callOf(&r.Job).left = true
	c.mu.Unlock()
	if c.observer != nil {
		c.observer.ClientLeft(r)
	}
}

// finish notes what became of a request. If it is over, nothing else notes anything of it.
func (c *calls) finish(r *Request, o admin.Outcome, over bool) {
	if c == nil {
		return
	}
	call := callOf(&r.Job)
	c.mu.Lock()
	call.outcome, call.spare = o, over
	c.mu.Unlock()
	c.drop(r)
}

// pool is what is known of a pool. The caller holds the lock.
func (c *calls) pool(p *connections.Pool) *poolCalls {
	return &c.pools[slices.IndexFunc(c.pools, func(known poolCalls) bool { return known.pool == p })]
}

// Asks notes that a function of the request asks for a connection.
func (r *Request) Asks(p *connections.Pool) {
	c := r.worker.calls
	if c == nil {
		return
	}
	c.mu.Lock()
	at := c.pool(p)
	at.waiters = append(at.waiters, poolCall{request: r.Serial(), id: r.id, route: r.route(), since: c.now()})
	c.mu.Unlock()
	if c.observer != nil {
		c.observer.Asks(r, p)
	}
}

// Connected notes that a function of the request has got its connection, or has waited for it in vain.
func (r *Request) Connected(p *connections.Pool, ok bool) {
	c := r.worker.calls
	if c == nil {
		return
	}
	c.mu.Lock()
	at := c.pool(p)
	claim := at.claim(&at.waiters, r.Serial())
	if ok {
		claim.since = c.now()
		at.holders = append(at.holders, claim)
	}
	c.mu.Unlock()
	if c.observer != nil {
		c.observer.Connected(r, p, ok)
	}
}

// Returned notes that a function or session of the request has given its connection back, or no longer waits for one.
func (r *Request) Returned(p *connections.Pool) {
	c := r.worker.calls
	if c == nil {
		return
	}
	c.mu.Lock()
	at := c.pool(p)
	at.claim(&at.holders, r.Serial())
	c.mu.Unlock()
	if c.observer != nil {
		c.observer.Returned(r, p)
	}
}

// claim takes a request's oldest claim out of one of the lists.
func (p *poolCalls) claim(list *[]poolCall, request int64) poolCall {
	i := slices.IndexFunc(*list, func(c poolCall) bool { return c.request == request })
	if i < 0 {
		return poolCall{request: request}
	}
	claim := (*list)[i]
	*list = slices.Delete(*list, i, i+1)
	return claim
}

// callList is a list of calls, from which any can be taken.
type callList struct {
	first, last *Call
	n           int
}

func (l *callList) push(c *Call) {
	c.previous, c.next = l.last, nil
	if l.last == nil {
		l.first = c
	} else {
		l.last.next = c
	}
	l.last = c
	l.n++
}

func (l *callList) remove(c *Call) {
	if c.previous == nil {
		l.first = c.next
	} else {
		c.previous.next = c.next
	}
	if c.next == nil {
		l.last = c.previous
	} else {
		c.next.previous = c.previous
	}
	c.previous, c.next = nil, nil
	l.n--
}
