package server

import (
	"net/http"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// processID is this process: a system call for each request would cost as much as what is counted.
var processID = os.Getpid()

// sums are the totals and gauges that admin.Statistics defines, and that balance as it says.
type sums struct {
	accepted, held, started, answered, refused, cancelled, left int64
	begun                                                       int64 // of those held, the ones whose handler has started
	busy, peak, zombies, lasting                                int
}

// of returns the total that counts an outcome.
func (s *sums) of(o admin.Outcome) *int64 {
	switch o {
	case admin.Refused:
		return &s.refused
	case admin.Cancelled:
		return &s.cancelled
	case admin.ClientLeft:
		return &s.left
	default:
		return &s.answered
	}
}

// restart zeroes the totals and keeps the gauges.
func (s *sums) restart() {
	*s = sums{
		accepted: s.held, held: s.held, started: s.begun, begun: s.begun,
		busy: s.busy, peak: s.busy, zombies: s.zombies, lasting: s.lasting,
	}
}

// counts are the sums since the start or the last reset. Only the loop counts. Any goroutine may read them, also while
// the loop is blocked, and always finds them balanced.
type counts struct {
	mu sync.Mutex
	sums
	routes   []routeSums    // of the program that a file describes
	index    map[string]int // of the routes, by name
	measures *measures      // nil without the admin address
}

// serves notes a route of the program.
func (c *counts) serves(name string) {
	if c.index == nil {
		c.index = map[string]int{}
	}
	c.index[name] = len(c.routes)
	c.routes = append(c.routes, routeSums{Route: admin.Route{Name: name}})
}

// routeSums are the totals of a route.
type routeSums struct {
	admin.Route
	begun int64 // of those held, the ones whose handler has started
}

// route is the totals of a route, or nil if it is none of the program's.
func (c *counts) route(name string) *routeSums {
	if name == "" || len(c.routes) == 0 {
		return nil
	}
	if i, known := c.index[name]; known {
		return &c.routes[i]
	}
	return nil
}

// accept counts a request at its first step. route is that of a program, or empty.
func (c *counts) accept(route string) {
	c.mu.Lock()
	c.accepted++
	c.held++
	if r := c.route(route); r != nil {
		r.Accepted++
		r.Held++
	}
	c.mu.Unlock()
}

// functionStarted counts a function that starts, and the handler if it is the first of its request: it has waited.
func (c *counts) functionStarted(first bool, route string, waited time.Duration) {
	c.mu.Lock()
	if first {
		c.started++
		c.begun++
		if r := c.route(route); r != nil {
			r.Started++
			r.begun++
		}
		c.measures.started(route, waited)
	}
	c.busy++
	c.peak = max(c.peak, c.busy)
	c.mu.Unlock()
}

// functionStopped counts a function that no longer runs.
func (c *counts) functionStopped() {
	c.mu.Lock()
	c.busy--
	c.mu.Unlock()
}

// lasts counts, by 1 or -1, requests that go on after their answer.
func (c *counts) lasts(n int) {
	c.mu.Lock()
	c.lasting += n
	c.mu.Unlock()
}

// clientLeft counts a request that is held for a client that has left.
func (c *counts) clientLeft() {
	c.mu.Lock()
	c.zombies++
	c.mu.Unlock()
}

// finished is how a request has ended.
type finished struct {
	outcome     admin.Outcome
	status      int    // of its answer, 0 if none was sent
	route       string // of a program; articleRoute for the article's handler; empty if it was refused before
	started     bool   // its handler
	clientLeft  bool   // and was counted by counts.clientLeft
	overLimit   bool   // it was refused because of --limit-concurrency
	work, total time.Duration
}

// finish counts the end of a request.
func (c *counts) finish(f finished) {
	c.mu.Lock()
	defer c.mu.Unlock()
	o := f.outcome
	if r := c.route(f.route); r != nil {
		r.Held--
		*r.Of(o)++
		if o == admin.Answered && f.status >= http.StatusInternalServerError {
			r.Errors++
		}
		if f.started {
			r.begun--
		}
	}
	c.held--
	*c.of(o)++
	if f.started {
		c.begun--
	}
	if f.clientLeft {
		c.zombies--
	}
	c.measures.finished(f)
}

// reset zeroes the totals and keeps the gauges.
func (c *counts) reset() {
	c.mu.Lock()
	c.restart()
	for i := range c.routes {
		r := &c.routes[i]
		r.Route = admin.Route{Name: r.Name, Accepted: r.Held, Held: r.Held, Started: r.begun}
	}
	c.measures.reset()
	c.mu.Unlock()
}

func (c *counts) read() (sums, []admin.Route) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var routes []admin.Route
	for _, r := range c.routes {
		routes = append(routes, r.Route)
	}
	return c.sums, routes
}

// Statistics returns a snapshot. Any goroutine may call it.
func (w *Worker) Statistics() admin.Statistics {
	l := w.runtime.Limiter.Statistics(w.loop.Now())
	s, routes := w.counts.read()
	var address string
	if listens := w.address.Load(); listens != nil {
		address = *listens
	}
	_, paused := w.pause.since()
	return admin.Statistics{
		Worker: processID, Number: w.number, Address: address,
		Limit: l.Limit, Borrowed: l.Borrowed, Busy: s.busy, Waiting: l.Waiting, Peak: max(l.Peak, s.peak), Lasting: s.lasting,
		LongestWait: l.LongestWait.Seconds(), Zombies: s.zombies,
		Paused: paused, Holding: w.runtime.Gate.IsShut(),
		Accepted: s.accepted, Held: s.held, Started: s.started, Answered: s.answered,
		Pace: w.cfg.Pace, PaceScale: w.meter.Scale(),
		Refused: s.refused, Cancelled: s.cancelled, Left: s.left, Goroutines: runtime.NumGoroutine(),
		Routes: routes, Pools: w.poolStatistics(), Interpreter: w.interpreterStatistics(),
	}
}

// interpreterStatistics are those of the interpreter's lock, or nil if it was never used.
func (w *Worker) interpreterStatistics() *admin.Interpreter {
	s, used := w.loop.Interpreter()
	if !used {
		return nil
	}
	return &admin.Interpreter{Held: s.Held.Seconds(), Holder: s.Holder, Keeps: s.Keeps, Wanted: s.Waiting}
}

// poolStatistics are those of the program's connection pools.
func (w *Worker) poolStatistics() []admin.Pool {
	var all []admin.Pool
	for _, p := range w.pools {
		s := p.Statistics(w.loop.Now())
		all = append(all, admin.Pool{
			Name: p.Name(), Size: s.Size, Overflow: s.Overflow, InUse: s.InUse, Waiting: s.Waiting,
			Peak: s.Peak, Timeouts: s.Timeouts, LongestWait: s.LongestWait.Seconds(),
		})
	}
	return all
}
