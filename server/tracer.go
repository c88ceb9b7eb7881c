package server

import (
	"time"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/trace"
)

// tracer is the Observer that writes a trace for Perfetto. It belongs to the loop's goroutine.
//
// A call or a wait that is over within its turn of the loop is usually not worth a slice, and where a call is to be drawn is
// often known only later in the turn. So what begins is drawn at the end of the turn, or when it ends.
type tracer struct {
	worker *Worker
	to     TraceSink
	trace  *trace.Perfetto
	epoch  time.Duration // by the trace's clock, at 0 of the loop's

	loop                   trace.Track
	requests, queue, tasks *trace.Lanes
	threads                map[int]*tracedThread
	idle                   int // of them
	pools                  []tracedPool

	last    ending        // of a request
	said    []byte        // of that, encoded
	asked   []*Call       // wait for a thread since this turn
	begun   []*Call       // run on the loop since this turn
	waiting []*tracedWait // for a connection since this turn
}

// callTrace is where a call is drawn; 0 where it is not, or not yet.
type callTrace struct {
	request     trace.Track // whose call it is
	waits, runs trace.Track
	over        bool // it will not be drawn any more
	blocks      bool // it is drawn on the loop, as what blocks that
}

// tracedPool are the lanes of one pool.
type tracedPool struct {
	pool             *connections.Pool
	holders, waiters *trace.Lanes
	held             map[int64][]trace.Track // by the request's number
	waits            map[int64]*tracedWait
}

// tracedWait is a request that waits for a connection.
type tracedWait struct {
	id    string
	lanes *trace.Lanes
	track trace.Track
	since time.Duration
	over  bool
}

// The order of the tracks below a process. A thread comes after the loop, by its number.
const (
	rankRequests = iota + 1
	rankQueue
	rankTasks
	rankPools
	rankLoop = 1
)

// shortestWait is the shortest wait that is drawn although it began in the same turn.
const shortestWait = time.Millisecond

func newTracer(w *Worker, to TraceSink, p *trace.Perfetto, epoch time.Duration) *tracer {
	t := &tracer{worker: w, to: to, trace: p, epoch: epoch, threads: map[int]*tracedThread{}}
	t.loop = p.Thread(processID, "event loop", rankLoop)
	t.requests = p.Lanes(p.Process(), "requests", rankRequests)
	t.queue = p.Lanes(p.Process(), "waiting for a thread", rankQueue)
	t.tasks = p.Lanes(p.Process(), "tasks on the loop", rankTasks)
	for i, pool := range w.pools {
		t.pools = append(t.pools, tracedPool{
			pool:    pool,
			holders: p.Lanes(p.Process(), "connections of "+pool.Name(), rankPools+2*i),
			waiters: p.Lanes(p.Process(), "waiting for a connection of "+pool.Name(), rankPools+2*i+1),
			held:    map[int64][]trace.Track{}, waits: map[int64]*tracedWait{},
		})
	}
	return t
}

// What slices and moments say, by the names of a row's columns.
const (
	keyID trace.Key = iota
	keyRoute
	keyFunction
	keyWait
	keyWork
	keyWorker
	keyNumber
	keyThreadNumber
	keyOutcome
	keyStatus
	keyClientLeft
	keyTarget
	keyConnected
)

func traceKeys() []string {
	return []string{"id", "route", "function", "wait", "work", "worker", "number", "thread_number", "outcome", "status", "client_left", "target", "connected"}
}

// at converts a time of the loop's clock.
func (t *tracer) at(loop time.Duration) time.Duration { return t.epoch + loop }

func (t *tracer) now() time.Duration { return t.worker.loop.Now() }

