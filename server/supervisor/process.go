package supervisor

import (
	"context"
	"encoding/json"
	"os"
	"time"
)

// WorkerArgument is the first argument of a process that [Reexec] starts.
const WorkerArgument = "worker"

// Spawner starts one worker, without waiting for it to be ready. The serial number counts all workers ever started,
// from 0.
type Spawner func(serial int) (Process, error)

// Process is one worker, as its parent sees it. Any goroutine may call its methods.
type Process interface {
	// PID is its process id.
	PID() int
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
