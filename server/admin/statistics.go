package admin

// Statistics is a snapshot of one worker.
//
// The totals count requests from the moment they reach the program: not those that
// FastAPI answers itself (404, 422, …) or Uvicorn does (400, and 503 over
// --limit-concurrency), nor a pipelined request whose turn has not come. At any
// moment
//
//	accepted = held + answered + refused + cancelled + left
//
// Answered requests have started, refused ones have not. The program has sent
// status 200 for each one answered, 503 for each refused, and 500 for each
// cancelled.
//
// Borrowed exceeds limit only after the limit was lowered, and then falls with each
// request that ends; nothing waits while it is below. Whenever the loop of mode
// threadpool is idle, held = borrowed + waiting, except for answers that wait for
// their client to read (counted in held only) and threads whose request was
// cancelled (counted in borrowed only).
type Statistics struct {
	Worker      int     `json:"worker"`          // process id
	Limit       int     `json:"limit"`           // threads
	Borrowed    int     `json:"borrowed"`        // threads in use
	Waiting     int     `json:"waiting"`         // requests that wait for a thread
	Busy        int     `json:"busy"`            // handlers that run, in any mode
	Peak        int     `json:"peak"`            // most handlers that ever ran at once
	LongestWait float64 `json:"longest_wait"`    // seconds, so far, for a thread
	Zombies     int     `json:"zombies"`         // requests held for clients that have left, as far as the server knows
	Paused      bool    `json:"paused"`          // by POST /pause
	Holding     bool    `json:"holding"`         // by POST /hold
	Accepted    int64   `json:"accepted"`        // requests that reached the program
	Held        int64   `json:"held"`            // of these, the ones that have not ended
	Started     int64   `json:"started"`         // requests whose work has begun
	Answered    int64   `json:"answered"`        // by the program, on a connection that still existed
	Refused     int64   `json:"refused"`         // by the program, whose queue was full
	Error       string  `json:"error,omitempty"` // why the worker did not answer; no other field is set then
	Cancelled   int64   `json:"cancelled"`       // by the end of the server
	Left        int64   `json:"left"`            // whose connection ended before their answer
	Goroutines  int     `json:"goroutines"`      // of the process; a held request needs none
}

// Sum adds up the statistics of workers. It is paused or holding if any worker is, and
// its longest wait is the longest of any.
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

// metric is one metric of the Prometheus page.
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
