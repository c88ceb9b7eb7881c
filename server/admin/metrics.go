package admin

// Metrics is what GET /metrics shows: the statistics of every worker, and what is too long for them.
type Metrics struct {
	Server   Server
	Restarts int             // workers started in place of an earlier one
	Workers  []WorkerMetrics // by number
}

// WorkerMetrics is what one worker measures. The totals begin at the start or the last reset, as those of Statistics do.
type WorkerMetrics struct {
	Statistics Statistics     `json:"statistics"` // its Error is set if the worker is silent, and then nothing else is
	Routes     []RouteMetrics `json:"routes"`
	Refusals   Refusals       `json:"refusals"`
	Loop       LoopMetrics    `json:"loop"`
	// Accepted counts the connections that were accepted, and Open those that have not been closed.
	Accepted int64 `json:"accepted"`
	Open     int   `json:"open"`
	// Backlog is nil if the system cannot tell, and once the worker no longer listens.
	Backlog   *Backlog    `json:"backlog,omitempty"`
	PoolWaits []Histogram `json:"pool_waits,omitempty"` // for a connection, in the order of Statistics.Pools
}

// RouteMetrics are the requests of a route.
type RouteMetrics struct {
	// Route is "/" for the article's handler, in a program that a file describes method and path as in the file, and
	// empty for requests that no handler was found for or that the server refused before it looked.
	Route string  `json:"route"`
	Ended []Ended `json:"ended"`
	// Of requests whose handler has started, nil where no request has one: Wait is counted at the start, the others at
	// the end. Total is from the arrival to the end.
	Wait  *Histogram `json:"wait,omitempty"`
	Work  *Histogram `json:"work,omitempty"`
	Total *Histogram `json:"total,omitempty"`
}

// Ended counts the requests that have ended in one way.
type Ended struct {
	Outcome Outcome `json:"outcome"`
	Status  int     `json:"status"` // of the answer; 0 if nothing was sent
	N       int64   `json:"n"`
}

// Refusals are the requests refused with a quick 503, by cause.
type Refusals struct {
	Queue            int64 `json:"queue"`             // --queue
	LimitConcurrency int64 `json:"limit_concurrency"` // --limit-concurrency
}

// LoopMetrics are times of a worker's loop, in seconds.
type LoopMetrics struct {
	Blocked    float64 `json:"blocked"`     // how long it has stood still in total, because a handler blocked it or it was paused
	Lag        float64 `json:"lag"`         // how long its last turn took, or the one in which it now stands still has taken
	LongestLag float64 `json:"longest_lag"` // the longest so far
}

// Backlog is the kernel's queue of connections that wait to be accepted. Workers that share a socket share it.
type Backlog struct {
	Waiting int `json:"waiting"`
	Limit   int `json:"limit"`
}