// Arrived implements Observer. A request that comes while the trace is not ready for it is not traced at all.
func (t *tracer) Arrived(r *Request) {
	if r.untraced = !t.to.Ready(); r.untraced {
		t.to.Lost(1)
		return
	}
	call := callOf(&r.Job)
	call.trace.request = t.requests.Take(r.arrived)
	t.trace.Instant(t.loop, t.at(r.arrived), "arrival")
	t.trace.Flow(t.trace.NewFlow(uint64(call.Request)))
	t.trace.Begin(call.trace.request, t.at(r.arrived), r.exchange.Method(), " ", short(r.exchange.Target(), longestShown))
	t.trace.Correlate(t.trace.NewFlow(uint64(call.Request)))
	t.trace.Text(keyID, r.id)
}

// functionName is what a call is called.
func functionName(c *Call) string {
	if c.Function == "" {
		return "handler"
	}
	return c.Function
}

// Asked implements Observer.
func (t *tracer) Asked(c *Call) {
	if c.trace.over {
		return
	}
	t.asked = append(t.asked, c)
}

// waits draws the wait of a call for its thread.
func (t *tracer) waits(c *Call) {
	from := max(c.Asked, c.Arrived) // the loop may know only the beginning of its turn
	c.trace.waits = t.queue.Take(from)
	t.trace.Begin(c.trace.waits, t.at(from), short(c.ID, longestShown))
	t.call(c)
}

// begin draws the beginning of a call.
func (t *tracer) begin(on trace.Track, c *Call) {
	t.trace.Begin(on, t.at(c.Began), functionName(c), withID(c))
	t.call(c)
}

// withID is the id of a call's request at the end of a name.
func withID(c *Call) string {
	if c.ID == "" {
		return ""
	}
	return " " + short(c.ID, longestShown)
}

// call adds what is known of a call.
func (t *tracer) call(c *Call) {
	t.trace.Flow(t.trace.NewFlow(uint64(c.Request)))
	t.trace.Text(keyID, c.ID)
	if c.Function != "" {
		t.trace.Text(keyFunction, c.Function)
	}
	if c.Route != "" {
		t.trace.Text(keyRoute, c.Route)
	}
}

// Began implements Observer.
func (t *tracer) Began(c *Call) {
	if c.trace.over {
		return
	}
	t.stopWaiting(c, c.Began)
	if c.Thread == modes.MainThread {
		t.begun = append(t.begun, c)
		return
	}
	thread := t.thread(c.Thread)
	thread.busy = true
	t.idle--
	c.trace.runs = thread.track
	t.begin(thread.track, c)
}

// stopWaiting ends the wait for a thread.
func (t *tracer) stopWaiting(c *Call, at time.Duration) {
	if c.trace.waits == 0 && c.Thread != modes.MainThread && at-c.Asked >= shortestWait {
		t.waits(c)
	}
	if c.trace.waits != 0 {
		t.trace.End(c.trace.waits, t.at(at))
		t.queue.Put(c.trace.waits, at)
		c.trace.waits = 0
	}
}

// Ended implements Observer.
func (t *tracer) Ended(c *Call) {
	if c.trace.over {
		return
	}
	c.trace.over = true
	onLoop := c.Thread == modes.MainThread
	if onLoop && c.trace.runs == 0 {
		if c.trace.blocks {
			return
		}
		t.task(c)
	}
	t.trace.End(c.trace.runs, t.at(c.Ended))
	if onLoop {
		t.tasks.Put(c.trace.runs, c.Ended)
	} else if thread := t.threads[c.Thread.Number]; thread != nil {
		thread.busy = false
		t.idle++
	}
}

// task draws a coroutine.
func (t *tracer) task(c *Call) {
	c.trace.runs = t.tasks.Take(c.Began)
	t.begin(c.trace.runs, c)
}

// Dropped implements Observer.
func (t *tracer) Dropped(c *Call) {
	if !c.trace.over {
		c.trace.over = true
		t.stopWaiting(c, t.now())
	}
}

