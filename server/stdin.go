package server

import (
	"io"
	"io/fs"
	"os"

	"github.com/target-server/target-server/server/journal"
)

// acceptedStdin is what exitWithParent accepts.
const acceptedStdin = "a pipe open for reading, a connected stream socket or a terminal, which the parent keeps open"

// input describes an open file, as far as it matters whether its end means the end of the process at the other end.
type input struct {
	kind      fs.FileMode // the type bits only
	readable  bool
	writable  bool // for a pipe: its reader then is a writer too, and the pipe never ends
	stream    bool // a stream socket
	connected bool // a socket with a peer
	listening bool // a listening socket
	terminal  bool
	device    string // the name of a well-known device
}

// stdinProblem says what is wrong with a standard input whose end says nothing about a parent, or is empty. Only tests
// pass a reader that is not a file.
func stdinProblem(stdin io.Reader) string {
	if stdin == nil {
		return "missing"
	}
	file, ok := stdin.(*os.File)
	if !ok {
		return ""
	}
	in, err := inspect(file)
	if err != nil {
		return "closed"
	}
	return in.problem()
}

// problem says what is wrong with an input, or is empty.
func (in input) problem() string {
	switch in.kind {
	case fs.ModeNamedPipe:
		return in.pipeProblem()
	case fs.ModeSocket:
		return in.socketProblem()
	case fs.ModeDir:
		return "a directory"
	case 0:
		return "a file"
	}
	switch {
	case in.device != "":
		return in.device
	case in.terminal && in.readable:
		return ""
	case in.terminal:
		return "a terminal that is not open for reading"
	case in.kind&fs.ModeDevice != 0:
		return "a device that is not a terminal"
	}
	return "not a stream"
}

func (in input) pipeProblem() string {
	switch {
	case !in.readable:
		return "the writing end of a pipe"
	case in.writable:
		return "a pipe that is open for writing too, and so never ends"
	}
	return ""
}

func (in input) socketProblem() string {
	switch {
	case !in.stream:
		return "a socket of messages, which does not end with its peer"
	case in.listening:
		return "a listening socket"
	case !in.connected:
		return "a socket that is not connected"
	}
	return ""
}

// inspect finds out what kind of input a file is.
func inspect(file *os.File) (input, error) {
	info, err := file.Stat()
	if err != nil {
		return input{}, err
	}
	in := input{kind: info.Mode().Type(), readable: true}
	for _, name := range []string{os.DevNull, "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"} {
		if known, err := os.Stat(name); err == nil && os.SameFile(info, known) {
			in.device = name
			break
		}
	}
	in.terminal = in.kind&fs.ModeCharDevice != 0 && journal.IsTerminal(file)
	return in, in.inspectDescriptor(file, info)
}
