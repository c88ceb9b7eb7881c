package program

import (
	"math/rand/v2"
	"time"

	"github.com/target-server/target-server/distribution"
)

// Code is the steps of a function in the order in which a [Cursor] meets them, with jumps.
type Code []instruction

// instruction is a step, or the end of a loop.
type instruction struct {
	op     op
	level  uint8 // of the loop that it begins or ends
	to     int   // where Repeat and Share go on if they do nothing, and where a loop's end goes back to
	times  int
	share  float64
	length distribution.Distribution
	action Action
}

type op uint8

const (
	act    op = iota // do the action
	repeat           // begin a loop
	again            // end a loop
	share            // do what follows, or skip it
)

// Action is what a function does next.
type Action struct {
	Kind   ActionKind
	For    time.Duration // of Sleeps, Blocks, Queries, Computes and Keeps
	Pool   *Pool         // of Queries
	Text   string        // of Logs, and of Raises unless Status is set
	Status int           // of Raises: that of an HTTPException
	Size   int           // of Sends: bytes
}

// ActionKind is the kind of an action.
type ActionKind uint8

// The kinds of actions.
const (
	Returns ActionKind = iota // the function is at its end, and stays there
	Sleeps
	Blocks
	Queries
	Logs
	Raises
	Computes // Python code
	Keeps    // C code that keeps the interpreter's lock
	Sends
)

// Compile makes the code of a function.
func Compile(steps []Step) Code {
	var c Code
	c.add(steps, 0)
	return c
}

func (c *Code) add(steps []Step, level uint8) {
	for _, s := range steps {
		switch s.Kind {
		case Repeat:
			c.nest(instruction{op: repeat, level: level, times: s.Times}, s.Do)
		case Share:
			c.nest(instruction{op: share, level: level, share: s.Share}, s.Do)
		default:
			kinds := map[Kind]ActionKind{Sleep: Sleeps, Block: Blocks, Query: Queries, Log: Logs, Raise: Raises, CPU: Computes, GIL: Keeps, Send: Sends}
			*c = append(*c, instruction{
				length: s.For, action: Action{Kind: kinds[s.Kind], Pool: s.Pool, Text: s.Text, Status: s.Status, Size: s.Size},
			})
		}
	}
}

// nest adds the beginning of a loop or a share, and what is inside it.
func (c *Code) nest(begin instruction, do []Step) {
	at := len(*c)
	*c = append(*c, begin)
	c.add(do, begin.level+1)
	if begin.op == repeat {
		*c = append(*c, instruction{op: again, level: begin.level, to: at + 1})
	}
	(*c)[at].to = len(*c)
}

// Cursor is how far one call of a function has come. Make it with [Code.Start].
type Cursor struct {
	code Code
	at   int
	left []int // how often each loop around the position is still to be done, after this time
}

// Start is the beginning of a call.
func (c Code) Start() Cursor { return Cursor{code: c} }

// Stop moves to the end: the function has raised an exception.
func (c *Cursor) Stop() { c.at = len(c.code) }

// Next returns what the function does next, with durations and shares drawn from r.
func (c *Cursor) Next(r *rand.Rand) Action {
	for c.at < len(c.code) {
		i := &c.code[c.at]
		c.at++
		switch i.op {
		case act:
			a := i.action
			a.For = i.length.Draw(r)
			return a
		case repeat:
			c.enter(i)
		case again:
			if c.left[i.level] > 0 {
				c.left[i.level]--
				c.at = i.to
			}
		case share:
			if r.Float64() >= i.share {
				c.at = i.to
			}
		}
	}
	return Action{}
}

// enter begins a loop, or skips it.
func (c *Cursor) enter(i *instruction) {
	if i.times == 0 {
		c.at = i.to
		return
	}
	for len(c.left) <= int(i.level) {
		c.left = append(c.left, 0)
	}
	c.left[i.level] = i.times - 1
}
