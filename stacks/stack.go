package stacks

import (
	"fmt"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/supervisor"
)

// Stack is a server and the framework on it, at one vintage.
type Stack struct {
	// Defaults are the settings where nobody says otherwise, and what the real
	// server cannot do. They also say whose name and vintage these are.
	Defaults config.Defaults

	// Loops and HTTP are the event loops and protocol classes by the value of
	// the real server's --loop and --http.
	Loops map[string]eventloop.Flavour
	HTTP  map[string]http1.Behaviour

	Order      limiter.Order // of those who wait for a thread
	ThreadName string
	Server     string // value of the server header

	App         Framework
	Unavailable *http1.Answer // to a request over --limit-concurrency
	Lifecycle   Lifecycle
	Parent      supervisor.Policy // with several workers
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
	// StartupFailure is the exit status when the address cannot be bound, by one
	// worker or by the parent of several.
	StartupFailure int
}

// Framework is what FastAPI answers by itself.
type Framework struct {
	Pages               []Page
	NotFound, MissingID *http1.Answer
	BadSleep            *http1.Answer // to our own ?sleep=
	// ChecksHost: redirects do not repeat a Host field that names no host.
	ChecksHost bool
	QueueFull  *http1.Answer // to our own --queue
}

// Page is a document that FastAPI serves beside the program's own paths, with
// GET and HEAD.
type Page struct {
	Path   string
	Answer *http1.Answer
}

// All returns every stack, the default one first.
func All() []*Stack { return []*Stack{uvicorn202303(), uvicornCurrent()} }

// Defaults are those of every stack, for the command line to choose from.
func Defaults() []config.Defaults {
	var all []config.Defaults
	for _, s := range All() {
		all = append(all, s.Defaults)
	}
	return all
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
