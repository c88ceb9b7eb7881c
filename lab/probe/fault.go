package probe

import (
	"errors"
	"fmt"
	"strconv"
)

// The kinds of Fault.
const (
	Unreachable = "unreachable" // it takes no connection
	Silent      = "silent"      // it sends nothing
	Cut         = "cut off"     // it ends the connection without a whole answer
	Unfinished  = "unfinished"  // its answer is not complete when the time is up
	Endless     = "endless"     // it has sent more than the probe reads of one answer, and goes on
	Oversized   = "oversized"   // it announces more than that
	Malformed   = "malformed"   // what it sends is not HTTP/1
	Unasked     = "unasked"     // it sends what was not asked for
)

// Fault is what a server does that keeps it from being probed any further. As
// an error it is one line, without control characters, whatever was sent.
type Fault struct {
	Kind        string `json:"kind"`
	What        string `json:"what"`        // a predicate of the server: "sends a head without an end: …"
	During      string `json:"during"`      // which part of the probe met it
	Connections int    `json:"connections"` // on how many it was seen, until the first was seen
	Of          int    `json:"of"`          // how many there were
}

// Error is the fault as a line.
func (f *Fault) Error() string { return fmt.Sprintf("probe: the server %s (%s)", f.What, f.where()) }

// where says when it was met, and how often.
func (f *Fault) where() string {
	if f.Of == 1 {
		return f.During
	}
	return fmt.Sprintf("%s: %d of %d connections", f.During, f.Connections, f.Of)
}

// met gives a copy that says where the fault was met.
func (f *Fault) met(during string, connections, of int) *Fault {
	met := *f
	met.During, met.Connections, met.Of = during, connections, of
	return &met
}

// metIn says of an error, if it is a fault, where it was met.
func metIn(err error, during string, of int) error {
	if fault := (*Fault)(nil); errors.As(err, &fault) {
		return fault.met(during, 1, of)
	}
	return err
}

// violates reports whether no server does this because it is overloaded: then
// the probe ends, even if it is only one of many connections.
func (f *Fault) violates() bool {
	switch f.Kind {
	case Endless, Oversized, Malformed, Unasked:
		return true
	}
	return false
}

// quotedMost is how many bytes of what a server sent a fault quotes.
const quotedMost = 40

// quote gives the beginning of what a server sent in printable ASCII.
func quote(sent []byte) string {
	if len(sent) > quotedMost {
		return strconv.QuoteToASCII(string(sent[:quotedMost])) + "..."
	}
	return strconv.QuoteToASCII(string(sent))
}

// size is a number of bytes for a person.
func size(n int64) string {
	switch {
	case n == 1:
		return "1 byte"
	case n < 10<<10:
		return fmt.Sprintf("%d bytes", n)
	case n < 1<<20:
		return fmt.Sprintf("%d KiB", n>>10)
	}
	return fmt.Sprintf("%d MiB", n>>20)
}
