package supervisor

import (
	"context"
	"encoding/json"
	"os"
	"time"
)

// WorkerArgument is the first argument of a process that [Reexec] starts.
const WorkerArgument = "worker"

// Spawner starts one worker, without waiting for it to be ready.
type Spawner func(place Place) (Process, error)

// Place is which of its parent's workers one is.
type Place struct {
	// Serial is how many workers were started before.
	Serial int `json:"serial"`
	// Number is the worker's own among those that run, from 1. A worker that replaces another takes over its number; any
	// other takes the lowest that is free.
	Number int `json:"number"`
}

// Process is one worker, as its parent sees it. Any goroutine may call its methods.
type Process interface {
	// PID is its process id.
	PID() int
	// Number is the one of its [Place].
	Number() int
	// Signal sends it a signal.
	Signal(os.Signal) error
	// Ready is closed when the worker accepts connections.
	Ready() <-chan struct{}
	// Info is what the worker sent when it became ready, and nil before.
	Info() json.RawMessage
	// Exited is closed when the worker has ended.
	Exited() <-chan struct{}
	// ExitCode is the worker's exit code, or -N if signal N ended it. It is valid only after Exited.
	ExitCode() int
	// LastBeat is the time of the worker's last heartbeat, and zero before.
	LastBeat() time.Time
	// Call sends the worker a request and waits for the answer, or for the end of the context.
	Call(ctx context.Context, request string, params any) (json.RawMessage, error)
}
