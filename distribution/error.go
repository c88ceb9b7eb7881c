package distribution

import "fmt"

// Accepted says what [Parse] accepts where a text names no law, for errors.
const Accepted = AcceptedDuration + ", or a distribution such as exp(50ms)"

// Error is why a text is not a distribution. It repeats nothing of the text, and its characters need no escapes in HTML
// and JSON.
type Error struct {
	// Offset is where in the text the mistake is, in characters from 0.
	Offset int
	// Reason is meant to follow the text: "has a max that is negative".
	Reason string
	// Accepted is what would be right.
	Accepted string
}

// Error is one line, meant to follow the text. Characters are counted from 1.
func (e *Error) Error() string {
	if e.Offset == 0 {
		return e.Reason + "; accepted: " + e.Accepted
	}
	return fmt.Sprintf("%s (character %d); accepted: %s", e.Reason, e.Offset+1, e.Accepted)
}
