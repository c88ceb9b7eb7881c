package supervisor

import "time"

// Policy is what differs between the parents of different servers. It is values only, so it can be printed, and changed
// before it is given to a [Parent].
type Policy struct {
	// Reactions are the signals that the parent handles. All others keep their default action.
	Reactions []Reaction
	// Poll is the time between two checks of the signals and the workers; 0 means that the parent never checks its
	// workers and handles signals at once.
	Poll time.Duration
	// SignalsAtOnce makes a parent that polls handle signals at once.
	SignalsAtOnce bool
	// StopInTurn makes the parent stop its workers one after the other, each after the one before has ended; the others
	// keep serving.
	StopInTurn bool
	// RespawnDead makes the parent replace workers that have ended. It needs Poll.
	RespawnDead bool
	// HealthCheck is how long a worker may take to answer a ping before it is killed and replaced, and how long a
	// replacement may take to become ready in a restart; 0 means no pings, and no limit.
	HealthCheck time.Duration
	// ReadyCheck is the time between two checks of whether a replacement is ready.
	ReadyCheck time.Duration
	// StartupFailure is the exit code of a worker that could not start; the parent then stops instead of replacing it.
	// 0 means that there is no such code.
	StartupFailure int
	// Arbiter is set for a parent that keeps a number of workers: see [Arbiter].
	Arbiter *Arbiter
	// Event is set for a parent whose workers poll an event: see [Event].
	Event *Event
	// Messages are the parent's log lines.
	Messages Messages
}

// Reaction is what a parent does for a signal.
type Reaction struct {
	// Signal is its name without SIG.
	Signal string
	Action Action
	// Line is logged before the action, unless it is empty.
	Line string
}

// ExitOrDie are the reactions of a parent that handles SIGINT and SIGTERM and no other signal.
func ExitOrDie() []Reaction {
	return []Reaction{
		{Signal: "INT", Action: Exit},
		{Signal: "TERM", Action: Exit},
		{Signal: "HUP", Action: Die},
		{Signal: "QUIT", Action: Die},
		{Signal: "USR1", Action: Die},
		{Signal: "USR2", Action: Die},
	}
}

// Action is what a parent can do for a signal.
type Action int

// The actions.
const (
	Ignore  Action = iota // do nothing
	Exit                  // stop the workers, then end
	Restart               // replace the workers one by one, each when its replacement is ready
	Grow                  // start one more worker
	Shrink                // stop the last started worker, unless it is the only one
	Die                   // of the signal; the workers keep serving as orphans

	// Those of an [Arbiter].
	Halt     // tell the workers to stop, kill the late ones, and end
	HaltSoon // the same with SIGQUIT, and then again as Halt does
	Reload   // start a new set of workers and stop the old one
	More     // keep one more worker
	Fewer    // keep one worker less, unless it is the only one
	PassOn   // send the signal to every worker

	Renew // of a parent with an [Event]: end all workers, then start as many again
)

// Messages are formats of log lines, each with a process id unless noted; an empty one is not logged.
type Messages struct {
	Running    string // the address (host:port) is served; also logged by a server without a parent
	Started    string // the parent, before it starts its workers
	Stopping   string // the parent, after the last worker has ended
	Terminated string // a worker that still ran was told to stop
	Waiting    string // the parent waits for a worker to end, even if it already has
	Died       string // a worker has ended unexpectedly and will be replaced
	Failed     string // an error: a worker could not start
	NotReady   string // an error: the replacement (first id) was not ready in time, so the old worker (second id) stays
	LastWorker string // no id: there is only one worker, so it is not stopped
}

// Respawning gives the policy with dead workers replaced, for users to whom robustness matters more
// than fidelity. A policy that replaces them anyway is returned as it is.
func (p Policy) Respawning() Policy {
	if p.RespawnDead || p.Arbiter != nil {
		return p
	}
	if p.Event != nil {
		p.Event = &Event{Replaces: p.Event.Replaces, Respawns: true}
		return p
	}
	p.RespawnDead = true
	p.SignalsAtOnce = p.actsAtOnce()
	p.Poll = 500 * time.Millisecond
	p.Messages.Died = "Child process [%d] died"
	return p
}

func (p Policy) actsAtOnce() bool { return p.SignalsAtOnce || p.Poll == 0 }

// reaction returns the reaction to a signal, which is Ignore for one that the policy does not have.
func (p Policy) reaction(signal string) Reaction {
	for _, r := range p.Reactions {
		if r.Signal == signal {
			return r
		}
	}
	return Reaction{Signal: signal}
}
