package admin

// Statistics is a snapshot of one worker. docs/glossary.md has its words.
//
// The totals count requests that reach the program, from that moment on, and requests that are refused with a quick 503
// before they reach it (--limit-concurrency, and --queue where connections are queued). They do not count what FastAPI
// answers itself (404, 422, …), bytes that are no request (400), or a pipelined request whose turn has not come. At any
// moment
//
//	accepted = held + answered + refused + cancelled + left
//
// Answered requests have started, refused ones have not. Status 503 was sent for each one refused and 500 for each one
// cancelled. For one answered it is 200, or 500 if its handler raised an exception.
//
// Borrowed exceeds limit only after the limit was lowered, and then falls with each request that ends; nothing is queued
// while it is below. Whenever the loop of mode threadpool is idle, held = borrowed + waiting, except for answers that
// wait for their client to read (counted in held only) and threads whose request was cancelled (counted in borrowed
// only).
type Statistics struct {
	Worker      int     `json:"worker"`          // process id
	Address     string  `json:"address"`         // where it listens, host:port; 0.0.0.0 or [::] for every interface
	Limit       int     `json:"limit"`           // threads
	Borrowed    int     `json:"borrowed"`        // threads in use
	Waiting     int     `json:"waiting"`         // requests that are queued for a thread
	Busy        int     `json:"busy"`            // handlers that are running, in any mode
	Peak        int     `json:"peak"`            // most threads ever in use, or handlers ever running, at once
	LongestWait float64 `json:"longest_wait"`    // seconds for a thread, of requests that are queued or have started
	Zombies     int     `json:"zombies"`         // requests held for clients that have left, as far as the server knows
	Paused      bool    `json:"paused"`          // by POST /pause
	Holding     bool    `json:"holding"`         // by POST /hold
	Accepted    int64   `json:"accepted"`        // requests that reached the program, or were refused before
	Held        int64   `json:"held"`            // of these, the ones that have not ended
	Started     int64   `json:"started"`         // requests whose handler has started
	Answered    int64   `json:"answered"`        // by the program, on a connection that still existed
	Refused     int64   `json:"refused"`         // with a quick 503
	Error       string  `json:"error,omitempty"` // why the worker did not answer; no other field is set then
	Cancelled   int64   `json:"cancelled"`       // by the end of the server
	Left        int64   `json:"left"`            // whose connection had ended before their answer
	Goroutines  int     `json:"goroutines"`      // of the process; a held request needs none
}

// Sum adds up the statistics of workers. It is paused or holding if any worker is, and its longest wait is the longest of
// any.
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
		{"threads_borrowed", "gauge", "Threads in use.", func(s Statistics) any { return s.Borrowed }},
		{"requests_busy", "gauge", "Requests whose handler is running.", func(s Statistics) any { return s.Busy }},
		{"requests_waiting", "gauge", "Requests queued for a thread.", func(s Statistics) any { return s.Waiting }},
		{"requests_held", "gauge", "Requests accepted that have not ended: queued or running.", func(s Statistics) any { return s.Held }},
		{"requests_zombies", "gauge", "Requests held for clients that have left.", func(s Statistics) any { return s.Zombies }},
		{"longest_wait_seconds", "gauge", "Longest wait for a thread.", func(s Statistics) any { return s.LongestWait }},
		{"requests_accepted_total", "counter", "Requests that reached the program, or were refused before.", func(s Statistics) any { return s.Accepted }},
		{"requests_started_total", "counter", "Requests whose handler has started.", func(s Statistics) any { return s.Started }},
		{"requests_answered_total", "counter", "Requests that the program has answered.", func(s Statistics) any { return s.Answered }},
		{"requests_refused_total", "counter", "Requests refused with a quick 503, because of --queue or --limit-concurrency.", func(s Statistics) any { return s.Refused }},
		{"requests_cancelled_total", "counter", "Requests cancelled by the end of the server.", func(s Statistics) any { return s.Cancelled }},
		{"requests_left_total", "counter", "Requests whose connection had ended before their answer.", func(s Statistics) any { return s.Left }},
		{"goroutines", "gauge", "Goroutines of the process.", func(s Statistics) any { return s.Goroutines }},
	}
}
