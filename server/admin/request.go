package admin

import "time"

// Request is the record of one request: a row of --log-format json, which this
// address also shows before the request ends.
type Request struct {
	Arrival time.Time `json:"arrival"`        // when the program was called
	Start   time.Time `json:"start,omitzero"` // of its work; absent before
	End     time.Time `json:"end,omitzero"`   // of the work, or whatever else ended the request; absent before
	Wait    float64   `json:"wait"`           // seconds from arrival to start, or so far
	Work    float64   `json:"work"`           // seconds from start to end, or so far
	Worker  int       `json:"worker"`         // process id
	// Number is the one in the article's log line, #1 for the first handler that a
	// worker begins; 0 before.
	Number int `json:"number,omitempty"`
	// Thread and ThreadNumber are where the handler runs. Numbers count from 1 in
	// each worker; 0 is the main thread.
	Thread       string  `json:"thread,omitempty"`
	ThreadNumber int     `json:"thread_number,omitempty"`
	Outcome      Outcome `json:"outcome"`
	Status       int     `json:"status"`      // of the answer; 0 before, or if nothing was sent
	ClientLeft   bool    `json:"client_left"` // as far as the server knows
	Client       string  `json:"client"`      // host:port
	Method       string  `json:"method"`
	Target       string  `json:"target"` // path and query
	ID           string  `json:"id"`     // of ?id=
}

// Outcome is what became of a request.
type Outcome string

// The outcomes. A request that has ended has one of the last four, and counts in
// the total of that name in Statistics.
const (
	Waiting    Outcome = "waiting"     // for a thread
	Working    Outcome = "working"     // its handler has begun
	Answered   Outcome = "answered"    // by the program; or by anything else, which the totals do not count
	Refused    Outcome = "refused"     // by the program, whose queue was full
	Cancelled  Outcome = "cancelled"   // by the end of the server; the client was told
	ClientLeft Outcome = "client left" // its connection ended, from either side, before there was an answer
)
