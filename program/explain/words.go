package explain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/target-server/target-server/limiter"
)

// verdict composes the sentence: the program's lowest ceiling, and how it may stand still.
func (r *Report) verdict() string {
	var lowest *Route
	for i := range r.Routes {
		route := &r.Routes[i]
		if len(route.Ceilings) > 0 && (lowest == nil || route.Ceilings[0].Rate < lowest.Ceilings[0].Rate) {
			lowest = route
		}
	}
	text := r.Program + ": no ceiling in this model"
	if lowest != nil {
		text = r.Program + ": lowest ceiling " + lowest.headline()
	}
	if len(r.CircularWaits) > 0 {
		text += "; " + r.CircularWaits[0].headline(r.Conditions)
	}
	return text
}

// headline names the ceiling, and what it is of.
func (r *Route) headline() string {
	c := r.Ceilings[0]
	if r.Outrun != OutrunAlways {
		return fmt.Sprintf("%s, %s (%s)", rate(c.Rate), r.Route, c.name())
	}
	text := fmt.Sprintf("%s, %s of %s (%s; answers go on above that", rate(c.Rate), r.follows, r.Route, c.name())
	if len(r.Answers) > 0 {
		text += ", " + r.answersAlone()
	}
	return text + ")"
}

// headline says from how many requests on the program may stand still. Measured on the real server, with 60 and with 100
// requests at once for some seconds: first in, first out, it stood still again and again in eight runs of eight; last in,
// first out, in two of eight, once, at the start. Of single bursts some stood still in either order.
func (w CircularWait) headline(c Conditions) string {
	n := counted(w.Requests, "request")
	switch {
	case w.Until == 0:
		return fmt.Sprintf("requests may fail from %s at once in one worker on", n)
	case !w.Threads || c.Terms == OneThread:
		return fmt.Sprintf("may stand still from %s at once in one worker on", n)
	case c.Order == limiter.FIFO:
		return fmt.Sprintf("may stand still, again and again, from %s at once in one worker on", n)
	}
	return fmt.Sprintf("may, rarely, stand still: in a burst of %s at once or more in one worker", n)
}

// words describe a circular wait: who holds what, until when, and how it ends.
func (w CircularWait) words(c Conditions) string {
	var groups []string
	for _, g := range w.Holders {
		groups = append(groups, g.words())
	}
	text := fmt.Sprintf("From %s at once in one worker on: %s. ", counted(w.Requests, "request"), strings.Join(groups, "; "))
	if w.Until == 0 {
		return text + fmt.Sprintf("Nothing stands still, since the timeout of %s is 0: the wait fails at once, with a 500.", w.Pool)
	}
	text += fmt.Sprintf("All of these stand still until one has waited %s, the timeout of %s; it gets a TimeoutError, so a 500.",
		span(w.Until), w.Pool)
	switch {
	case !w.Threads || c.Terms == OneThread:
		return text
	case c.Order == limiter.FIFO:
		return text + " First in, first out, more requests than that stall as a rule, and again after each timeout; whatever" +
			" else needs a thread waits as well."
	}
	return text + " Last in, first out, it depends on the moments of arrival: a request that holds a connection asks for a thread" +
		" last, and mostly gets the next one, so that load goes on; but a burst that arrives at once may stall all the same, and" +
		" then once."
}

func (g Group) words() string {
	wait, hold := "wait", "hold"
	if g.Requests == 1 {
		wait, hold = "waits", "holds"
	}
	return fmt.Sprintf("%d %s %s and %s for %s (such as %s, %s)",
		g.Requests, hold, joined(g.Holds), wait, thing(g.WaitsFor), g.Route, g.Stage)
}

// thing names what a request holds or waits for.
func thing(resource string) string {
	if resource == aThread {
		return resource
	}
	return "a connection of " + resource
}

func joined(resources []string) string {
	var all []string
	for _, r := range resources {
		all = append(all, thing(r))
	}
	return strings.Join(all, " and ")
}

// legend explains where a function runs.
func (c Conditions) legend() string {
	if c.Terms == OneThread {
		return hanging("  thread         ", "does all of a request, and is held from its start to its end")
	}
	return hanging("  token          ", "in a thread, with one of the limiter's tokens, for which the request may be queued") +
		hanging("  thread         ", "in a thread past the limiter, at once") +
		hanging("  loop           ", "on the event loop")
}

// notes explain the figures.
func (r Report) notes() []string {
	var notes []string
	notes = append(notes, "Times are means, of a request that waits for nothing. A ceiling is a number ÷ the time for which a request"+
		" holds one of them, if no other route is requested, and without the server's own work.")
	if len(r.Routes) > 1 {
		notes = append(notes, "Routes share threads, connections and loop: of each, the sum over the routes of rate × time is at most"+
			" the number.")
	}
	if slices.ContainsFunc(r.Routes, func(route Route) bool { return route.computes+route.keeps > 0 }) {
		notes = append(notes, "The interpreter runs one thread of a worker at a time, whatever the threads: cpu and gil of all routes share it.")
	}
	if slices.ContainsFunc(r.Routes, func(route Route) bool { return route.FallsBeyond > 0 }) {
		notes = append(notes, "At once: requests that have not ended, background tasks and exits included. With more than the range, some"+
			" hold a connection while they wait for a thread, others a thread while they wait for a connection, and the ceiling falls.")
	} else {
		notes = append(notes, "At once: requests that have not ended, background tasks and exits included.")
	}
	return notes
}
