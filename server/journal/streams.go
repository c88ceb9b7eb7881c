package journal

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"
)

// streams gathers the lines of one turn of the loop. It keeps the order in which
// the two streams were written to.
type streams struct {
	stdout, stderr io.Writer
	current        io.Writer
	pending        []byte
	lost           int  // lines of stdout since its first write that failed; 0 while it takes them
	torn           bool // the last line that stdout took has no end
}

// to returns the pending bytes of a stream, to which a line can be appended.
func (s *streams) to(stream io.Writer) *[]byte {
	if s.current != stream || len(s.pending) > 32*1024 {
		s.flush()
		s.current = stream
	}
	return &s.pending
}

// flush writes what is pending. A stream that has no room holds the loop until
// it has, as it would hold Python's; one that fails loses its lines, which is
// said on the other when it begins and when it is over.
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
		case errors.Is(err, syscall.EAGAIN): // somebody who shares the pipe made it non-blocking
			time.Sleep(time.Millisecond)
		default:
			s.lose(err)
		}
	}
}

// pipeBuf is how many bytes a pipe takes as one (PIPE_BUF on Linux): workers that share a full one
// would otherwise break into each other's lines.
const pipeBuf = 4096

// wholeLines is how many bytes to write as one: as many lines as a pipe takes so, or a longer one.
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

// lose gives pending lines up.
func (s *streams) lose(err error) {
	if s.current == s.stdout {
		if s.lost == 0 {
			s.complain("lines of the log are lost: %v", err)
		}
		mend := []byte("\n") // of a torn line: no line of its own
		s.lost += max(1, bytes.Count(bytes.TrimPrefix(s.pending, mend), []byte("\n")))
	}
	s.pending = s.pending[:0]
}

// recover counts what was lost, when stdout takes lines again.
func (s *streams) recover() {
	if s.current == s.stdout && s.lost > 0 {
		s.complain("the log is written again; lines lost: %d", s.lost)
		s.lost = 0
	}
}

func (s *streams) complain(format string, args ...any) {
	_, _ = fmt.Fprintf(s.stderr, "target-server: "+format+"\n", args...)
}
