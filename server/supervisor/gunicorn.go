package supervisor

import "time"

// Gunicorn201 is the master of gunicorn 20.1.0 (class Arbiter).
func Gunicorn201() Policy {
	return gunicorn("20.1.0", Arbiter{
		ReapsAtOnce: true,
		MostPending: 5,
		Failures:    gunicornFailures(),
		Endings:     []Ending{{Level: Warning, Line: "Worker with pid %d was terminated due to signal %d"}},
	})
}

// Gunicorn270 is the master of gunicorn 27.0.1 (class Arbiter): it says more of how a worker ended, a reload waits for the
// old workers, and a second signal hastens the end.
func Gunicorn270() Policy {
	return gunicorn("27.0.1", Arbiter{
		Opening:     Opening{SaysWhy: true},
		AwaitsOld:   true,
		HastenedEnd: 2 * time.Second,
		Failures:    gunicornFailures(),
		FailsLoudly: true,
		Endings: []Ending{
			{Signal: "KILL", Level: Error, Line: "Worker (pid:%d) was sent %s! Perhaps out of memory?"},
			{Signal: "TERM", Level: Info, Line: "Worker (pid:%d) was sent %s!"},
			{Level: Warning, Line: "Worker (pid:%d) was sent %s!"},
		},
		Exited:   "Worker (pid:%d) exited with code %d.",
		Hastened: "Quick shutdown requested",
		Control:  "Control socket listening at %s",
	})
}

// gunicorn is what its masters have in common.
func gunicorn(version string, a Arbiter) Policy {
	a.Starting = "Starting gunicorn " + version
	a.Listening = "Listening at: http://%s (%d)"
	a.Opening.Attempts, a.Opening.Pause = 5, time.Second
	a.Stagger = 100 * time.Millisecond
	a.Pause = 100 * time.Millisecond
	a.Silent = "WORKER TIMEOUT (pid:%d)"
	a.Reloads = "Hang up: Master"
	a.Stopping = "Shutting down: Master"
	a.Reason = "Reason: %s"
	return Policy{
		Reactions: []Reaction{
			{"HUP", Reload, "Handling signal: hup"},
			{"QUIT", HaltSoon, "Handling signal: quit"},
			{"INT", HaltSoon, "Handling signal: int"},
			{"TERM", Halt, "Handling signal: term"},
			{"TTIN", More, "Handling signal: ttin"},
			{"TTOU", Fewer, "Handling signal: ttou"},
			{"USR1", PassOn, "Handling signal: usr1"},
			{"USR2", Ignore, "Handling signal: usr2"},
			{"WINCH", Ignore, "Handling signal: winch"},
		},
		Poll:          time.Second,
		SignalsAtOnce: true,
		Arbiter:       &a,
	}
}

// gunicornFailures are Arbiter.WORKER_BOOT_ERROR and APP_LOAD_ERROR.
func gunicornFailures() []Failure {
	return []Failure{{Code: 3, Reason: "Worker failed to boot."}, {Code: 4, Reason: "App failed to load."}}
}