// Blocks implements Observer.
func (t *tracer) Blocks(c *Call, begins bool) {
	if c != nil && c.trace.over {
		return
	}
	if !begins {
		t.trace.End(t.loop, t.at(t.now()))
		return
	}
	if c == nil || c.ID == "" && c.Function == "" {
		t.trace.Begin(t.loop, t.at(t.now()), "blocked")
		return
	}
	c.trace.blocks = true
	t.trace.Begin(t.loop, t.at(t.now()), "blocked: ", functionName(c), withID(c))
	t.call(c)
}

// ClientLeft implements Observer.
func (t *tracer) ClientLeft(r *Request) {
	if !r.untraced {
		t.trace.Instant(callOf(&r.Job).trace.request, t.at(t.now()), "client left")
	}
}

// Finished implements Observer.
func (t *tracer) Finished(r *Request, row *journal.Row) {
	if r.untraced {
		return
	}
	now, call := max(r.ended, t.worker.loop.Polled()), callOf(&r.Job) // in this turn, after the handler
	if row.Status != 0 {
		t.trace.Instant(t.loop, t.at(now), "answer")
		t.trace.Flow(t.trace.NewFlow(uint64(call.Request)))
		t.trace.Int(keyStatus, row.Status)
	}
	t.trace.End(call.trace.request, t.at(now))
	t.requests.Put(call.trace.request, now)
	t.describe(row)
	t.handOverIfLong()
}

// describe adds a row's values.
func (t *tracer) describe(row *journal.Row) {
	t.trace.Seconds(keyWait, row.Wait)
	t.trace.Seconds(keyWork, row.Work)
	if row.Number > 0 {
		t.trace.Int(keyNumber, row.Number)
		t.trace.Int(keyThreadNumber, row.ThreadNumber)
	}
	if row.Route != "" {
		t.trace.Text(keyRoute, row.Route)
	}
	end := ending{row.Outcome, row.Status, row.ClientLeft}
	if t.last != end || t.said == nil {
		t.last, t.said = end, t.trace.Said(func() {
			t.trace.Int(keyWorker, processID)
			t.trace.Text(keyOutcome, string(row.Outcome))
			t.trace.Int(keyStatus, row.Status)
			t.trace.Bool(keyClientLeft, row.ClientLeft)
		})
	}
	t.trace.Say(t.said)
}

// ending is what many requests have in common.
type ending struct {
	outcome    admin.Outcome
	status     int
	clientLeft bool
}

// unheld notes an answer of the framework or the server itself, which never reached the program.
func (t *tracer) unheld(e http1.Exchange, row *journal.Row) {
	if !t.to.Ready() {
		t.to.Lost(1)
		return
	}
	name := "answer"
	if row.Outcome == admin.ClientLeft {
		name = "client left"
	}
	t.trace.Instant(t.loop, t.at(t.now()), name)
	t.trace.Int(keyStatus, row.Status)
	t.trace.Text(keyTarget, e.Target())
	t.handOverIfLong()
}

// handOverAfter is how many bytes are kept in a turn.
const handOverAfter = 32 << 10

func (t *tracer) handOverIfLong() {
	if t.trace.Len() > handOverAfter {
		t.handOver()
	}
}

// flush draws what goes on beyond this turn, and hands over what there is. A call that has ended in this turn may be another's
// by now, or no one's.
func (t *tracer) flush() {
	for _, c := range t.asked {
		if !c.trace.over && c.Thread == nil && c.trace.waits == 0 && c.Request > 0 {
			t.waits(c)
		}
	}
	for _, c := range t.begun {
		if !c.trace.over && c.Thread == modes.MainThread && c.trace.runs == 0 && !c.trace.blocks {
			t.task(c)
		}
	}
	for _, w := range t.waiting {
		if !w.over {
			t.connecting(w)
		}
	}
	clear(t.asked)
	clear(t.begun)
	clear(t.waiting)
	t.asked, t.begun, t.waiting = t.asked[:0], t.begun[:0], t.waiting[:0]
	t.handOver()
}

func (t *tracer) handOver() {
	if t.trace.Len() > 0 {
		t.to.Write(t.trace.Take())
	}
}
