package gunicorn

import (
	"os"
	"time"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/supervisor"
)

// master is the parent of workers (class Arbiter) in one version.
type master struct {
	version string
	opening opening
	policy  supervisor.Arbiter
}

// master201 is the master of gunicorn 20.1.0.
func master201() master {
	return master{version: "20.1.0", policy: supervisor.Arbiter{
		ReapsAtOnce: true,
		MostPending: 5,
		Endings: []supervisor.Ending{
			{Severity: supervisor.Warning, Line: "Worker with pid %d was terminated due to signal %d"},
		},
	}}
}

// master270 is the master of gunicorn 27.0.1: it logs more about how a worker ended, a reload waits for the old
// workers, and a second signal hastens the end.
func master270() master {
	return master{version: "27.0.1", opening: opening{saysWhy: true}, policy: supervisor.Arbiter{
		AwaitsOld:   true,
		HastenedEnd: 2 * time.Second,
		FailsLoudly: true,
		Endings: []supervisor.Ending{
			{Signal: "KILL", Severity: supervisor.Error, Line: "Worker (pid:%d) was sent %s! Perhaps out of memory?"},
			{Signal: "TERM", Severity: supervisor.Info, Line: "Worker (pid:%d) was sent %s!"},
			{Severity: supervisor.Warning, Line: "Worker (pid:%d) was sent %s!"},
		},
		Exited:   "Worker (pid:%d) exited with code %d.",
		Hastened: "Quick shutdown requested",
		Control:  "Control socket listening at %s",
	}}
}

// parent is the master of workers of a class.
func (m master) parent(class string) server.Parent {
	a := m.policy
	a.Stagger = 100 * time.Millisecond
	a.Pause = 100 * time.Millisecond
	a.Silent = "WORKER TIMEOUT (pid:%d)"
	a.Reloads = "Hang up: Master"
	a.Stopping = "Shutting down: Master"
	a.Reason = "Reason: %s"
	// Arbiter.WORKER_BOOT_ERROR and APP_LOAD_ERROR.
	a.Failures = []supervisor.Failure{
		{Code: 3, Reason: "Worker failed to boot."}, {Code: 4, Reason: "App failed to load."},
	}
	o := m.opening
	o.starting = "Starting gunicorn " + m.version
	return server.Parent{
		Policy: supervisor.Policy{
			Reactions: []supervisor.Reaction{
				{Signal: "HUP", Action: supervisor.Reload, Line: "Handling signal: hup"},
				{Signal: "QUIT", Action: supervisor.HaltSoon, Line: "Handling signal: quit"},
				{Signal: "INT", Action: supervisor.HaltSoon, Line: "Handling signal: int"},
				{Signal: "TERM", Action: supervisor.Halt, Line: "Handling signal: term"},
				{Signal: "TTIN", Action: supervisor.More, Line: "Handling signal: ttin"},
				{Signal: "TTOU", Action: supervisor.Fewer, Line: "Handling signal: ttou"},
				{Signal: "USR1", Action: supervisor.PassOn, Line: "Handling signal: usr1"},
				{Signal: "USR2", Action: supervisor.Ignore, Line: "Handling signal: usr2"},
				{Signal: "WINCH", Action: supervisor.Ignore, Line: "Handling signal: winch"},
			},
			Poll:          time.Second,
			SignalsAtOnce: true,
			Arbiter:       &a,
		},
		Forks: true,
		Open:  o.socket,
		Serving: func(addr string, log server.ParentLog) {
			log.Info("Listening at: http://%s (%d)", addr, os.Getpid())
			log.Info("Using worker: %s", class)
		},
		Control: controlSocket,
	}
}
