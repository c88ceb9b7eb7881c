package targettest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/server/admin"
)

// Snapshot is what a server looks like at one moment: the sums over its workers. The
// counts are of requests that reached the program, and at any moment
//
//	Accepted = Held + Served + Refused + Cancelled + Left
type Snapshot struct {
	Limit   int // threads
	Busy    int // handlers in work
	Waiting int // requests in line for a thread
	Peak    int // most threads taken, or handlers in work, at once; of several workers the sum of their peaks
	Zombies int // requests held for clients that have left, as far as the server learns of it

	Accepted  int // requests that the program was asked for
	Held      int // of them without an end so far
	Served    int // answered by the program, on a connection that was there
	Refused   int // with 503, for want of a place in line
	Cancelled int // by the end of the server
	Left      int // whose client had left when they ended

	LongestWait time.Duration // for a thread, of those in line and those served
	Paused      bool
	Holding     bool
}

// String gives all that is not 0.
func (s Snapshot) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "limit %d, busy %d, waiting %d, peak %d; accepted %d, held %d, served %d", s.Limit, s.Busy, s.Waiting, s.Peak, s.Accepted, s.Held, s.Served)
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

// Snapshot returns what the server looks like now, also while its loop is blocked. If
// its processes cannot be asked, the test fails.
func (s *Server) Snapshot() Snapshot {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all, err := s.place.statistics(ctx)
	if err != nil {
		s.t.Errorf("targettest: snapshot: %v", err)
	}
	return sum(all)
}

func sum(all []admin.Statistics) Snapshot {
	s := admin.Sum(all)
	return Snapshot{
		Limit: s.Limit, Busy: s.Busy, Waiting: s.Waiting, Peak: s.Peak, Zombies: s.Zombies,
		Accepted: int(s.Accepted), Held: int(s.Held), Served: int(s.Answered),
		Refused: int(s.Refused), Cancelled: int(s.Cancelled), Left: int(s.Left),
		LongestWait: seconds(s.LongestWait), Paused: s.Paused, Holding: s.Holding,
	}
}

func seconds(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Nanosecond)
}

// Request is what one request has come to.
type Request struct {
	ID             string // of ?id=
	Method, Target string // path and query
	Client         string // host:port

	Arrival    time.Time     // when the program was asked
	Start, End time.Time     // of its work; zero before they have come
	Wait       time.Duration // from arrival to start, or so far
	Work       time.Duration // from start to end, or so far

	Worker       int    // process id
	Number       int    // the order in which the worker's handlers began, from 1; 0 before
	Thread       string // in which the handler works, by the real server's name for it; empty before it begins
	ThreadNumber int    // counted from 1 in each worker; 0 for the main thread, and before it begins
	Outcome      Outcome
	Status       int  // of the answer; 0 before, and if nothing was sent
	ClientLeft   bool // as far as the server learns of it
}

// Outcome is what has become of a request.
type Outcome = admin.Outcome

// The outcomes. A request that has ended has one of the last four.
const (
	Waiting   = admin.Waiting    // for a thread
	Working   = admin.Working    // its handler has begun
	Served    = admin.Answered   // by the program, or by whatever else answers (404, 422, …)
	Refused   = admin.Refused    // for want of a place in line
	Cancelled = admin.Cancelled  // by the end of the server
	Left      = admin.ClientLeft // the client had left when it ended
)

// Requests returns the last 10,000 requests of each worker (or as Set("history", …)
// says), in the order of arrival, also
// those that are waiting or in work. If the server's processes cannot be asked, the test
// fails.
func (s *Server) Requests() []Request {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	all, err := s.place.requests(ctx)
	if err != nil {
		s.t.Errorf("targettest: requests: %v", err)
	}
	requests := make([]Request, len(all))
	for i, r := range all {
		requests[i] = Request{
			ID: r.ID, Method: r.Method, Target: r.Target, Client: r.Client,
			Arrival: r.Arrival, Start: r.Start, End: r.End, Wait: seconds(r.Wait), Work: seconds(r.Work),
			Worker: r.Worker, Number: r.Number, Thread: r.Thread, ThreadNumber: r.ThreadNumber,
			Outcome: r.Outcome, Status: r.Status, ClientLeft: r.ClientLeft,
		}
	}
	return requests
}
