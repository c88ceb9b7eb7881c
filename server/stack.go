package server

import (
	"context"
	"os"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/supervisor"
	"github.com/target-server/target-server/server/zone"
)

// Stack describes a server and the framework on it, at one vintage. Each folder of stacks/ fills these slots.
type Stack struct {
	// Defaults are the values of settings that the user leaves out, with what the stack refuses, its name and its
	// vintage.
	Defaults config.Defaults
	// Guide is what users are told about it.
	Guide Guide

	// Loops are the event loops, by the value of --loop. A server without that flag has one, under "auto".
	Loops map[string]eventloop.Flavour

	Modes   []modes.Entry
	Order   limiter.Order // in which waiting requests get a thread
	Threads modes.Pool
	// Alone: the main thread runs the handlers itself, and there is no other.
	Alone bool
	// OwnThreads is a number of threads that --limit does not change; 0 leaves it to --limit.
	OwnThreads int

	// Apps are the article's program in each framework, by the value of --app.
	Apps map[string]NewApp
	// Terms are what a program cannot have here, with the reasons.
	Terms program.Terms
	// Serve makes the endpoint that serves a worker's connections, and the worker's life.
	Serve func(*Worker) (http1.Endpoint, Life)
	// Log is the format of the native log.
	Log journal.Lines
	// Zone returns the local time zone of the log from the variable TZ, as [zone.Libc] does, which nil stands for.
	Zone func(tz string, set bool) *time.Location

	// Parent starts the workers if there are several; with Supervised, also a single one.
	Parent     Parent
	Supervised bool
	// StartupFailure is the exit status when the single worker, or the parent of several, cannot bind the address.
	StartupFailure int
	// Ignores are the signals, named without SIG, that the parent makes a worker ignore from its start.
	Ignores []string
}

// Parent is the process that starts the workers: how it reacts to signals and to the end of a worker, and how it opens
// the address.
type Parent struct {
	supervisor.Policy
	// Forks: the workers are forked rather than spawned. Python's sets have the same order in all of them.
	Forks bool
	// Open opens the socket that the workers share, and logs a failure. Nil binds the address and logs any error.
	Open func(context.Context, config.Config, ParentLog) (*os.File, error)
	// Serving logs that addr, host:port, is served. Nil logs the policy's line.
	Serving func(addr string, log ParentLog)
	// Control returns the path of the control socket, as the log names it. Nil means that there is none.
	Control func() string
}

// Respawning returns the parent with a policy that replaces dead workers (--respawn).
func (p Parent) Respawning() Parent {
	p.Policy = p.Policy.Respawning()
	return p
}

// useZone makes the stack's local time that of the whole process.
func (s *Stack) useZone() {
	find := s.Zone
	if find == nil {
		find = zone.Libc
	}
	time.Local = find(os.LookupEnv("TZ"))
}

// CheckProgram returns a [*program.Problems] with what the stack cannot have of the program in cfg, or nil. With the
// article's program there is nothing.
func (s *Stack) CheckProgram(cfg config.Config) error {
	if cfg.Program == nil {
		return nil
	}
	return s.Terms.Check(cfg.Program)
}

// Guide is what users are told about a stack besides its settings (target-server stacks NAME).
type Guide struct {
	// For is what the stack is and when to choose it.
	For string
	// Options gives the real server's own name of a setting, such as "Uvicorn's --timeout-keep-alive".
	Options map[string]string
	// Modes says what is special about a mode, by the mode's name.
	Modes map[string]string
	// Differs lists known differences from the real server, besides those of all stacks in docs/differences.md.
	Differs []string
}
