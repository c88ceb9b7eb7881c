package program

import (
	"time"

	"github.com/target-server/target-server/distribution"
)

// NewPool returns a pool with the defaults of sqlalchemy.pool.QueuePool: 5 connections and 10 more under load, for which
// a request waits up to 30 s.
func NewPool(name string) *Pool {
	return &Pool{Name: name, Size: defaultSize, Overflow: defaultOverflow, Timeout: defaultTimeout}
}

// Def is a def function, which runs in a thread.
func Def(steps ...Step) Function { return Function{Steps: steps} }

// AsyncDef is an async def function, which runs on the event loop.
func AsyncDef(steps ...Step) Function { return Function{Async: true, Steps: steps} }

// Sleeping is a Sleep of a constant duration.
func Sleeping(d time.Duration) Step { return Step{Kind: Sleep, For: distribution.Of(d)} }

// Blocking is a Block of a constant duration, for async functions.
func Blocking(d time.Duration) Step { return Step{Kind: Block, For: distribution.Of(d)} }

// Querying is a Query of a pool that takes a constant duration. With nil it is the program's only pool.
func Querying(p *Pool, d time.Duration) Step {
	return Step{Kind: Query, Pool: p, For: distribution.Of(d)}
}

// Computing is a CPU of a constant duration.
func Computing(d time.Duration) Step { return Step{Kind: CPU, For: distribution.Of(d)} }

// Keeping is a GIL of a constant duration.
func Keeping(d time.Duration) Step { return Step{Kind: GIL, For: distribution.Of(d)} }

// Sending is a Send of that many bytes, for the handler of a stream.
func Sending(size int) Step { return Step{Kind: Send, Size: size} }

// Logging is a Log of a line, in which {counter} and the names of parameters in braces are replaced.
func Logging(line string) Step { return Step{Kind: Log, Text: line} }

// Raising is a Raise of an HTTPException with a status from 400 to 599.
func Raising(status int) Step { return Step{Kind: Raise, Status: status} }

// Repeating is a Repeat of steps.
func Repeating(times int, do ...Step) Step { return Step{Kind: Repeat, Times: times, Do: do} }

// Sharing is a Share: it does steps with a probability from 0 to 1.
func Sharing(share float64, do ...Step) Step { return Step{Kind: Share, Share: share, Do: do} }
