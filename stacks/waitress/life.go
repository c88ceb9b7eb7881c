package waitress

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/listen"
)

// life is waitress.serve: SIGTERM ends it at once, SIGINT once its threads are done.
type life struct {
	*server.Worker
	timer    eventloop.Timer
	killed   syscall.Signal
	deadline time.Duration // of the threads; 0 before a SIGINT
	pending  int           // requests that were queued at the SIGINT, and are never served
}

func (l *life) Announce() {}

// Opened is BaseWSGIServer.print_listen.
func (l *life) Opened(port int) { l.Info("Serving on http://%s", l.LoggedAddr(port)) }

func (l *life) NotOpened(err error) {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = errno
	}
	l.Log(journal.Unnamed, journal.Traceback+"OSError: "+err.Error())
}

func (l *life) Begin() {}

// NotAccepted is BaseWSGIServer.handle_accept, which the main thread calls again at once. Here it rests between.
func (l *life) NotAccepted(err error) {
	l.Log(journal.Warning, "server accept() threw an exception\n"+journal.Traceback+listen.AcceptError(err))
}

func (l *life) Signals() []os.Signal {
	return append(server.UnlessPID1(syscall.SIGTERM), syscall.SIGINT)
}

// threadsTime is how long ThreadedTaskDispatcher.shutdown waits for the threads, and lookAgain how often join looks.
const (
	threadsTime = 5 * time.Second
	lookAgain   = 10 * time.Millisecond
)

// Handle ends the process. After the KeyboardInterrupt of SIGINT the main thread no longer serves its sockets and waits
// for the threads, which take no new requests.
func (l *life) Handle(sig os.Signal) {
	switch {
	case sig == syscall.SIGTERM:
		l.killed = syscall.SIGTERM
		l.Loop().Stop()
	case l.deadline == 0:
		l.deadline = l.Loop().Now() + threadsTime
		l.Listener().Pause()
		l.pending = l.Runtime().Limiter.Statistics(l.Loop().Now()).Waiting
		l.Runtime().Limiter.Abandon()
		l.join()
	default: // a second SIGINT, during that wait
		l.Loop().Stop()
	}
}

// join is the end of shutdown.
func (l *life) join() {
	working := l.Runtime().Limiter.Statistics(l.Loop().Now()).Borrowed
	switch {
	case working > 0 && l.Loop().Now() < l.deadline:
		l.Loop().After(&l.timer, lookAgain, eventloop.Func(l.join))
		return
	case working > 0:
		l.Log(journal.Warning, fmt.Sprintf("%d thread(s) still running", working))
	}
	if l.pending > 0 {
		l.Log(journal.Warning, fmt.Sprintf("Canceling %d pending task(s)", l.pending))
	}
	l.Loop().Stop()
}

func (l *life) Ended() server.Ended { return server.Ended{Signal: l.killed} }
