package node

import (
	"errors"
	"os"
	"syscall"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
)

// life is a program for Node.js that makes a server and has it listen. It handles no signal, so that the kernel ends it
// at once, whatever it is doing.
type life struct {
	*server.Worker
	endpoint *Endpoint
	killed   syscall.Signal
}

func (l *life) Announce() {}

// Opened logs the program's line.
func (l *life) Opened(port int) { l.Info("Listening on http://%s", l.LoggedAddr(port)) }

// NotOpened is an 'error' event of the server without a listener.
func (l *life) NotOpened(err error) {
	message := err.Error()
	var failure *listen.Error
	var errno syscall.Errno
	if errors.As(err, &failure) && errors.As(err, &errno) {
		message = l.endpoint.uncaught(errno, failure.Addr)
	}
	l.Log(journal.Error, message)
}

func (l *life) Begin() {}

func (l *life) Signals() []os.Signal { return nil }

// Handle ends a worker that runs within another program, at that program's request: a signal from
// outside kills the process.
func (l *life) Handle(sig os.Signal) {
	l.killed, _ = sig.(syscall.Signal)
	l.Loop().Stop()
}

func (l *life) Ended() server.Ended { return server.Ended{Signal: l.killed} }
