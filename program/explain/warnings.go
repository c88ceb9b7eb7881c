package explain

import (
	"fmt"
	"strings"
)

// warn collects what surprises people.
func (r *Report) warn() {
	for i := range r.Routes {
		route := &r.Routes[i]
		r.warnQueued(i)
		r.warnLoop(route)
		r.warnStream(route)
		r.warnInterpreter(route)
		r.warnKept(route)
	}
	for i := range r.Pools {
		r.warnPool(&r.Pools[i])
	}
}

func (r *Report) add(format string, args ...any) {
	r.Warnings = append(r.Warnings, fmt.Sprintf(format, args...))
}

// short is how much of another request's thread time a request may need and be called short.
const short = 0.1

// warnQueued tells of a route that answers quickly, but needs a thread to do so.
func (r *Report) warnQueued(i int) {
	route, others := &r.Routes[i], 0.0
	for j := range r.Routes {
		if j != i {
			others = max(others, r.Routes[j].longest())
		}
	}
	var tokens []string
	files := false
	for _, s := range route.Stages {
		if s.Place == Nowhere {
			break
		}
		if s.Place == Token {
			tokens = append(tokens, s.Name)
			files = files || s.Name == fileName
		}
	}
	quick := r.Conditions.Terms == Trips && len(tokens) > 0 && !route.queries() && others > 0 && route.Answer <= short*others
	switch {
	case !quick:
	case files:
		r.add("%s sends a file, for which it waits for a thread again and again, as others do, and those take up to %s.",
			route.Route, span(others))
	case !route.async:
		r.add("%s is a def: it waits for a thread as others do, and those take up to %s. An async def does not.",
			route.Route, span(others))
	default:
		r.add("%s is async, but waits for a thread as others do, up to %s each: def dependencies need one (%s).",
			route.Route, span(others), strings.Join(tokens, ", "))
	}
}

// longest is the longest time for which a request of the route keeps one thread.
func (r *Route) longest() float64 {
	longest := 0.0
	for _, s := range r.Stages {
		if s.Place == Token {
			longest = max(longest, s.Time)
		}
	}
	return longest
}

func (r *Route) queries() bool {
	for _, s := range r.Stages {
		if len(s.Asks) > 0 {
			return true
		}
	}
	return false
}

// warnLoop tells of a route that blocks the loop.
func (r *Report) warnLoop(route *Route) {
	for _, c := range route.Ceilings {
		if c.Resource == onLoop {
			r.add("%s blocks the event loop, for %s a request: meanwhile its worker accepts, reads and answers nothing, on any route.",
				route.Route, span(c.Time))
		}
	}
}

// warnKept tells of connections that are held although the answer has been sent.
func (r *Report) warnKept(route *Route) {
	for _, k := range route.kept {
		r.add("%s keeps its connection of %s for %s after its answer: sessions exit after the background tasks.",
			route.Route, k.Resource, span(k.Time))
	}
}

// warnPool tells of a pool with fewer connections than there are threads that ask for one.
func (r *Report) warnPool(p *Pool) {
	threads := r.Conditions.Threads
	asked, longest := false, 0.0
	for _, route := range r.Routes {
		for _, s := range route.Stages {
			for _, a := range s.Asks {
				asked = asked || a.Thread && a.Pool == p.Name
			}
		}
		for _, c := range route.Ceilings {
			if c.Resource == p.Name {
				longest = max(longest, c.Time)
			}
		}
	}
	switch {
	case !asked || threads >= 0 && threads <= p.Connections:
		return
	case threads < 0:
		r.add("pool %s has %s, and any number of threads may wait for one; after %s a request gets a 500.",
			p.Name, counted(p.Connections, "connection"), span(p.Timeout))
		return
	}
	waiting := threads - p.Connections
	wait := float64(waiting) / float64(p.Connections) * longest
	text := fmt.Sprintf("pool %s has %s for %s: up to %d wait for one and do nothing else meanwhile, for some %s",
		p.Name, counted(p.Connections, "connection"), counted(threads, "thread"), waiting, span(wait))
	if wait > p.Timeout {
		r.add("%s. That is longer than its timeout of %s, so requests get a 500 then.", text, span(p.Timeout))
		return
	}
	r.add("%s (after %s they get a 500).", text, span(p.Timeout))
}
