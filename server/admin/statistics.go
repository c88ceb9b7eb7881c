package admin

import "slices"

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
	Worker      int     `json:"worker"`               // process id
	Number      int     `json:"number"`               // of the worker, from 1: a replacement has the number of the worker that it replaces
	Address     string  `json:"address"`              // where it listens, host:port; 0.0.0.0 or [::] for every interface
	Limit       int     `json:"limit"`                // threads
	Borrowed    int     `json:"borrowed"`             // threads in use
	Waiting     int     `json:"waiting"`              // requests that are queued for a thread
	Busy        int     `json:"busy"`                 // handlers that are running, in any mode
	Peak        int     `json:"peak"`                 // most threads ever in use, or handlers ever running, at once
	LongestWait float64 `json:"longest_wait"`         // seconds for a thread, of requests that are queued or have started
	Lasting     int     `json:"lasting"`              // requests answered, and not counted as held, whose background tasks or exits have not ended
	Zombies     int     `json:"zombies"`              // requests held for clients that have left, as far as the server knows
	Paused      bool    `json:"paused"`               // by POST /pause
	Holding     bool    `json:"holding"`              // by POST /hold
	Accepted    int64   `json:"accepted"`             // requests that reached the program, or were refused before
	Held        int64   `json:"held"`                 // of these, the ones that have not ended
	Started     int64   `json:"started"`              // requests whose handler has started
	Answered    int64   `json:"answered"`             // by the program, on a connection that still existed
	Refused     int64   `json:"refused"`              // with a quick 503
	Error       string  `json:"error,omitempty"`      // why the worker did not answer; no other field but Number is set then
	Cancelled   int64   `json:"cancelled"`            // by the end of the server
	Left        int64   `json:"left"`                 // whose connection had ended before their answer
	Goroutines  int     `json:"goroutines"`           // of the process; a held request needs none
	Pace        float64 `json:"pace,omitempty"`       // --pace: how many times as long as the real server it computes; 0 for as little as possible
	PaceScale   float64 `json:"pace_scale,omitempty"` // times that, because this machine is slower than the one on which the pace was measured
	Routes      []Route `json:"routes,omitempty"`     // of the program that a file describes
	Pools       []Pool  `json:"pools,omitempty"`      // its connection pools

	Interpreter *Interpreter `json:"interpreter,omitempty"` // nil as long as nothing has computed
}

// Interpreter is the lock of a worker's Python interpreter. It is taken only while something computes.
type Interpreter struct {
	Held   float64 `json:"held"`             // seconds for which a thread has had it, in total
	Holder string  `json:"holder,omitempty"` // the thread that has it
	Keeps  bool    `json:"keeps,omitempty"`  // by C code, which does not let go of it
	Wanted int     `json:"wanted"`           // by how many threads that wait for it
}

// add adds the lock of another worker, which leaves no single holder.
func (i *Interpreter) add(other *Interpreter) *Interpreter {
	switch {
	case other == nil:
		return i
	case i == nil:
		return &Interpreter{Held: other.Held, Wanted: other.Wanted}
	}
	return &Interpreter{Held: i.Held + other.Held, Wanted: i.Wanted + other.Wanted}
}

// Route is the requests of one route of a program: the totals of Statistics that concern it.
type Route struct {
	Name      string `json:"route"` // method and path, as in the program's file
	Accepted  int64  `json:"accepted"`
	Held      int64  `json:"held"`
	Started   int64  `json:"started"`
	Answered  int64  `json:"answered"`
	Errors    int64  `json:"errors"` // of those answered: with a status from 500 on
	Refused   int64  `json:"refused"`
	Cancelled int64  `json:"cancelled"`
	Left      int64  `json:"left"`
}

// Of returns the total that counts an outcome.
func (r *Route) Of(o Outcome) *int64 {
	switch o {
	case Refused:
		return &r.Refused
	case Cancelled:
		return &r.Cancelled
	case ClientLeft:
		return &r.Left
	default:
		return &r.Answered
	}
}

// add adds the totals of another worker.
func (r *Route) add(other Route) {
	r.Accepted += other.Accepted
	r.Held += other.Held
	r.Started += other.Started
	r.Answered += other.Answered
	r.Errors += other.Errors
	r.Refused += other.Refused
	r.Cancelled += other.Cancelled
	r.Left += other.Left
}

// Pool is a connection pool of a program.
type Pool struct {
	Name        string  `json:"pool"`
	Size        int     `json:"size"`         // connections that it keeps
	Overflow    int     `json:"overflow"`     // connections that it may have beyond those
	InUse       int     `json:"in_use"`       // connections that functions or sessions have
	Waiting     int     `json:"waiting"`      // functions that wait for one
	Peak        int     `json:"peak"`         // most connections ever in use at once
	Timeouts    int     `json:"timeouts"`     // functions that have waited for one in vain
	LongestWait float64 `json:"longest_wait"` // seconds for a connection, so far
}

// add adds the pool of the same name of another worker.
func (p *Pool) add(other Pool) {
	p.Size += other.Size
	p.Overflow += other.Overflow
	p.InUse += other.InUse
	p.Waiting += other.Waiting
	p.Peak += other.Peak
	p.Timeouts += other.Timeouts
	p.LongestWait = max(p.LongestWait, other.LongestWait)
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
		sum.Lasting += s.Lasting
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
		sum.Interpreter = sum.Interpreter.add(s.Interpreter)
		sum.addProgram(s)
	}
	return sum
}

// addProgram adds the routes and pools of a worker. All workers have the same.
func (s *Statistics) addProgram(worker Statistics) {
	if s.Routes == nil && s.Pools == nil {
		s.Routes, s.Pools = slices.Clone(worker.Routes), slices.Clone(worker.Pools)
		return
	}
	for i := range min(len(s.Routes), len(worker.Routes)) {
		s.Routes[i].add(worker.Routes[i])
	}
	for i := range min(len(s.Pools), len(worker.Pools)) {
		s.Pools[i].add(worker.Pools[i])
	}
}
