package server

import (
	"time"

	"github.com/target-server/target-server/server/admin"
)

// measures are what [counts] count beyond totals: how requests ended, and how long they took. A nil value measures
// nothing: without the admin address no one asks. The lock of counts guards it.
type measures struct {
	routes   []routeMeasures // the first is for requests without a route
	index    map[string]int  // of the others, by name
	latest   int             // of the one that was asked for last
	refusals admin.Refusals

	poolWaits []histogram // by pool
}

// routeMeasures are the requests of one route.
type routeMeasures struct {
	name              string
	ended             []admin.Ended // in the order in which they occurred first: there are few
	wait, work, total histogram
}

// articleRoute is the route of the article's handler.
const articleRoute = "/"

// newMeasures measures requests of routes, or of the article's handler if there are none.
func newMeasures(routes []routeSums) *measures {
	m := &measures{index: map[string]int{}, routes: make([]routeMeasures, 1, len(routes)+2)}
	for _, r := range routes {
		m.serves(r.Name)
	}
	if len(routes) == 0 {
		m.serves(articleRoute)
	}
	return m
}

func (m *measures) serves(route string) {
	m.index[route] = len(m.routes)
	m.routes = append(m.routes, routeMeasures{name: route})
}

// route is the one of that name. Usually that is the same as before.
func (m *measures) route(name string) *routeMeasures {
	if m.routes[m.latest].name != name {
		m.latest = m.index[name]
	}
	return &m.routes[m.latest]
}

// measure makes the worker measure its requests for [Worker.Metrics]. Call it before Start.
func (w *Worker) measure() {
	w.counts.measures = newMeasures(w.counts.routes)
	w.counts.measures.poolWaits = make([]histogram, len(w.pools))
	for i, p := range w.pools {
		p.OnWaited = func(d time.Duration) { w.counts.waitedForPool(i, d) }
	}
}

// waitedForPool measures how long a function has waited for a connection of a pool.
func (c *counts) waitedForPool(pool int, d time.Duration) {
	c.mu.Lock()
	c.measures.poolWaits[pool].add(d)
	c.mu.Unlock()
}

// answeredByFramework measures a request that the framework or the server has answered by itself.
func (c *counts) answeredByFramework(status int, sent bool) {
	if c.measures == nil {
		return
	}
	o := admin.Answered
	if !sent {
		o, status = admin.ClientLeft, 0
	}
	c.mu.Lock()
	c.measures.routes[0].count(o, status)
	c.mu.Unlock()
}

// handledBy is the route that measures know the request by.
func (r *Request) handledBy() string {
	if r.scripted {
		return r.route()
	}
	return articleRoute
}

// finished is how the request has ended.
func (r *Request) finished(o admin.Outcome) finished {
	f := finished{
		outcome: o, route: r.handledBy(), started: r.Started(), clientLeft: r.clientLeft, overLimit: r.overLimit,
		work: r.ended - r.started, total: r.ended - r.arrived,
	}
	if a := r.exchange.Answer(); a != nil && o != admin.ClientLeft {
		f.status = a.Status
	}
	if r.overLimit {
		f.route = ""
	}
	return f
}

// started measures a request whose handler starts.
func (m *measures) started(route string, wait time.Duration) {
	if m != nil {
		m.route(route).wait.add(wait)
	}
}

// finished measures a request that has ended.
func (m *measures) finished(f finished) {
	if m == nil {
		return
	}
	r := m.route(f.route)
	r.count(f.outcome, f.status)
	switch {
	case f.outcome != admin.Refused:
	case f.overLimit:
		m.refusals.LimitConcurrency++
	default:
		m.refusals.Queue++
	}
	if f.started {
		r.work.add(f.work)
		r.total.add(f.total)
	}
}

// count counts a request that has ended in this way.
func (r *routeMeasures) count(o admin.Outcome, status int) {
	for i := range r.ended {
		if e := &r.ended[i]; e.Status == status && e.Outcome == o {
			e.N++
			return
		}
	}
	r.ended = append(r.ended, admin.Ended{Outcome: o, Status: status, N: 1})
}

// reset forgets all that was measured.
func (m *measures) reset() {
	if m == nil {
		return
	}
	m.refusals = admin.Refusals{}
	clear(m.poolWaits)
	for i := range m.routes {
		m.routes[i] = routeMeasures{name: m.routes[i].name}
	}
}

// read copies the measures into a snapshot.
func (m *measures) read(to *admin.WorkerMetrics) {
	if m == nil {
		return
	}
	to.Refusals = m.refusals
	for i := range m.poolWaits {
		to.PoolWaits = append(to.PoolWaits, *m.poolWaits[i].read())
	}
	for i := range m.routes {
		r := &m.routes[i]
		read := admin.RouteMetrics{Route: r.name, Ended: append([]admin.Ended{}, r.ended...)}
		if i > 0 {
			read.Wait, read.Work, read.Total = r.wait.read(), r.work.read(), r.total.read()
		}
		to.Routes = append(to.Routes, read)
	}
}

// histogram counts durations in the buckets of [admin.Bounds].
type histogram struct {
	counts [admin.Buckets]int64
	sum    float64 // seconds
}

func (h *histogram) add(d time.Duration) {
	h.counts[admin.Bucket(d)]++
	h.sum += d.Seconds()
}

func (h *histogram) read() *admin.Histogram {
	return &admin.Histogram{Counts: append([]int64{}, h.counts[:]...), Sum: h.sum}
}
