package explain

import (
	"slices"
	"strings"

	"github.com/target-server/target-server/program"
)

const (
	pingTimeout   = 5.0   // seconds: Uvicorn's supervisor kills a worker that does not answer for so long (timeout_worker_healthcheck)
	arbiter       = 30.0  // seconds: gunicorn's --timeout
	switchSeconds = 0.005 // sys.getswitchinterval()
)

// noticeable is how long a request computes before others notice it.
const noticeable = 4 * switchSeconds

// warnInterpreter tells of a route that computes in threads, and of one that stops every thread.
func (r *Report) warnInterpreter(route *Route) {
	if route.keeps >= noticeable {
		r.add("%s keeps the interpreter's lock for %s: every thread of its worker stops meanwhile, the event loop too.",
			route.Route, span(route.keeps))
	}
	r.warnKilled(route)
	loop := 0.0
	for _, c := range route.Ceilings {
		if c.Resource == onLoop {
			loop = c.Time
		}
	}
	if route.computes < noticeable || loop >= route.computes || r.Conditions.Terms == OneThread {
		return
	}
	victim := "whatever else is asked for"
	if i := slices.IndexFunc(r.Routes, func(other Route) bool { return other.quick() }); i >= 0 {
		victim = r.Routes[i].Route
	}
	r.add("%s computes for %s in a thread. While N of them do so at once, each turn of the event loop waits for up to N × 5ms, and"+
		" so does %s.", route.Route, span(route.computes), victim)
}

// quick reports whether a route needs nothing but the loop, and that for a moment, as health checks do.
func (r *Route) quick() bool {
	return r.computes+r.keeps == 0 && r.Answer < noticeable &&
		!slices.ContainsFunc(r.Stages, func(s Stage) bool { return s.Place == Token })
}

// longestLock is the longest gil step of a path, apart from one in a hundred.
func longestLock(way *path) float64 {
	order := &lister{}
	walk(way, order, struct{}{})
	longest := 0.0
	for _, st := range order.stages {
		longest = max(longest, longestLockOf(st.steps))
	}
	return longest
}

func longestLockOf(steps []program.Step) float64 {
	const almostAll = 0.99
	longest := 0.0
	for _, s := range steps {
		if s.Kind == program.GIL {
			longest = max(longest, s.For.Quantile(almostAll).Seconds())
		}
		longest = max(longest, longestLockOf(s.Do))
	}
	return longest
}

// warnKilled tells of a worker that its supervisor takes for dead.
func (r *Report) warnKilled(route *Route) {
	c := r.Conditions
	switch {
	case c.Stack == "uvicorn" && c.Vintage == "current" && c.Workers > 1 && route.lock > pingTimeout:
		r.add("%s keeps the interpreter's lock for longer than the %s for which the supervisor waits for its worker's answer to a"+
			" ping: it kills the worker, and all of the worker's clients get no answer.", route.Route, span(pingTimeout))
	case strings.HasPrefix(c.Stack, "gunicorn") && route.lock > arbiter:
		r.add("%s keeps the interpreter's lock for longer than gunicorn's timeout of %s: the arbiter kills the worker.",
			route.Route, span(arbiter))
	}
}

// warnStream tells of a stream that needs a thread for most of its time.
func (r *Report) warnStream(route *Route) {
	threads := r.Conditions.Threads
	for _, s := range route.Stages {
		if s.Name == "stream" && s.Place == Token && s.Time > 0 && s.Tokens > 0 && threads > 0 {
			r.add("%s is a stream in def: it waits for a thread before each chunk, and has one for %s in all. Beyond %s at once, the"+
				" chunks of all come late. An async one needs no thread.", route.Route, span(s.Time), counted(threads*r.Conditions.Workers, "client"))
		}
	}
}
