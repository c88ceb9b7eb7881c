package supervisor

import "time"

// Policy is what differs between the parents of different servers. It is values only and can be compared, printed and
// changed at will before it is given to a [Parent].
type Policy struct {
	// Reactions are the signals that the parent handles. All others keep their default action.
	Reactions []Reaction
	// Poll is the time between two looks at the signals and at the workers; 0 means that the parent never looks at its
	// workers and acts on a signal at once.
	Poll time.Duration
	// SignalsAtOnce makes the parent act on a signal when it comes although it polls.
	SignalsAtOnce bool
	// StopInTurn makes the parent end its workers one after the other, each told to stop only when the one before has
	// ended; those that wait for their turn serve on.
	StopInTurn bool
	// RespawnDead makes the parent replace a worker that has ended. It needs a Poll.
	RespawnDead bool
	// HealthCheck is how long a worker may take to answer a ping before it is killed and counts as dead, and how long
	// its replacement may take to become ready at a restart; 0 means no pings, and no limit.
	HealthCheck time.Duration
	// ReadyCheck is the time between two looks at whether a replacement is ready.
	ReadyCheck time.Duration
	// StartupFailure is the exit code by which a worker says that it cannot start; the parent then stops instead of
	// replacing it. 0 means that there is no such code.
	StartupFailure int
	// Arbiter is set for a parent that keeps a number of workers: see [Arbiter].
	Arbiter *Arbiter
	// Event is set for a parent at whose event its workers look: see [Event].
	Event *Event
	// Lines are the parent's log lines.
	Lines Lines
}

// Reaction is what a parent does when a signal comes.
type Reaction struct {
	// Signal is its name without SIG.
	Signal string
	Action Action
	// Line is logged before the action, unless it is empty.
	Line string
}

// Action is one of the things a parent can do when a signal comes.
type Action int

// The actions.
const (
	Ignore  Action = iota // nothing at all
	Exit                  // stop the workers, then itself
	Restart               // replace the workers one by one, each when its replacement is ready
	Grow                  // start one more worker
	Shrink                // stop the youngest worker, unless it is the last
	Die                   // of the signal; the workers serve on as orphans

	// Those of an [Arbiter].
	Halt     // tell the workers to stop, kill those that are late, and end
	HaltSoon // the same with SIGQUIT, and then once more as Halt does
	Reload   // start a whole new set of workers and stop the old
	More     // keep one more worker
	Fewer    // keep one less, unless it is the last
	PassOn   // send the signal to every worker

	Renew // of a parent with an [Event]: end all workers, then start as many
)

// Lines are formats, each with the process's id unless noted; an empty one is not logged.
type Lines struct {
	Running    string // the address (host:port) is served; also said by a server without a parent
	Started    string // the parent, before it starts its workers
	Stopping   string // the parent, after the last worker has ended
	Terminated string // a worker that still ran was told to stop
	Waiting    string // the parent waits for a worker to end, even if it has ended
	Died       string // a worker has ended unasked and will be replaced
	Failed     string // an error: a worker could not start
	NotReady   string // an error: the replacement (first id) was not ready in time and the old worker (second) stays
	LastWorker string // no id: there is only one worker, so it is not stopped
}

// Respawning gives the policy with dead workers replaced, for those who want a sturdy server more than a true one. A
// policy that replaces them anyway is returned as it is.
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
	p.Lines.Died = "Child process [%d] died"
	return p
}

func (p Policy) actsAtOnce() bool { return p.SignalsAtOnce || p.Poll == 0 }

// reaction gives what to do about a signal; one that the policy does not know is ignored.
func (p Policy) reaction(signal string) Reaction {
	for _, r := range p.Reactions {
		if r.Signal == signal {
			return r
		}
	}
	return Reaction{Signal: signal}
}
