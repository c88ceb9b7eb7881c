package server

import (
	"errors"
	"os"
	"syscall"

	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
	"github.com/target-server/target-server/server/node"
)

// nodeLife is a program for Node.js that makes a server and has it listen. It handles no signal, and so dies of each at
// once, whatever it does: the kernel sees to that.
type nodeLife struct {
	*Worker
	killed syscall.Signal
}

func (l *nodeLife) announce() {}

// opened is what the program says.
func (l *nodeLife) opened(port int) { l.info("Listening on http://%s", shownAddr(l.cfg, port)) }

// notOpened is an 'error' event of the server that nobody listens for.
func (l *nodeLife) notOpened(err error) {
	message := err.Error()
	var failure *listen.Error
	var errno syscall.Errno
	if errors.As(err, &failure) && errors.As(err, &errno) {
		message = l.endpoint.(*node.Server).Uncaught(errno, failure.Addr)
	}
	l.journal.Server(journal.Error, message)
}

func (l *nodeLife) begin() {}

func (l *nodeLife) signals() []os.Signal { return nil }

// signal is the end that whoever runs the worker asks for.
func (l *nodeLife) signal(sig os.Signal) {
	l.killed, _ = sig.(syscall.Signal)
	l.loop.Stop()
}

func (l *nodeLife) ended() Ended { return Ended{Signal: l.killed} }
