package targettest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// Snapshot is a server's state at one moment, summed over its workers. It counts the requests that reached the app, and
// those that were refused before; at any moment
//
//	Accepted = Held + Answered + Refused + Cancelled + Left
type Snapshot struct {
	Limit   int // threads
	Busy    int // running handlers
	Waiting int // requests queued for a thread
	Peak    int // most threads in use, or handlers running, at once; for several workers the sum of their peaks
	Lasting int // requests answered whose background tasks or exits have not ended
	Zombies int // requests held for clients that have left, as far as the server notices

	Accepted  int // requests that reached the app, or were refused before
	Held      int // of these, the ones that have not ended
	Answered  int // by the app, to a client that was still there
	Served    int // Deprecated: the former name of Answered, which it equals.
	Refused   int // with a quick 503, because a queue was full or --limit-concurrency was reached
	Cancelled int // by the end of the server
	Left      int // whose client had left when they ended

	LongestWait time.Duration // for a thread, of requests that are queued or have started
	Paused      bool
	Holding     bool

	Routes []Route // of a program, in its order
	Pools  []Pool  // its connection pools
}

// Route is the requests of one route of a program, in the words of Snapshot.
type Route struct {
	Name                                                        string // method and path, such as "GET /items/{id}"
	Accepted, Held, Started, Answered, Refused, Cancelled, Left int
	Errors                                                      int // of those answered: with a status from 500 on
}

// Pool is a connection pool of a program.
type Pool struct {
	Name           string
	Size, Overflow int // connections that it keeps, and that it may have beyond those
	InUse, Waiting int // connections in use, and functions that wait for one
	Peak, Timeouts int // most connections in use at once, and functions that have waited in vain
	LongestWait    time.Duration
}

// Route returns the requests of a route by its name, such as "GET /items/{id}". If the program has no such route, the test
// fails.
func (s *Server) Route(name string) Route {
	s.t.Helper()
	routes := s.Snapshot().Routes
	i := slices.IndexFunc(routes, func(r Route) bool { return r.Name == name })
	if i < 0 {
		s.t.Errorf("targettest: Route: the program has no route %q", name)
		return Route{Name: name}
	}
	return routes[i]
}

// Pool returns the current state of a connection pool by its name. If the program has no such pool, the test fails.
func (s *Server) Pool(name string) Pool {
	s.t.Helper()
	pools := s.Snapshot().Pools
	i := slices.IndexFunc(pools, func(p Pool) bool { return p.Name == name })
	if i < 0 {
		s.t.Errorf("targettest: Pool: the program has no pool %q", name)
		return Pool{Name: name}
	}
	return pools[i]
}

// String leaves out most of what is 0.
func (s Snapshot) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "limit %d, busy %d, waiting %d, peak %d; accepted %d, held %d, answered %d",
		s.Limit, s.Busy, s.Waiting, s.Peak, s.Accepted, s.Held, s.Answered)
	for _, more := range []struct {
		what string
		n    int
	}{{"zombies", s.Zombies}, {"refused", s.Refused}, {"cancelled", s.Cancelled}, {"left", s.Left}} {
		if more.n > 0 {
			fmt.Fprintf(&text, ", %s %d", more.what, more.n)
		}
	}
	if s.LongestWait > 0 {
		fmt.Fprintf(&text, "; longest wait %v", s.LongestWait)
	}
	if s.Paused {
		text.WriteString("; paused")
	}
	if s.Holding {
		text.WriteString("; holding")
	}
	return text.String()
}

// Snapshot returns the server's current state, also while its loop is blocked, and after [Server.Terminate] the last
// one. If its processes do not answer, the test fails.
func (s *Server) Snapshot() Snapshot {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	all, err := s.place.statistics(ctx)
	if err != nil {
		s.t.Errorf("targettest: Snapshot: %v", err)
	}
	return sum(all)
}

func sum(all []admin.Statistics) Snapshot {
	s := admin.Sum(all)
	snapshot := Snapshot{
		Limit: s.Limit, Busy: s.Busy, Waiting: s.Waiting, Peak: s.Peak, Lasting: s.Lasting, Zombies: s.Zombies,
		Accepted: int(s.Accepted), Held: int(s.Held), Answered: int(s.Answered), Served: int(s.Answered),
		Refused: int(s.Refused), Cancelled: int(s.Cancelled), Left: int(s.Left),
		LongestWait: seconds(s.LongestWait), Paused: s.Paused, Holding: s.Holding,
	}
	for _, r := range s.Routes {
		snapshot.Routes = append(snapshot.Routes, Route{
			Name: r.Name, Accepted: int(r.Accepted), Held: int(r.Held), Started: int(r.Started), Answered: int(r.Answered),
			Refused: int(r.Refused), Cancelled: int(r.Cancelled), Left: int(r.Left), Errors: int(r.Errors),
		})
	}
	for _, p := range s.Pools {
		snapshot.Pools = append(snapshot.Pools, Pool{
			Name: p.Name, Size: p.Size, Overflow: p.Overflow, InUse: p.InUse, Waiting: p.Waiting,
			Peak: p.Peak, Timeouts: p.Timeouts, LongestWait: seconds(p.LongestWait),
		})
	}
	return snapshot
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Nanosecond)
}

// Request is what is known about one request.
type Request struct {
	ID             string // of ?id=, or the first parameter of the path
	Route          string // of a program, such as "GET /items/{id}"
	Method, Target string // path and query
	Client         string // host:port

	Arrival    time.Time     // at the app
	Start, End time.Time     // of its handler; zero before
	Wait       time.Duration // from arrival to start, or so far
	Work       time.Duration // from start to end, or so far

	Worker       int    // process id
	Number       int    // in the order in which the worker's handlers started, from 1; 0 before
	Thread       string // that runs the handler, by the real server's name for it; empty before
	ThreadNumber int    // counted from 1 in each worker; 0 for the main thread, and before
	Outcome      Outcome
	Status       int  // of the answer; 0 before, and if nothing was sent
	ClientLeft   bool // as far as the server notices
}

// Outcome is what has become of a request.
type Outcome = admin.Outcome

// The outcomes. A request that has ended has one of the last four.
const (
	Waiting   = admin.Waiting    // queued for a thread
	Working   = admin.Working    // its handler is running
	Answered  = admin.Answered   // by the app, or by the framework or server (404, 422, …)
	Served    = admin.Answered   // Deprecated: the former name of Answered.
	Refused   = admin.Refused    // with a quick 503
	Cancelled = admin.Cancelled  // by the end of the server
	Left      = admin.ClientLeft // the client had left when it ended
)

// Requests returns the last 10,000 requests of each worker (or as many as Set("history", …) says) in the order of
// arrival, including those that are queued or running; after [Server.Terminate], as they were at the end. If the
// server's processes do not answer, the test fails.
func (s *Server) Requests() []Request {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), answerTimeout)
	defer cancel()
	all, err := s.place.requests(ctx)
	if err != nil {
		s.t.Errorf("targettest: Requests: %v", err)
	}
	requests := make([]Request, len(all))
	for i, r := range all {
		requests[i] = Request{
			ID: r.ID, Route: r.Route, Method: r.Method, Target: r.Target, Client: r.Client,
			Arrival: r.Arrival, Start: r.Start, End: r.End, Wait: seconds(r.Wait), Work: seconds(r.Work),
			Worker: r.Worker, Number: r.Number, Thread: r.Thread, ThreadNumber: r.ThreadNumber,
			Outcome: r.Outcome, Status: r.Status, ClientLeft: r.ClientLeft,
		}
	}
	return requests
}
