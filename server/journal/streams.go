package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"
)

// streams collects the lines of one turn of the loop. It keeps their order across the two streams.
type streams struct {
	stdout, stderr io.Writer
	current        io.Writer
	pending        []byte
	lost           int  // lines of stdout since its first failed write; 0 while writes succeed
	torn           bool // the last line written to stdout is incomplete
}

// to returns the pending bytes of a stream, for the caller to append a line.
func (s *streams) to(stream io.Writer) *[]byte {
	if s.current != stream || len(s.pending) > 32*1024 {
		s.flush()
		s.current = stream
	}
	return &s.pending
}

// flush writes what is pending. A stream that is full blocks the loop, as it would block Python's. A stream that fails
// loses its lines; if that is stdout, the start and the end of the failure are reported on stderr.
func (s *streams) flush() {
	if len(s.pending) > 0 && s.current == s.stdout && s.torn {
		s.pending = append([]byte("\n"), s.pending...)
	}
	for len(s.pending) > 0 {
		n, err := s.current.Write(s.pending[:wholeLines(s.pending)])
		if s.current == s.stdout && n > 0 {
			s.torn = s.pending[n-1] != '\n'
		}
		s.pending = s.pending[:copy(s.pending, s.pending[n:])]
		switch {
		case err == nil:
			s.recover()
		case errors.Is(err, syscall.EAGAIN): // another process that shares the pipe made it non-blocking
			time.Sleep(time.Millisecond)
		default:
			s.drop(err)
		}
	}
}

// pipeBuf is how many bytes a pipe takes atomically (PIPE_BUF on Linux). Longer writes of workers that share a full
// pipe could be mixed within a line.
const pipeBuf = 4096

// wholeLines is how many bytes to write at once: as many lines as a pipe takes atomically, or one longer line.
func wholeLines(lines []byte) int {
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

// drop drops the pending lines.
func (s *streams) drop(err error) {
	if s.current == s.stdout {
		if s.lost == 0 {
			s.report("lines of the log are lost: %v", err)
		}
		end := []byte("\n") // at the start it ends a torn line, and is not a line itself
		s.lost += max(1, bytes.Count(bytes.TrimPrefix(s.pending, end), end))
	}
	s.pending = s.pending[:0]
}

// recover reports how many lines were lost, once stdout can be written again.
func (s *streams) recover() {
	if s.current == s.stdout && s.lost > 0 {
		s.report("the log is written again; lines lost: %d", s.lost)
		s.lost = 0
	}
}

func (s *streams) report(format string, args ...any) {
	_, _ = fmt.Fprintf(s.stderr, "target-server: "+format+"\n", args...)
}
