package stacks

import (
	"fmt"
	"sync"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/supervisor"
)

// Stack is a server and the framework on it, at one vintage.
type Stack struct {
	// Defaults are the settings where nobody says otherwise, and what the real
	// server cannot do. They also say whose name and vintage these are.
	Defaults config.Defaults

	// Loops and HTTP are the event loops and the protocols on connections by the
	// value of the real server's --loop and --http; servers without these flags
	// have them under "auto".
	Loops map[string]eventloop.Flavour
	HTTP  map[string]http1.Protocol

	Modes   []modes.Entry
	Order   limiter.Order // of those who wait for a thread
	Threads modes.Pool
	// OwnThreads is how many threads there are where --limit does not change them,
	// as the article's program does not: trio's own limiter, which AnyIO's RunVar does
	// not reach (trio._threads.DEFAULT_LIMIT). 0 leaves it to --limit.
	OwnThreads int
	Server     string // value of the server header

	// Apps are the frameworks that carry the article's program, by --app.
	Apps        map[string]Application
	Unavailable *http1.Answer // to a request over --limit-concurrency

	Warnings Warnings
	// AppError is how the server's log begins what it says of an exception in the
	// application.
	AppError string

	Life      Life
	Lifecycle Lifecycle
	Lines     Lines
	Heartbeat Heartbeat
	// Parent is what supervises several workers or, where Supervised is set, even one.
	Parent     supervisor.Policy
	Supervised bool
}

// Lifecycle is what versions of a server decide about their end.
type Lifecycle struct {
	// Interrupted, TimedOut and InLine are the exceptions, as Python names them,
	// of a task that a second SIGINT cancels, one cancelled when the graceful
	// timeout has passed, and one that waits for a thread meanwhile.
	Interrupted, TimedOut, InLine string
	// RaisesSignal: a process that a signal has ended gracefully raises it
	// again and so dies by it (Uvicorn since 0.29, Server.capture_signals).
	RaisesSignal bool
	// SaysWhyMaxRequests logs that --limit-max-requests was reached.
	SaysWhyMaxRequests bool
	// RaisesInterrupt: the same of SIGINT, which Uvicorn's own main would take for
	// a good end.
	RaisesInterrupt bool
	// Boots and Exits are what a worker of gunicorn says before anything else, and
	// last unless a signal ends it. Closing is what follows when it has closed
	// the listening socket.
	Boots, Exits, Closing string
	// Deaf are signals, without SIG, that a worker handles by doing nothing.
	Deaf []string
	// Ignores are signals, without SIG, that a worker's parent has ignored when it
	// starts it.
	Ignores []string
	// EndsInItsOwnTime: --graceful-timeout is the master's, which kills.
	EndsInItsOwnTime bool
	// StartupFailure is the exit status when the address cannot be bound, by one
	// worker or by the parent of several.
	StartupFailure int
	// Gunicorn is about gunicorn's own workers.
	Gunicorn Gunicorn
}

// Warnings are what Python warns of on stderr, each when it first happens.
type Warnings struct {
	// AnyIO is of AnyIO's first use: by a request that needs a thread, or by the
	// program that changes the number of threads when it starts.
	AnyIO string
	// Raised is of the application's first exception, and Ended of the first
	// connection whose task an exception ends.
	Raised, Ended string
}

// Application is a framework with what it answers by itself: FastAPI, …
type Application any

// All returns every stack, the default one first. They are made once, and nobody
// changes them.
func All() []*Stack { return all() }

var all = sync.OnceValue(func() []*Stack {
	return []*Stack{
		uvicorn202303(), uvicornCurrent(),
		hypercorn202303(), hypercornCurrent(), hypercornUvloop202303(), hypercornUvloopCurrent(),
		hypercornTrio202303(), hypercornTrioCurrent(),
		flask202303(), flaskCurrent(), flaskSingle202303(), flaskSingleCurrent(), waitress202303(), waitressCurrent(),
		gunicornUvicorn202303(), gunicornUvicornCurrent(),
		gunicornSync202303(), gunicornSyncCurrent(), gunicornGthread202303(), gunicornGthreadCurrent(),
		node202303(), nodeCurrent(),
		tomcat202303(), tomcatCurrent(),
	}
})

// Defaults are those of every stack, for the command line to choose from.
func Defaults() []config.Defaults {
	var defaults []config.Defaults
	for _, s := range All() {
		d := s.Defaults
		d.Supervised = s.Supervised
		defaults = append(defaults, d)
	}
	return defaults
}

// Find returns a stack by its name and vintage.
func Find(name, vintage string) (*Stack, error) {
	for _, s := range All() {
		if v := s.Defaults.Values; v.Stack == name && v.Vintage == vintage {
			return s, nil
		}
	}
	return nil, fmt.Errorf("no stack %q at vintage %q", name, vintage)
}
