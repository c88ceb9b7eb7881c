package gunicorn

import (
	"time"

	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
	"github.com/target-server/target-server/server/threaded"
	"github.com/target-server/target-server/server/trust"
)

// Version is how the versions of gunicorn differ.
type Version struct {
	Dialect *http1.Dialect
	// Software is SERVER_SOFTWARE of the WSGI environment.
	Software string
	// Warns: a refusal is logged as a warning, not at debug level.
	Warns bool
	// NamesMethod: the log line of a request that failed starts with its method.
	NamesMethod bool
	// SkipsUnsent: an answer that cannot be written has no access line.
	SkipsUnsent bool
	// Lingers is how long a connection's end waits for the client's.
	Lingers time.Duration
	// AnswersAborted: a request whose worker has to quit, or is killed because its heartbeat stopped, is answered with
	// a page.
	AnswersAborted bool

	// Between, AwaitsData and Woken are gthread's, see [threaded.Behaviour].
	Between    threaded.Between
	AwaitsData time.Duration
	Woken      bool

	// wakesAtEnd: SIGTERM ends the loop of gthread's main thread at once, and the thread then watches connections until
	// none is left. Otherwise the loop ends with its next turn, and idle connections stay open until the process ends.
	wakesAtEnd bool
	// printsFailure: the exception that has ended a worker is printed once more.
	printsFailure bool
	// idleAtEnd is how long an idle connection then stays open at most (STOP_KEEPALIVE_LINGER).
	idleAtEnd time.Duration

	trusts func(string) trust.List // reads --forwarded-allow-ips
	user   journal.FindUser        // for the access line
	master func() master
}

// The versions.
var (
	// V201 is gunicorn 20.1.0.
	V201 = Version{
		Dialect: &http1.Gunicorn201, Software: "gunicorn/20.1.0", SkipsUnsent: true, Between: threaded.Overlooked,
		trusts: trust.Literal, user: userWithColon, master: master201,
	}
	// V270 is gunicorn 27.0.1.
	V270 = Version{
		Dialect: &http1.Gunicorn270, Software: "gunicorn/27.0.1", Warns: true, NamesMethod: true, Lingers: 2 * time.Second, AnswersAborted: true,
		Between: threaded.QueuesAgain, AwaitsData: 5 * time.Second, Woken: true,
		wakesAtEnd: true, printsFailure: true, idleAtEnd: 2 * time.Second, trusts: trust.Networks, user: journal.UserBeforeColon, master: master270,
	}
)

// sync is gunicorn.workers.sync.SyncWorker: it accepts one connection, serves one request on it, closes it, and accepts
// the next.
func (v Version) sync() threaded.Behaviour {
	l := &layout{version: v, closes: true}
	b := threaded.Behaviour{
		Reader: v.reader, Layout: l, Raises: raises, Fails: l.fails,
		Takes: threaded.AtAccept, MaxConnections: 1, SkipsUnsent: v.SkipsUnsent,
		Ending: threaded.Ending{Lingers: v.Lingers},
	}
	if v.AnswersAborted {
		b.Aborted = l.aborted
	}
	return b
}

// workerConnections is gunicorn's --worker-connections.
const workerConnections = 1000

// mainWaits is how long gthread's main thread waits for an event at most.
const mainWaits = time.Second

// gthread is gunicorn.workers.gthread.ThreadWorker: its main thread accepts, and a pool of threads serves.
func (v Version) gthread() threaded.Behaviour {
	l := &layout{version: v}
	return threaded.Behaviour{
		Reader: v.reader, Layout: l, Raises: raises, Fails: l.fails,
		Takes: threaded.AtAccept, AwaitsData: v.AwaitsData, Between: v.Between,
		MaxConnections: workerConnections, ChecksIdle: mainWaits, Woken: v.Woken, SkipsUnsent: v.SkipsUnsent,
		Ending: threaded.Ending{Lingers: v.Lingers, InMain: true},
	}
}
