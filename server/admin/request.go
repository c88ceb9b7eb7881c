package admin

import "time"

// Request is what one request has come to: a row of --log-format json, also for
// those that have no end yet.
type Request struct {
	Arrival time.Time `json:"arrival"`        // when the program was asked
	Start   time.Time `json:"start,omitzero"` // of its work; absent if that has not begun
	End     time.Time `json:"end,omitzero"`   // of the work, or of whatever else ended it; absent before
	Wait    float64   `json:"wait"`           // seconds from arrival to start, or so far
	Work    float64   `json:"work"`           // seconds from start to end, or so far
	Worker  int       `json:"worker"`         // process id
	// Number is that of the article's log line, #1 for the first handler that a worker
	// begins; 0 before.
	Number int `json:"number,omitempty"`
	// Thread and ThreadNumber, counted from 1 in each worker and 0 for the main
	// thread, are where the handler works.
	Thread       string  `json:"thread,omitempty"`
	ThreadNumber int     `json:"thread_number,omitempty"`
	Outcome      Outcome `json:"outcome"`
	Status       int     `json:"status"`      // of the answer; 0 before, and if nothing was sent
	ClientLeft   bool    `json:"client_left"` // as far as the server knows
	Client       string  `json:"client"`      // host:port
	Method       string  `json:"method"`
	Target       string  `json:"target"` // path and query
	ID           string  `json:"id"`     // of ?id=
}

// Outcome is what became of a request.
type Outcome string

// The outcomes. A request that has ended belongs to exactly one of the last four,
// and to the sum of that name in Statistics.
const (
	InLine     Outcome = "waiting"     // for a thread
	InWork     Outcome = "working"     // its handler has begun
	Answered   Outcome = "answered"    // by the program or, beside the sums, by whatever else answers
	Refused    Outcome = "refused"     // by the program's line, which was full
	Cancelled  Outcome = "cancelled"   // by the end of the server; the client was told
	ClientLeft Outcome = "client left" // the connection had ended, by whomever, before there was an answer
)
