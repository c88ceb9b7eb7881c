package server

import (
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/journal"
)

// waitressLife is waitress.serve: SIGTERM ends it at once, SIGINT when its threads are done.
type waitressLife struct {
	*Worker
	timer    eventloop.Timer
	killed   syscall.Signal
	deadline time.Duration // of the threads; 0 before a SIGINT
	pending  int           // requests in line that nobody serves any more
}

func (l *waitressLife) announce() {}

// opened is BaseWSGIServer.print_listen.
func (l *waitressLife) opened(port int) { l.info("Serving on http://%s", shownAddr(l.cfg, port)) }

func (l *waitressLife) notOpened(err error) {
	var errno syscall.Errno
	if errors.As(err, &errno) {
		err = errno
	}
	l.journal.Server(journal.Unnamed, journal.Traceback+"OSError: "+err.Error())
}

func (l *waitressLife) begin() {}

func (l *waitressLife) signals() []os.Signal { return append(fatal(syscall.SIGTERM), syscall.SIGINT) }

// threadsTime is how long ThreadedTaskDispatcher.shutdown waits, and lookAgain how
// often we look.
const (
	threadsTime = 5 * time.Second
	lookAgain   = 10 * time.Millisecond
)

// signal ends the process. The main thread, which the KeyboardInterrupt of SIGINT has
// called away from its sockets, waits for the threads; those take nothing new.
func (l *waitressLife) signal(sig os.Signal) {
	switch {
	case sig == syscall.SIGTERM:
		l.killed = syscall.SIGTERM
		l.loop.Stop()
	case l.deadline == 0:
		l.deadline = l.loop.Now() + threadsTime
		l.listener.Pause()
		l.pending = l.shared.Limiter.Statistics(l.loop.Now()).Waiting
		l.shared.Limiter.Abandon()
		l.join()
	default: // a second one, in the middle of that
		l.loop.Stop()
	}
}

// join is the end of shutdown.
func (l *waitressLife) join() {
	working := l.shared.Limiter.Statistics(l.loop.Now()).Borrowed
	switch {
	case working > 0 && l.loop.Now() < l.deadline:
		l.loop.After(&l.timer, lookAgain, eventloop.Func(l.join))
		return
	case working > 0:
		l.journal.Server(journal.Warning, fmt.Sprintf("%d thread(s) still running", working))
	}
	if l.pending > 0 {
		l.journal.Server(journal.Warning, fmt.Sprintf("Canceling %d pending task(s)", l.pending))
	}
	l.loop.Stop()
}

func (l *waitressLife) ended() Ended { return Ended{Signal: l.killed} }
