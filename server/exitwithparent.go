package server

import (
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/target-server/target-server/config"
)

// InputError is wrong input that shows only when the server starts: a flag that does not fit what the process was
// given, such as its standard input. The process should exit with 2.
type InputError struct{ Err error }

// Error names the flag, what it found and what is accepted.
func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *InputError) Unwrap() error { return e.Err }

// removeTimeout is how long a process whose parent has ended waits for its ready file to be removed, in case the disk
// hangs.
const removeTimeout = 5 * time.Second

// exitWithParent makes this process end at once when standard input does, with status 0. It removes the ready file
// first, and its workers are killed, as they are whenever their parent ends. It refuses an input whose end would say
// nothing about the process that started this one.
func exitWithParent(cfg config.Config, streams Streams, file *readyFile) error {
	if !cfg.ExitWithParent {
		return nil
	}
	if problem := stdinProblem(streams.Stdin); problem != "" {
		return &InputError{fmt.Errorf("--exit-with-parent: standard input is %s; accepted: %s",
			problem, acceptedStdin)}
	}
	go func() {
		drain(streams.Stdin)
		removed := make(chan struct{})
		go func() {
			file.remove()
			close(removed)
		}()
		select {
		case <-removed:
		case <-time.After(removeTimeout):
		}
		os.Exit(0)
	}()
	return nil
}

// drainInterval is the time between two reads, so that a parent that never stops sending costs little.
const drainInterval = 5 * time.Millisecond

// drain reads until the end of input or a failure.
func drain(from io.Reader) {
	buffer := make([]byte, 64*1024)
	for {
		_, err := from.Read(buffer)
		if err != nil && !errors.Is(err, syscall.EAGAIN) { // EAGAIN: a process that shares the input has made it non-blocking
			return
		}
		time.Sleep(drainInterval)
	}
}
