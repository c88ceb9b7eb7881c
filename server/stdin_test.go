package server

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestUnfitInput(t *testing.T) {
	for _, c := range []struct {
		name string
		in   input
		want string
	}{
		{"reading end of a pipe", input{kind: fs.ModeNamedPipe, readable: true}, ""},
		{"writing end of a pipe", input{kind: fs.ModeNamedPipe, writable: true}, "the writing end of a pipe"},
		{"FIFO for both", input{kind: fs.ModeNamedPipe, readable: true, writable: true}, "a pipe that is open for writing too, and so never ends"},
		{"stream socket", input{kind: fs.ModeSocket, readable: true, writable: true, stream: true, connected: true}, ""},
		{"listening", input{kind: fs.ModeSocket, readable: true, writable: true, stream: true, listening: true}, "a listening socket"},
		{"new socket", input{kind: fs.ModeSocket, readable: true, writable: true, stream: true}, "a socket that is not connected"},
		{"UDP", input{kind: fs.ModeSocket, readable: true, writable: true}, "a socket of messages, which does not end with its peer"},
		{
			"connected UDP",
			input{kind: fs.ModeSocket, readable: true, writable: true, connected: true},
			"a socket of messages, which does not end with its peer",
		},
		{"terminal", input{kind: fs.ModeDevice | fs.ModeCharDevice, readable: true, writable: true, terminal: true}, ""},
		{"terminal to read", input{kind: fs.ModeDevice | fs.ModeCharDevice, readable: true, terminal: true}, ""},
		{
			"terminal to write",
			input{kind: fs.ModeDevice | fs.ModeCharDevice, writable: true, terminal: true},
			"a terminal that is not open for reading",
		},
		{"known device", input{kind: fs.ModeDevice | fs.ModeCharDevice, readable: true, device: "/dev/zero"}, "/dev/zero"},
		{"character device", input{kind: fs.ModeDevice | fs.ModeCharDevice, readable: true}, "a device that is not a terminal"},
		{"disk", input{kind: fs.ModeDevice, readable: true}, "a device that is not a terminal"},
		{"file", input{readable: true}, "a file"},
		{"directory", input{kind: fs.ModeDir, readable: true}, "a directory"},
		{"eventfd", input{kind: fs.ModeIrregular, readable: true}, "not a stream"},
	} {
		if got := c.in.problem(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := stdinProblem(nil); got != "missing" {
		t.Errorf("none: got %q", got)
	}
}

// parentThat sends endless data without pauses, in pieces of any size, until it ends.
type parentThat struct {
	reads int
	piece int
	fails func(reads int) error
}

func (p *parentThat) Read(buffer []byte) (int, error) {
	p.reads++
	return min(p.piece, len(buffer)), p.fails(p.reads)
}

// A parent that never stops sending costs two hundred reads a second, and its end is noticed after one.
func TestDrainCostsLittle(t *testing.T) {
	for _, piece := range []int{1, 1 << 20} {
		synctest.Test(t, func(t *testing.T) {
			begin := time.Now()
			p := &parentThat{piece: piece, fails: func(reads int) error {
				if time.Since(begin) >= time.Second || reads > 1000 {
					return io.EOF
				}
				return nil
			}}
			drain(p)
			if took := time.Since(begin); p.reads > 201 || took != time.Second {
				t.Errorf("pieces of %d: %d reads in %v, want 201 in 1s", piece, p.reads, took)
			}
		})
	}
}

// A process that shares the input may make it non-blocking: then there is nothing to read, and nothing has ended.
func TestDrainOutlastsNonBlocking(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &parentThat{fails: func(reads int) error {
			if reads <= 100 {
				return &fs.PathError{Op: "read", Err: syscall.EAGAIN}
			}
			return errors.New("hung up")
		}}
		if drain(p); p.reads != 101 {
			t.Errorf("%d reads, want 101", p.reads)
		}
	})
	drain(bytes.NewReader(nil))
}
