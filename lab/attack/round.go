package attack

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Round is everything that happens to one server. Its fields are determined by Seed, Stack and Vintage;
// see [NewRound].
type Round struct {
	Seed           uint64
	Stack, Vintage string
	Flags          []string // of target-server, without addresses
	Race           bool     // use the binary built with the race detector
	PipedLog       bool     // standard output is a pipe; otherwise it is a file
	Actors         []Actor
	Stop           string // the signal that ends the server after everything else
}

// Actor is one client, or one operator, with all its steps.
type Actor struct {
	ID    string        // "c7" is a client, "a1" uses the admin address, "s0" sends signals
	At    time.Duration // when it starts, relative to the start of the round
	To    Place
	Small bool // the client's receive buffer is as small as the kernel allows
	Steps []Step
}

// Place is the address that an actor uses.
type Place string

// The places.
const (
	Served    Place = "the main address"
	Admin     Place = "the admin address"
	Processes Place = "the processes"
)

// Kind is the kind of a step.
type Kind string

// The kinds of step.
const (
	Send      Kind = "send"       // Text in one write
	Trickle   Kind = "trickle"    // Text in Pieces, with pauses between them
	Frames    Kind = "frames"     // HTTP/2 frames, in one write
	Flood     Kind = "flood"      // Text repeatedly for a time, without reading
	Read      Kind = "read"       // reads whatever comes, at most for a time
	Sip       Kind = "sip"        // reads a few bytes at a time, for a time
	Pause     Kind = "pause"      // does nothing for a time
	HalfClose Kind = "half-close" // FIN, and keeps reading
	Close     Kind = "close"
	Reset     Kind = "reset"  // RST
	Ask       Kind = "admin"  // Text is a method and a path of the admin address
	Signal    Kind = "signal" // Text is a signal's name; Worker says to which process
	HoldLog   Kind = "log"    // standard output is not read for a time
)

// Kinds lists them in the order of the summary.
func Kinds() []Kind {
	return []Kind{Send, Trickle, Frames, Flood, Read, Sip, Pause, HalfClose, Close, Reset, Ask, Signal, HoldLog}
}

// Step is one thing that an actor does.
type Step struct {
	Kind     Kind
	Text     string
	Pieces   int           // of a Trickle
	For      time.Duration // how long the step may take
	Worker   int           // of a Signal: 0 is the first process, 1 the first worker
	Requests int           // well-formed requests in Text
}

// String describes the step in one line.
func (s Step) String() string {
	var b strings.Builder
	b.WriteString(string(s.Kind))
	switch {
	case s.Kind == Signal && s.Worker > 0:
		fmt.Fprintf(&b, " %s to worker %d", s.Text, s.Worker)
	case s.Kind == Signal || s.Kind == Ask:
		b.WriteString(" " + s.Text)
	case s.Text != "":
		fmt.Fprintf(&b, " %s", shortened(s.Text))
	}
	if s.Pieces > 0 {
		fmt.Fprintf(&b, " in %d pieces", s.Pieces)
	}
	if s.For > 0 {
		fmt.Fprintf(&b, " for %v", s.For)
	}
	return b.String()
}

// shortened quotes a text, omitting the middle of a long one.
func shortened(text string) string {
	const most = 300
	if len(text) <= most {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q…%q (%d bytes)", text[:most/2], text[len(text)-most/2:], len(text))
}

// String describes the round, one line per step.
func (r Round) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "seed %d, race detector %t, flags %q\n", r.Seed, r.Race, r.Flags)
	for _, a := range r.Actors {
		small := ""
		if a.Small {
			small = ", with a small receive buffer"
		}
		fmt.Fprintf(&b, "%s at %v, to %s%s\n", a.ID, a.At, a.To, small)
		for _, s := range a.Steps {
			fmt.Fprintf(&b, "    %s\n", s)
		}
	}
	fmt.Fprintf(&b, "at the end: %s\n", r.Stop)
	return b.String()
}

// Keep is the round with only some of its actors.
func (r Round) Keep(ids []string) Round {
	r.Actors = slices.DeleteFunc(slices.Clone(r.Actors), func(a Actor) bool { return !slices.Contains(ids, a.ID) })
	return r
}

// ids names the actors.
func (r Round) ids() []string {
	var all []string
	for _, a := range r.Actors {
		all = append(all, a.ID)
	}
	return all
}

// steps calls f for every step.
func (r Round) steps(f func(Actor, Step)) {
	for _, a := range r.Actors {
		for _, s := range a.Steps {
			f(a, s)
		}
	}
}

// has reports whether a step of that kind has a text with this prefix.
func (r Round) has(kind Kind, text string) (found bool) {
	r.steps(func(_ Actor, s Step) { found = found || s.Kind == kind && strings.HasPrefix(s.Text, text) })
	return found
}

// flag is the value of one of the round's flags, or "".
func (r Round) flag(name string) string {
	for _, f := range r.Flags {
		if value, ok := strings.CutPrefix(f, "--"+name+"="); ok {
			return value
		}
	}
	return ""
}

// Replay is the command that repeats the round.
func (r Round) Replay(actors int) string {
	command := fmt.Sprintf("go run ./lab/cmd/attack --seed %d --stack %s --vintage %s --rounds 1", r.Seed, r.Stack, r.Vintage)
	if len(r.Actors) < actors {
		command += " --keep " + strings.Join(r.ids(), ",")
	}
	return command
}
