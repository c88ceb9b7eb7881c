package driver

import "fmt"

// How much is kept, in bytes. No scenario needs more, so exceeding a limit is an error, and nothing is
// left out silently.
const (
	ConnLimit = 16 << 20  // received on one connection
	LogLimit  = 256 << 20 // logged by one server
)

// The errors for exceeding a limit.
var (
	ErrConnLimit = fmt.Errorf("one connection received more than the %d MiB that the driver keeps (ConnLimit)", ConnLimit>>20)
	ErrLogLimit  = fmt.Errorf("the server logged more than the %d MiB that the driver keeps (LogLimit)", LogLimit>>20)
)

// entryCost is roughly the memory for an event or a line besides its bytes: otherwise a server that
// sends single bytes could use many times the limit.
const entryCost = 64

// budget is how many bytes may still be kept.
type budget int

// take subtracts the cost of an entry of n bytes, or returns false if it exceeds the budget; after that
// it always returns false.
func (b *budget) take(n int) bool {
	if *b -= budget(n + entryCost); *b >= 0 {
		return true
	}
	*b = 0
	return false
}
