package explain

import (
	"cmp"

	"github.com/target-server/target-server/limiter"
)

// Conditions are what a program runs on. The zero value is one worker of FastAPI with 40 threads, last in, first out.
type Conditions struct {
	Stack   string        `json:"stack,omitempty"`   // for the report's heading
	Vintage string        `json:"vintage,omitempty"` // the same
	Terms   Terms         `json:"terms"`
	Threads int           `json:"threads"` // of each worker; 0 stands for 40, and below 0 there is no limit
	Workers int           `json:"workers"` // processes; 0 stands for 1
	Order   limiter.Order `json:"-"`       // of those that wait for a thread; Report.Order in JSON
}

// Terms are what a request needs a thread for.
type Terms uint8

// The terms of the imitated frameworks.
const (
	// Trips is FastAPI: each def function, and the validation of a def handler's result, takes a token of its own.
	Trips Terms = iota
	// OneThread is Flask and Tomcat: one thread does all of a request.
	OneThread
)

// MarshalText names the terms in JSON.
func (t Terms) MarshalText() ([]byte, error) {
	if t == OneThread {
		return []byte("a thread for each request"), nil
	}
	return []byte("a token for each def function"), nil
}

// The defaults of AnyIO's limiter and of every server.
const (
	defaultThreads = 40
	defaultWorkers = 1
)

func (c Conditions) withDefaults() Conditions {
	c.Threads = max(cmp.Or(c.Threads, defaultThreads), -1)
	c.Workers = max(c.Workers, defaultWorkers)
	return c
}
