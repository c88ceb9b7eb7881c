package server

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"
)

// outlet gathers the lines of one turn of the loop. It keeps the order in which
// the two streams were written to.
type outlet struct {
	stdout, stderr io.Writer
	current        io.Writer
	pending        []byte
	lost           int  // lines of stdout since its first write that failed; 0 while it takes them
	torn           bool // the last line that stdout took has no end
}

// to returns the pending bytes of a stream, to which a line can be appended.
func (o *outlet) to(stream io.Writer) *[]byte {
	if o.current != stream || len(o.pending) > 32*1024 {
		o.flush()
		o.current = stream
	}
	return &o.pending
}

// flush writes what is pending. A stream that has no room holds the loop until
// it has, as it would hold Python's; one that fails loses its lines, which is
// said on the other when it begins and when it is over.
func (o *outlet) flush() {
	if len(o.pending) > 0 && o.current == o.stdout && o.torn {
		o.pending = append([]byte("\n"), o.pending...)
	}
	for len(o.pending) > 0 {
		n, err := o.current.Write(o.pending[:whole(o.pending)])
		if o.current == o.stdout && n > 0 {
			o.torn = o.pending[n-1] != '\n'
		}
		o.pending = o.pending[:copy(o.pending, o.pending[n:])]
		switch {
		case err == nil:
			o.recover()
		case errors.Is(err, syscall.EAGAIN): // somebody who shares the pipe made it non-blocking
			time.Sleep(time.Millisecond)
		default:
			o.lose(err)
		}
	}
}

// pipeBuf is how many bytes a pipe takes as one (PIPE_BUF on Linux): workers that share a full one
// would otherwise break into each other's lines.
const pipeBuf = 4096

// whole is how many bytes to write as one: as many lines as a pipe takes so, or a longer one.
func whole(lines []byte) int {
	if len(lines) <= pipeBuf {
		return len(lines)
	}
	if n := bytes.LastIndexByte(lines[:pipeBuf], '\n') + 1; n > 0 {
		return n
	}
	if n := bytes.IndexByte(lines, '\n') + 1; n > 0 {
		return n
	}
	return len(lines)
}

// lose gives pending lines up.
func (o *outlet) lose(err error) {
	if o.current == o.stdout {
		if o.lost == 0 {
			o.complain("lines of the log are lost: %v", err)
		}
		mend := []byte("\n") // of a torn line: no line of its own
		o.lost += max(1, bytes.Count(bytes.TrimPrefix(o.pending, mend), []byte("\n")))
	}
	o.pending = o.pending[:0]
}

// recover counts what was lost, when stdout takes lines again.
func (o *outlet) recover() {
	if o.current == o.stdout && o.lost > 0 {
		o.complain("the log is written again; lines lost: %d", o.lost)
		o.lost = 0
	}
}

func (o *outlet) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(o.stderr, "target-server: "+format+"\n", args...)
}
