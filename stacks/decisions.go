package stacks

import "time"

// Life is how a worker begins, what it says, which signals it takes and how it
// shuts down.
type Life uint8

// The lives.
const (
	LifeUvicorn   Life = iota // uvicorn.Server.serve
	LifeNode                  // a program that listens, and dies of every signal
	LifeWaitress              // waitress.serve
	LifeFlask                 // flask.Flask.run
	LifeHypercorn             // hypercorn.asyncio.run.worker_serve
	LifeGunicorn              // gunicorn.workers.base.Worker
	LifeTomcat                // a program that starts an embedded Tomcat
)

// Lines is how the native log spells what the server itself says, and its access
// lines.
type Lines uint8

// The spellings.
const (
	LinesUvicorn       Lines = iota // uvicorn.config.LOGGING_CONFIG
	LinesHypercorn                  // hypercorn.logging.Logger, with an access log on stdout
	LinesGunicorn201                // gunicorn.glogging.Logger of gunicorn 20.1.0
	LinesGunicorn270                // and of 27.0.1
	LinesUvicornWorker              // gunicorn.glogging.Logger, with what Uvicorn says in its handlers
	LinesNode                       // none but the program's: console.log, and what Node prints of an error that nobody catches
	LinesWaitress                   // logging.basicConfig
	LinesWerkzeug22                 // werkzeug.serving, up to 2.2
	LinesWerkzeug31                 // since 2.3
	LinesJavaLogging                // java.util.logging.SimpleFormatter
)

// Heartbeat is when a worker tells its master that it is alive.
type Heartbeat uint8

// The heartbeats. The shares are of the master's timeout, after whose whole it kills.
const (
	HeartbeatNone            Heartbeat = iota
	HeartbeatDate                      // when the date header is renewed, once half the timeout has passed: uvicorn.workers
	HeartbeatBetweenRequests           // before each request, and each half of the timeout that it waits for one: gunicorn's sync
	HeartbeatTurn                      // in each turn of the loop, which takes a second at most: gunicorn's gthread
)

// Gunicorn is what gunicorn's own workers decide about their end.
type Gunicorn struct {
	// Threads: the worker's main thread accepts, and others serve (gthread); otherwise
	// one does both (sync).
	Threads bool
	// WakesAtEnd: SIGTERM ends the loop of the main thread at once, which then looks
	// after connections until none is left; otherwise the loop ends with its next
	// turn, and idle connections stay until the process ends.
	WakesAtEnd bool
	// IdleAtEnd is how long an idle connection stays at the most, then.
	IdleAtEnd time.Duration
}
