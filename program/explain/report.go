package explain

import (
	"github.com/target-server/target-server/program"
)

// Report is what can be told about a program before any load. Times are means, in seconds, of a request that waits for
// nothing; rates are requests a second.
type Report struct {
	Program       string         `json:"program"`
	Verdict       string         `json:"verdict"` // one sentence
	Conditions    Conditions     `json:"conditions"`
	Order         string         `json:"order"` // of the requests that wait for a thread
	Pools         []Pool         `json:"pools,omitempty"`
	Routes        []Route        `json:"routes"`
	CircularWaits []CircularWait `json:"circular_waits"`
	Warnings      []string       `json:"warnings"`
}

// Pool is a pool of connections. Each worker has one.
type Pool struct {
	Name        string  `json:"name"`
	Connections int     `json:"connections"` // size + overflow
	Size        int     `json:"size"`
	Overflow    int     `json:"overflow"`
	Timeout     float64 `json:"timeout_s"`
}

// Route is what requests for one route need.
type Route struct {
	Route    string    `json:"route"`
	Stages   []Stage   `json:"stages"`
	Answer   float64   `json:"answered_after_s"`
	Ceilings []Ceiling `json:"ceilings"` // if only this route is requested, the lowest first; tasks and exits included
	// Outrun says whether answers can go on above the lowest ceiling, while tasks are queued. Answers then are the
	// ceilings of the answers alone, the lowest first; there may be none.
	Outrun  Outrun    `json:"answers_outrun_tasks"`
	Answers []Ceiling `json:"answer_ceilings,omitempty"`
	// AtOnce is the fewest requests at once that reach the ceiling, in all workers: rate × time (Little's law). It is 0
	// without a ceiling.
	AtOnce int `json:"at_once"`
	// FallsBeyond is how many requests at once there may be, in all workers, before the ceiling falls: some then hold a
	// connection while they wait for a thread, and others a thread while they wait for a connection. 0 if it never falls.
	FallsBeyond int `json:"falls_beyond"`

	async    bool      // its handler is
	computes float64   // seconds of cpu
	keeps    float64   // and of gil
	lock     float64   // of the longest gil step
	kept     []Ceiling // how long connections of pools are held after the answer
	follows  string    // what follows its answer: tasks or exits
	queue    string    // the resource for which these are queued, if answers may outrun them
}

// Stage is one function of a request, or the moment of its answer.
type Stage struct {
	Name  string  `json:"name"`
	Place Place   `json:"place"`
	Time  float64 `json:"time_s"` // when it runs
	Share float64 `json:"share"`  // of the requests that come to it: below 1 after a raise
	// Tokens is how many tokens it takes, one after another, if that is not one: for each chunk and the end of a stream in def,
	// or for a file's stat, open, each 64 KiB and close.
	Tokens float64 `json:"tokens,omitempty"`
	// Holding are the pools of which the request may hold a connection while it waits for the thread.
	Holding []string `json:"holding,omitempty"`
	// Asks are the pools of which it asks for a connection.
	Asks []Ask `json:"asks,omitempty"`
	// Returns is the pool to which a session's exit returns the connection.
	Returns string `json:"returns,omitempty"`
}

// Ask is where a function may wait for a connection.
type Ask struct {
	Pool    string   `json:"pool"`
	Keeps   bool     `json:"keeps"`             // the session keeps the connection until its exit
	Thread  bool     `json:"thread"`            // it holds a thread while it waits
	Holding []string `json:"holding,omitempty"` // pools of which it may hold a connection meanwhile
}

// Ceiling is the most requests a second that a resource allows: its number, divided by the time for which each request
// holds one.
type Ceiling struct {
	Resource string  `json:"resource"` // threads, interpreter, loop, or a pool's name
	Number   int     `json:"number"`   // of each worker
	Time     float64 `json:"time_s"`
	Rate     float64 `json:"rate"` // of all workers
}

// CircularWait is a state in which all of some resources are held by requests that wait for one of these.
type CircularWait struct {
	Requests int     `json:"requests"` // of one worker, at least: as many must be running or queued at once
	Holders  []Group `json:"holders"`
	Until    float64 `json:"until_s"` // the shortest timeout of the pools that are waited for
	Pool     string  `json:"pool"`    // whose timeout that is
	Threads  bool    `json:"threads"` // threads are among the resources
}

// Group is how many requests wait in the same way.
type Group struct {
	Requests int      `json:"requests"`
	Holds    []string `json:"holds"`     // "a thread", or the name of a pool
	WaitsFor string   `json:"waits_for"` // the same
	Route    string   `json:"route"`     // for example
	Stage    string   `json:"stage"`
}

// Explain computes the report.
func Explain(p *program.Program, c Conditions) Report {
	c = c.withDefaults()
	r := Report{
		Program: p.Name, Conditions: c, Order: c.Order.String(),
		CircularWaits: []CircularWait{}, Warnings: []string{},
	}
	for _, pool := range p.Pools {
		r.Pools = append(r.Pools, Pool{
			Name: pool.Name, Connections: connectionsOf(pool), Timeout: pool.Timeout.Seconds(),
			Size: pool.Size, Overflow: pool.Overflow,
		})
	}
	var waits []wait
	for _, route := range p.Routes {
		path := pathOf(route, c.Terms)
		found := waitsOf(route.Name(), &path)
		waits = append(waits, found.waits...)
		r.Routes = append(r.Routes, routeReport(p, route, &path, found, c))
	}
	for _, folder := range p.Static {
		route, path := servedFrom(folder, c.Terms)
		found := waitsOf(route.Name(), &path)
		r.Routes = append(r.Routes, routeReport(p, route, &path, found, c))
	}
	res := resourcesOf(p, c)
	for _, found := range res.circles(res.kinds(waits)) {
		if len(r.CircularWaits) < mostCircles {
			r.CircularWaits = append(r.CircularWaits, res.report(found))
		}
	}
	r.warn()
	r.Verdict = r.verdict()
	return r
}

// mostCircles is how many circular waits are told.
const mostCircles = 5

// connectionsOf is how many connections a pool can have.
func connectionsOf(pool *program.Pool) int { return pool.Size + pool.Overflow }

// aThread is what a thread is called among the things that a request holds or waits for.
const aThread = "a thread"

func (r *resources) report(c circle) CircularWait {
	all := CircularWait{Requests: c.requests}
	for _, i := range c.resources {
		if i == threads {
			all.Threads = true
			continue
		}
		pool := r.pools[i-1]
		if s := pool.Timeout.Seconds(); all.Pool == "" || s < all.Until {
			all.Pool, all.Until = pool.Name, s
		}
	}
	for _, k := range c.kinds {
		g := Group{Requests: k.counted, WaitsFor: aThread, Route: k.wait.route, Stage: k.wait.stage}
		if k.wait.pool != nil {
			g.WaitsFor = k.wait.pool.Name
		}
		if k.holds[threads] > 0 {
			g.Holds = append(g.Holds, aThread)
		}
		g.Holds = append(g.Holds, names(k.wait.holds)...)
		all.Holders = append(all.Holders, g)
	}
	return all
}

func names(pools []*program.Pool) []string {
	var all []string
	for _, p := range pools {
		all = append(all, p.Name)
	}
	return all
}
