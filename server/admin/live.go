package admin

// A Frame is what the live page and the terminal show of one moment. GET /live sends a frame several times a second, as
// server-sent events. Times are in milliseconds since 1970, durations in milliseconds.
type Frame struct {
	Time    Millis       `json:"time"`
	Server  Server       `json:"server"`
	Workers []LiveWorker `json:"workers"` // by number
}

// Millis is a moment in milliseconds since 1970 UTC, with fractions.
type Millis float64

// Server is what does not change while a server runs.
type Server struct {
	Stack   string `json:"stack"`
	Vintage string `json:"vintage"`
	App     string `json:"app,omitempty"`     // fastapi or flask, for a stack that carries either
	Mode    string `json:"mode,omitempty"`    // of the article's program
	Program string `json:"program,omitempty"` // its name, if a file describes one
	Version string `json:"version"`           // of target-server
}

// LiveWorker is one worker.
type LiveWorker struct {
	Statistics Statistics `json:"statistics"`      // as in GET /stats; its Error is set if the worker is silent, and then nothing else is
	Order      string     `json:"order"`           // of the queue for threads: "last in, first out" or "first in, first out"
	Sleep      string     `json:"sleep,omitempty"` // of the article's handler, as --sleep reads it
	Loop       LiveLoop   `json:"loop"`
	// Connections are those that are open. Backlog is what the kernel has accepted for the worker's listener and the worker
	// has not; nil if that is not known. Workers that share a listener have the same.
	Connections int      `json:"connections"`
	Backlog     *Backlog `json:"backlog,omitempty"`
	// Threads are the threads that run something, and those that wait for work, by number. At most MostLive.
	Threads []LiveThread `json:"threads"`
	// Tasks are the coroutines that have begun and not ended, oldest first. At most MostLive; TasksTotal counts all.
	Tasks      []LiveCall `json:"tasks"`
	TasksTotal int        `json:"tasks_total"`
	// Queue is who waits for a thread, the one that is served next first. At most MostLive; Statistics.Waiting counts all.
	Queue []LiveCall `json:"queue"`
	Pools []LivePool `json:"pools,omitempty"` // in the order of Statistics.Pools
	// Ended are the calls that have ended since the last frame, by the time of their end. Blocks are the times for which
	// calls have blocked the loop, from Since to Until, if that ended since the last frame. At most MostLive of both; Missed
	// counts those left out.
	Ended  []LiveCall `json:"ended"`
	Blocks []LiveCall `json:"blocks"`
	Missed int        `json:"missed"`
	// Sequence is the number of the last call or block that has ended: what to ask for next.
	Sequence int64 `json:"sequence"`
}

// MostLive bounds each list of a LiveWorker.
const MostLive = 256

// LiveLoop is the worker's main thread.
type LiveLoop struct {
	State LoopState `json:"state"`
	Since Millis    `json:"since"` // when that began
	// By is the call that blocks the loop, if one does.
	By *LiveCall `json:"by,omitempty"`
}

// LoopState is what a loop does.
type LoopState string

// The states of a loop.
const (
	LoopServes  LoopState = "serves"  // it waits for events, or handles them
	LoopBlocked LoopState = "blocked" // a handler blocks it: nothing is accepted, read, answered or closed
	LoopPaused  LoopState = "paused"  // by POST /pause
)

// LiveThread is a thread.
type LiveThread struct {
	Number int       `json:"number"`         // from 1 in each worker
	Name   string    `json:"name"`           // as the log names it
	Runs   *LiveCall `json:"runs,omitempty"` // nil if it is idle
}

// LiveCall is a call of a function for a request, or the wait for it. The article's program has one call for a request; a
// program that a file describes may have several.
type LiveCall struct {
	ID       string  `json:"id"`                 // of the request: its ?id=, or the first parameter of its path
	Route    string  `json:"route,omitempty"`    // method and path, in a program
	Function string  `json:"function,omitempty"` // what the call is in a program: "handler", "dependency session", …
	Arrived  Millis  `json:"arrived"`            // the request
	Since    Millis  `json:"since"`              // the call has begun or, if it is queued, waits
	Until    Millis  `json:"until,omitempty"`    // the call has ended
	Thread   int     `json:"thread,omitempty"`   // its number; 0 for the main thread
	Outcome  Outcome `json:"outcome,omitempty"`  // of the request, once that is known
	Left     bool    `json:"left,omitempty"`     // its client has left, as far as the server knows
}

// LivePool is who uses a connection pool of a program. Each list has at most MostLive calls, the oldest first.
type LivePool struct {
	Name    string     `json:"pool"`
	Holders []LiveCall `json:"holders"`
	Waiters []LiveCall `json:"waiters"`
}
