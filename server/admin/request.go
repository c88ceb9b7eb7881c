package admin

import "time"

// Request is what is known of one request: the fields of a row of --log-format json, which this address also shows
// before the request ends.
type Request struct {
	Arrival time.Time `json:"arrival"`        // when it reached the program, or was refused
	Start   time.Time `json:"start,omitzero"` // of its handler; absent before
	End     time.Time `json:"end,omitzero"`   // of the handler, or of whatever else ended the request; absent before
	Wait    float64   `json:"wait"`           // seconds from arrival to start, or so far
	Work    float64   `json:"work"`           // seconds from start to end, or so far
	Worker  int       `json:"worker"`         // process id
	// Number is the one in the article's log line, #1 for the first handler that a worker starts; 0 before.
	Number int `json:"number,omitempty"`
	// Thread and ThreadNumber are where the handler runs. Numbers count from 1 in each worker; 0 is the main thread.
	Thread       string  `json:"thread,omitempty"`
	ThreadNumber int     `json:"thread_number,omitempty"`
	Outcome      Outcome `json:"outcome"`
	Status       int     `json:"status"`      // of the answer; 0 before, or if nothing was sent
	ClientLeft   bool    `json:"client_left"` // as far as the server knows
	Client       string  `json:"client"`      // host:port
	Method       string  `json:"method"`
	Target       string  `json:"target"`          // path and query
	ID           string  `json:"id"`              // of ?id=; in a program without it, the first parameter of the path
	Route        string  `json:"route,omitempty"` // of a program that a file describes
}

// Outcome is what became of a request.
type Outcome string

// The outcomes. A request that has ended has one of the last four. If it reached the program or was refused, it counts
// in the total of that name in Statistics.
const (
	Waiting    Outcome = "waiting"     // queued for a thread
	Working    Outcome = "working"     // its handler is running
	Answered   Outcome = "answered"    // by the program; or by the framework or the server, which the totals do not count
	Refused    Outcome = "refused"     // with a quick 503
	Cancelled  Outcome = "cancelled"   // by the end of the server, with 500
	ClientLeft Outcome = "client left" // its connection ended, from either side, before there was an answer
)
