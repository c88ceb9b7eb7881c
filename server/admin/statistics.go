package admin

// Statistics is what a worker looked like at one moment.
//
// The sums count requests that the program was asked for, from the moment at
// which it is: FastAPI's own answers (404, 422, …) and Uvicorn's (400, and 503
// over --limit-concurrency) are not among them, nor is a request that stands
// behind another one on its connection. At any moment
//
//	accepted = held + answered + refused + cancelled + left
//
// Those answered have started, those refused have not. The clients have been
// sent as many answers of the program with status 200 as were answered, with 503
// as were refused, and with 500 as were cancelled.
//
// Borrowed is above limit only after it was lowered, and then falls by one with
// each end; nobody waits while it is below. Whenever the loop of mode threadpool has nothing to
// do, held = borrowed + waiting, but for answers that wait for their client to
// read (held alone) and threads whose request was cancelled (borrowed alone).
type Statistics struct {
	Worker      int     `json:"worker"`          // process id
	Limit       int     `json:"limit"`           // threads
	Borrowed    int     `json:"borrowed"`        // of them taken
	Waiting     int     `json:"waiting"`         // requests in line for a thread
	Busy        int     `json:"busy"`            // handlers in work, in whichever mode
	Peak        int     `json:"peak"`            // most handlers ever in work at once
	LongestWait float64 `json:"longest_wait"`    // seconds, of those in line and those served
	Zombies     int     `json:"zombies"`         // held for clients that have left, as far as the server knows
	Paused      bool    `json:"paused"`          // by POST /pause
	Holding     bool    `json:"holding"`         // by POST /hold
	Accepted    int64   `json:"accepted"`        // requests that the program was asked for
	Held        int64   `json:"held"`            // of them without an end so far
	Started     int64   `json:"started"`         // requests whose work has begun
	Answered    int64   `json:"answered"`        // by the program, on a connection that was there
	Refused     int64   `json:"refused"`         // no place in line
	Error       string  `json:"error,omitempty"` // why the worker has not answered; nothing else is known then
	Cancelled   int64   `json:"cancelled"`       // by the end of the server
	Left        int64   `json:"left"`            // ended when their connection had, so that their answer went to nobody
	Goroutines  int     `json:"goroutines"`      // of the process: what is held costs none
}

// Sum adds workers up: what any of them is, all are, and the longest wait is the longest
// of any. Of which worker it was it says nothing.
func Sum(all []Statistics) (sum Statistics) {
	for _, s := range all {
		sum.Limit += s.Limit
		sum.Borrowed += s.Borrowed
		sum.Busy += s.Busy
		sum.Waiting += s.Waiting
		sum.Peak += s.Peak
		sum.LongestWait = max(sum.LongestWait, s.LongestWait)
		sum.Zombies += s.Zombies
		sum.Paused = sum.Paused || s.Paused
		sum.Holding = sum.Holding || s.Holding
		sum.Accepted += s.Accepted
		sum.Held += s.Held
		sum.Started += s.Started
		sum.Answered += s.Answered
		sum.Refused += s.Refused
		sum.Cancelled += s.Cancelled
		sum.Left += s.Left
		sum.Goroutines += s.Goroutines
	}
	return sum
}

// metric is one line of the Prometheus page.
type metric struct {
	name, kind, help string
	value            func(Statistics) any
}

func metrics() []metric {
	return []metric{
		{"threads_limit", "gauge", "Threads that a worker may use at once.", func(s Statistics) any { return s.Limit }},
		{"threads_borrowed", "gauge", "Threads that are taken.", func(s Statistics) any { return s.Borrowed }},
		{"requests_busy", "gauge", "Requests whose handler is in work.", func(s Statistics) any { return s.Busy }},
		{"requests_waiting", "gauge", "Requests in line for a thread.", func(s Statistics) any { return s.Waiting }},
		{"requests_held", "gauge", "Requests accepted and not answered.", func(s Statistics) any { return s.Held }},
		{"requests_zombies", "gauge", "Requests held for clients that have left.", func(s Statistics) any { return s.Zombies }},
		{"longest_wait_seconds", "gauge", "Longest wait for a thread.", func(s Statistics) any { return s.LongestWait }},
		{"requests_accepted_total", "counter", "Requests that the program was asked for.", func(s Statistics) any { return s.Accepted }},
		{"requests_started_total", "counter", "Requests whose work has begun.", func(s Statistics) any { return s.Started }},
		{"requests_answered_total", "counter", "Requests that the program has answered.", func(s Statistics) any { return s.Answered }},
		{"requests_refused_total", "counter", "Requests for which the line had no place.", func(s Statistics) any { return s.Refused }},
		{"requests_cancelled_total", "counter", "Requests that the end of the server has cancelled.", func(s Statistics) any { return s.Cancelled }},
		{"requests_left_total", "counter", "Requests whose connection had ended before their answer.", func(s Statistics) any { return s.Left }},
		{"goroutines", "gauge", "Goroutines of the process.", func(s Statistics) any { return s.Goroutines }},
	}
}
