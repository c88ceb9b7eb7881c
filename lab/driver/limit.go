package driver

import "fmt"

// How much is kept, in bytes. A server that sends or logs more is not one that
// the lab plays scenarios on, so that more is an error and nothing is left out
// silently.
const (
	ConnLimit = 16 << 20  // of what comes on one connection
	LogLimit  = 256 << 20 // of what one server logs
)

// The errors of what exceeds a limit.
var (
	ErrConnLimit = fmt.Errorf("more came on one connection than the %d MiB that the driver keeps (ConnLimit)", ConnLimit>>20)
	ErrLogLimit  = fmt.Errorf("the server logged more than the %d MiB that the driver keeps (LogLimit)", LogLimit>>20)
)

// entryCost is what an event or a line costs beside its bytes, roughly: a server
// that sends a byte at a time must not have many times as much kept.
const entryCost = 64

// budget is how many bytes may still be kept.
type budget int

// take takes the cost of an entry of n bytes, or returns false when it is too
// much; from then on everything is.
func (b *budget) take(n int) bool {
	if *b -= budget(n + entryCost); *b >= 0 {
		return true
	}
	*b = 0
	return false
}
