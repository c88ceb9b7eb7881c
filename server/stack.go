package server

import (
	"context"
	"os"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/supervisor"
)

// Stack is a server and the framework on it, at one vintage: the slots that a folder of stacks/ fills.
type Stack struct {
	// Defaults are the settings where the user says nothing, and what the real server cannot do. They also have the
	// stack's name and vintage.
	Defaults config.Defaults
	// Guide is what people are told of it.
	Guide Guide

	// Loops are the event loops by the value of --loop; a server without that flag has one, under "auto".
	Loops map[string]eventloop.Flavour

	Modes   []modes.Entry
	Order   limiter.Order // of those who wait for a thread
	Threads modes.Pool
	// OwnThreads is the number of threads where --limit does not change it; 0 leaves it to --limit.
	OwnThreads int

	// Apps are the frameworks that carry the article's program, by --app.
	Apps map[string]NewApp
	// Serve makes what serves a worker's connections, and the worker's life.
	Serve func(*Worker) (http1.Endpoint, Life)
	// Log is how the native log is spelled.
	Log journal.Lines

	// Parent starts several workers or, where Supervised is set, even one.
	Parent     Parent
	Supervised bool
	// StartupFailure is the exit status when the address cannot be bound, by one worker or by the parent of several.
	StartupFailure int
	// Ignores are the signals, without SIG, that the parent has a worker ignore from its start.
	Ignores []string
}

// Parent is the process that starts the workers: what it does about signals and their ends, and how it opens the address.
type Parent struct {
	supervisor.Policy
	// Open opens the socket that the workers share, and logs why it cannot; nil binds it, and logs an error.
	Open func(context.Context, config.Config, ParentLog) (*os.File, error)
	// Serving logs that the address, host:port, is served; nil logs the policy's line.
	Serving func(addr string, log ParentLog)
	// Control gives the path of the control socket, as the log names it; nil is none.
	Control func() string
}

// Respawning is the parent with dead workers replaced (--respawn).
func (p Parent) Respawning() Parent {
	p.Policy = p.Policy.Respawning()
	return p
}

// Guide is what people are told of a stack, beside its values (target-server stacks NAME).
type Guide struct {
	// For is what it is for.
	For string
	// Modes says what is special about a mode, by its name.
	Modes map[string]string
	// Differs is what is known to differ from the real server, beside what docs/differences.md says of all.
	Differs []string
}
