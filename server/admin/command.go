package admin

import (
	"fmt"
	"math"

	"github.com/target-server/target-server/distribution"
)

// Command tells every worker what to do.
type Command struct {
	Do    Verb                      `json:"do"`
	N     int                       `json:"n,omitempty"`
	Sleep distribution.Distribution `json:"sleep,omitzero"`
}

// Verb is the kind of a Command.
type Verb string

// The commands.
const (
	// Limit sets the number of threads of every worker to N, at once: queued requests that now get a thread start.
	Limit Verb = "limit"
	// Sleep makes handlers of the article's program that start from now on sleep as Command.Sleep says.
	Sleep Verb = "sleep"
	// Pause stops the loop of every worker, as SIGSTOP does: it accepts, reads, answers and closes nothing. What a thread
	// or a timer would have done meanwhile is done when it resumes. A blocked loop stops when it is no longer blocked.
	Pause Verb = "pause"
	// Resume ends Pause.
	Resume Verb = "resume"
	// Hold keeps handlers running: those that start from now on, and those whose sleep ends, run until they are released.
	Hold Verb = "hold"
	// Release lets the N handlers of every worker end that Hold has kept longest; 0 lets all end, and ends Hold.
	Release Verb = "release"
	// Reset returns every worker to its initial state: it resumes, releases all, restores the limit and the sleep, forgets the requests
	// that have ended, and zeroes the totals. Requests that are held continue, and still count.
	Reset Verb = "reset"
)

// Most is the highest N of Release, and MostThreads that of Limit, which --limit calls unlimited.
const (
	Most        = 1_000_000
	MostThreads = math.MaxInt32
)

// Check says what is wrong with a command.
func (c Command) Check() error {
	least, most := 0, 0
	switch c.Do {
	case Limit:
		least, most = 1, MostThreads
	case Release:
		most = Most
	case Sleep, Pause, Resume, Hold, Reset:
	default:
		return fmt.Errorf("command %q is unknown", c.Do)
	}
	if c.N < least || c.N > most {
		return fmt.Errorf("%s %d is out of range; accepted: a whole number from %d to %d", c.Do, c.N, least, most)
	}
	return nil
}
