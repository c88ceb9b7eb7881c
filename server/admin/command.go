package admin

import "fmt"

// Command is what the workers are told to do.
type Command struct {
	Do Verb `json:"do"`
	N  int  `json:"n,omitempty"`
}

// Verb is the sort of a Command.
type Verb string

// The commands.
const (
	// Limit sets the threads of every worker to N. It holds at once; whoever waits
	// and now has a thread starts.
	Limit Verb = "limit"
	// Pause has every worker stand still as a stopped process does: it accepts,
	// reads, answers and closes nothing. What a thread or a timer was to do
	// meanwhile is done when it resumes. A loop that is blocked stands still when
	// the block is over.
	Pause Verb = "pause"
	// Resume ends Pause.
	Resume Verb = "resume"
	// Hold keeps handlers in work: those that begin, and those whose sleep is over,
	// do not end until they are released.
	Hold Verb = "hold"
	// Release lets the N handlers of every worker go that have been kept longest; 0
	// lets all go, and ends Hold.
	Release Verb = "release"
	// Reset has every worker as it was at its start: it resumes, releases all, sets
	// the limit of its start, forgets the requests that have ended, and counts anew.
	// Requests that are held go on and stay in the sums.
	Reset Verb = "reset"
)

// Most is the highest N of a command.
const Most = 1_000_000

// Check tells what is wrong with a command.
func (c Command) Check() error {
	least, most := 0, 0
	switch c.Do {
	case Limit:
		least, most = 1, Most
	case Release:
		most = Most
	case Pause, Resume, Hold, Reset:
	default:
		return fmt.Errorf("command %q: unknown", c.Do)
	}
	if c.N < least || c.N > most {
		return fmt.Errorf("%s %d: accepted: a whole number from %d to %d", c.Do, c.N, least, most)
	}
	return nil
}
