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

// InputError is wrong input that shows only when the server starts: what a flag asks for cannot be had with what the
// process was given. The process should exit with 2.
type InputError struct{ Err error }

// Error names the flag, what it met and what is accepted.
func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap gives the reason.
func (e *InputError) Unwrap() error { return e.Err }

// endPatience is how long a process whose parent has ended waits for its ready file to be removed, in case the disk hangs.
const endPatience = 5 * time.Second

// exitWithParent has this process end at once when standard input does, with status 0 and without its ready file; its
// workers are killed then, as they are by the end of any parent. It refuses an input whose end, or lack of one, says
// nothing of the process that started this one.
func exitWithParent(cfg config.Config, streams Streams, file *readyFile) error {
	if !cfg.ExitWithParent {
		return nil
	}
	if what := unfitStdin(streams.Stdin); what != "" {
		return &InputError{fmt.Errorf("exit with parent (--exit-with-parent): standard input is %s; accepted: %s", what, fitInput)}
	}
	go func() {
		drain(streams.Stdin)
		removed := make(chan struct{})
		go func() {
			file.end()
			close(removed)
		}()
		select {
		case <-removed:
		case <-time.After(endPatience):
		}
		os.Exit(0)
	}()
	return nil
}

// drainRest is the time between two reads of what the parent sends, so that one that never stops costs little.
const drainRest = 5 * time.Millisecond

// drain reads until the end, or until a failure that is one.
func drain(from io.Reader) {
	buffer := make([]byte, 64*1024)
	for {
		_, err := from.Read(buffer)
		if err != nil && !errors.Is(err, syscall.EAGAIN) { // a process that shares the input has made it non-blocking
			return
		}
		time.Sleep(drainRest)
	}
}
