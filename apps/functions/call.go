package functions

import (
	"slices"
	"time"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server"
)

// Call is one call of a function. Embed it in the [server.Script] of a request, which makes one call after another.
type Call struct {
	// Failure is the exception that a call has raised; nil if none has.
	Failure *Failure
	// Thread is where the function runs.
	Thread *modes.Thread

	request  *server.Request
	function *Function
	values   []string
	cursor   program.Cursor
	query    query
	asks     bool // waits for its connection
	use      use
	lines    int
	sent     int                 // bytes, by the last send
	yields   bool                // it has, and waits to go on
	length   time.Duration       // of the query
	sessions []*connections.Pool // that the request's sessions have a connection of, by session
}

// Failure is an exception that a program has raised.
type Failure struct {
	Status    int      // of an HTTPException; 0 for any other exception
	Exception string   // as Python prints it, if it is another
	Name      string   // as the file names it; empty for an exception that no step names
	Earlier   *Failure // during whose handling it was raised, or nil
}

// query is how far the query step of the function has come.
type query uint8

const (
	noQuery query = iota
	connected
	queried
)

// linesAtOnce is how many lines a thread prints before others run: in Python, a thread that does not wait keeps the
// interpreter for 5 ms.
const linesAtOnce = 1000

// BeginCall begins a call for a request. values are those of the function's parameters.
func (c *Call) BeginCall(r *server.Request, f *Function, values []string) {
	c.request, c.function, c.values, c.cursor, c.query, c.asks, c.yields = r, f, values, f.code.Start(), noQuery, false, false
}

// Raise ends the function by an exception. If there is one already, f was raised while that one was handled.
func (c *Call) Raise(f *Failure) {
	f.Earlier, c.Failure = c.Failure, f
	c.giveUp()
	c.cursor.Stop()
}

// giveUp notes that the function no longer waits for its connection, if it did.
func (c *Call) giveUp() {
	if c.asks {
		c.asks = false
		c.request.Connected(c.use.pool, false)
	}
}

// Next implements [modes.Program]: the next step that takes time.
func (c *Call) Next() modes.Step {
	if c.yields {
		return modes.Step{}
	}
	switch c.query {
	case connected:
		c.query = queried
		return modes.Step{Kind: modes.Sleep, For: c.length}
	case queried:
		c.query = noQuery
		if c.use.session < 0 {
			c.put(c.use.pool)
		}
	}
	for {
		switch a := c.cursor.Next(c.function.process.worker.Draws()); a.Kind {
		case program.Returns:
			return modes.Step{}
		case program.Sleeps:
			return modes.Step{Kind: modes.Sleep, For: a.For}
		case program.Blocks:
			return modes.Step{Kind: modes.Block, For: a.For}
		case program.Computes:
			return modes.Step{Kind: modes.Compute, For: a.For}
		case program.Keeps:
			return modes.Step{Kind: modes.Keep, For: a.For}
		case program.Queries:
			return c.connect(a)
		case program.Logs:
			c.function.print(c.Thread, a.Text, c.values)
			if c.lines++; c.lines%linesAtOnce == 0 && c.Thread != modes.MainThread {
				return modes.Step{Kind: modes.Sleep}
			}
		case program.Sends:
			c.sent, c.yields = a.Size, true
			return modes.Step{}
		case program.Raises:
			c.Raise(raised(a))
		}
	}
}

// connect is the beginning of a query: with the connection of the request's session, if that has one.
func (c *Call) connect(a program.Action) modes.Step {
	f := c.function
	c.length, c.use = a.For, f.uses[slices.Index(f.process.program.Pools, a.Pool)]
	if s := c.use.session; s >= 0 && s < len(c.sessions) && c.sessions[s] != nil {
		return modes.Step{Kind: modes.Sleep, For: a.For}
	}
	c.asks = true
	c.request.Asks(c.use.pool)
	return modes.Step{Kind: modes.Connect, Pool: c.use.pool, Connected: c.connected}
}

// put gives a connection of the request back.
func (c *Call) put(p *connections.Pool) {
	p.Put()
	c.request.Returned(p)
}

// connected is called when the query has a connection, or has waited for one in vain.
func (c *Call) connected(ok bool) {
	c.asks = false
	c.request.Connected(c.use.pool, ok)
	if !ok {
		c.Raise(&Failure{Exception: c.use.pool.TimeoutError()})
		return
	}
	c.query = connected
	s := c.use.session
	if s < 0 {
		return
	}
	for len(c.sessions) <= s {
		c.sessions = append(c.sessions, nil)
	}
	c.sessions[s] = c.use.pool
}

// Cancel ends the call of a coroutine, by an exception that it does not handle: a query gives its connection back.
func (c *Call) Cancel() {
	c.giveUp()
	if c.query != noQuery && c.use.session < 0 {
		c.put(c.use.pool)
	}
	c.query = noQuery
	c.cursor.Stop()
}

// CloseSession gives back the connection of one of the request's sessions, if it has one.
func (c *Call) CloseSession(s int) {
	if s < len(c.sessions) && c.sessions[s] != nil {
		c.put(c.sessions[s])
		c.sessions[s] = nil
	}
}

// raised is what a raise step raises.
func raised(a program.Action) *Failure {
	if a.Status != 0 {
		return &Failure{Status: a.Status}
	}
	return &Failure{Exception: program.Qualified(a.Text), Name: a.Text}
}
