package uvicorn

import (
	"slices"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// unwinding is a cancelled task whose application still calls functions, such as the exits of dependencies, while
// CancelledError passes them.
type unwinding struct {
	cycle *Cycle
	end   func() // the rest of the task
}

// Cancel cancels the task of every running request. Each is logged when its application has ended, in a later step, with
// the reason that why gives now, and answered with a if its client is still there. Those that have not had their first
// step end without a word.
func (e *Endpoint) Cancel(a *http1.Answer, why func(*Cycle) string) {
	for _, c := range slices.Concat(e.connections, e.orphans) {
		if w := c.working; w != nil && w.unfinished() {
			w.cancel(a, why(w))
		}
	}
	for _, c := range slices.Clone(e.lasting) {
		if c.task == lasting { // a request that its connection has left
			c.cancel(a, why(c))
		}
	}
}

// CancelAgain cancels the tasks of those requests a second time whose application has not ended yet.
func (e *Endpoint) CancelAgain() {
	for _, u := range slices.Clone(e.unwinding) {
		c := u.cycle
		c.conn.Loop().Soon(eventloop.Func(func() {
			if e.unwinds(c) >= 0 && !c.Unwind() {
				c.unwound()
			}
		}))
	}
}

// OnceUnwound calls f when no cancelled task is left whose application still calls functions.
func (e *Endpoint) OnceUnwound(f func()) {
	if len(e.unwinding) == 0 {
		f()
		return
	}
	e.onceUnwound = f
}

// unwinds is the place of a request among those, or -1.
func (e *Endpoint) unwinds(c *Cycle) int {
	return slices.IndexFunc(e.unwinding, func(u unwinding) bool { return u.cycle == c })
}

// cancel is asyncio's Task.cancel: the task does nothing until the step that raises CancelledError in it. That passes
// the application, and is then logged with the reason and answered with a.
func (c *Cycle) cancel(a *http1.Answer, why string) {
	if c.task == queued || c.task == dropped {
		c.task = dropped
		return
	}
	e := c.conn.endpoint
	end := func() { c.fail(a, why) }
	if c.task == lasting || c.sending() {
		end = func() { c.End(why) }
	}
	c.task = cancelled
	if c.parts != nil {
		c.parts.sender = nil
	}
	c.conn.Loop().Soon(eventloop.Func(func() {
		e.unwinding = append(e.unwinding, unwinding{c, end})
		if !c.Unwind() {
			c.unwound()
		}
	}))
}

// unwound is the rest of a cancelled task, when its application has ended.
func (c *Cycle) unwound() {
	e := c.conn.endpoint
	at := e.unwinds(c)
	if at < 0 {
		return
	}
	end := e.unwinding[at].end
	e.unwinding = slices.Delete(e.unwinding, at, at+1)
	c.task = failing
	end()
	if f := e.onceUnwound; f != nil && len(e.unwinding) == 0 {
		e.onceUnwound = nil
		f()
	}
}

// fail logs why a task has been cancelled, and answers with a.
func (c *Cycle) fail(a *http1.Answer, why string) {
	c.conn.endpoint.Log.Error(failed + journal.Raised(why))
	c.Reply(a)
	c.Run()
}
