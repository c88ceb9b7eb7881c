package uvicorn

import (
	"time"

	"github.com/target-server/target-server/server/supervisor"
)

// runningOn is logged when the address is open, by the server itself or by the parent of several.
const runningOn = "Uvicorn running on http://%s (Press CTRL+C to quit)"

// parent021 is the parent of Uvicorn 0.21.1 (class Multiprocess): it starts its workers, and waits for SIGINT or
// SIGTERM. Other signals kill it, and its workers continue without it. A worker that dies is never
// replaced.
func parent021() supervisor.Policy {
	return supervisor.Policy{
		Reactions:  supervisor.ExitOrDie(),
		StopInTurn: true,
		Messages: supervisor.Messages{
			Running:  runningOn,
			Started:  "Started parent process [%d]",
			Stopping: "Stopping parent process [%d]",
		},
	}
}

// parent054 is the parent of Uvicorn 0.54.0 (class Multiprocess): twice a second it acts on the signals that have come
// and pings its workers, and it replaces those that are dead or do not answer.
func parent054() supervisor.Policy {
	return supervisor.Policy{
		Reactions: []supervisor.Reaction{
			{Signal: "INT", Action: supervisor.Exit, Line: "Received SIGINT, exiting."},
			{Signal: "TERM", Action: supervisor.Exit, Line: "Received SIGTERM, exiting."},
			{Signal: "HUP", Action: supervisor.Restart, Line: "Received SIGHUP, restarting processes."},
			{Signal: "TTIN", Action: supervisor.Grow, Line: "Received SIGTTIN, increasing the number of processes."},
			{Signal: "TTOU", Action: supervisor.Shrink, Line: "Received SIGTTOU, decreasing number of processes."},
			{Signal: "QUIT", Action: supervisor.Ignore},
			{Signal: "USR1", Action: supervisor.Ignore},
			{Signal: "USR2", Action: supervisor.Ignore},
			{Signal: "WINCH", Action: supervisor.Ignore},
		},
		Poll:           500 * time.Millisecond,
		RespawnDead:    true,
		HealthCheck:    5 * time.Second,
		ReadyCheck:     100 * time.Millisecond,
		StartupFailure: 3,
		Messages: supervisor.Messages{
			Running:    runningOn,
			Started:    "Started parent process [%d]",
			Stopping:   "Stopping parent process [%d]",
			Terminated: "Terminated child process [%d]",
			Waiting:    "Waiting for child process [%d]",
			Died:       "Child process [%d] died",
			Failed:     "Child process [%d] failed to start, stopping the parent process.",
			NotReady:   "New child process [%d] was not ready in time; keeping worker [%d] and aborting the restart.",
			LastWorker: "Already reached one process, cannot decrease the number of processes anymore.",
		},
	}
}
