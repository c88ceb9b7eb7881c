package threaded

import "github.com/target-server/target-server/eventloop"

// end is what follows the last answer.
func (c *Conn) end() {
	b := c.endpoint.Behaviour
	if b.Ending.Drains == 0 || c.ended {
		c.finish()
		return
	}
	c.drained, c.draining = 0, true
	c.ResumeReading()
	c.Loop().After(&c.idle, b.Ending.Drains, eventloop.Func(c.finish))
}

// drains tells whether the last answer is sent and the client is listened to.
func (c *Conn) drains() bool { return c.draining || c.lingering }

// drainAtOnce is how many bytes a thread that drains reads before it looks again
// whether there are more.
const drainAtOnce = 10_000_000

// lingerMost is how much is dropped of what comes while the client's end is waited
// for: max_drain of gunicorn.util.close_graceful.
const lingerMost = 64 << 10

// drain drops what comes behind the last answer. There is no time to it any more:
// a thread that reads waits.
func (c *Conn) drain(n int) {
	c.drained += n
	switch {
	case c.lingering:
		if c.drained >= lingerMost {
			c.gone()
		}
	default:
		c.Loop().Cancel(&c.idle)
		if c.drained >= drainAtOnce {
			c.drained = 0
			c.Loop().After(&c.idle, c.endpoint.Behaviour.Ending.Drains, eventloop.Func(c.finish))
		}
	}
}

// finish closes the connection.
func (c *Conn) finish() {
	e := c.endpoint
	switch ending := e.Behaviour.Ending; {
	case c.Closing() || c.lingering:
	case ending.Lingers > 0 && !ending.InMain:
		c.linger()
	case ending.Lingers > 0:
		c.resting = true
		c.PauseReading()
		c.releaseThread()
		e.main.do(func() {
			e.occupied()
			c.linger()
		})
	default:
		if ending.Half {
			c.CloseWrite()
		}
		c.Close()
		if c.Unsent() > 0 {
			c.awaits(e.KeepAlive)
		}
	}
}

// linger ends our side and waits for the client's.
func (c *Conn) linger() {
	if c.Closing() || !c.Sends() {
		c.gone()
		return
	}
	c.CloseWrite()
	c.draining, c.lingering, c.drained = false, true, 0
	if c.ended {
		c.gone()
		return
	}
	c.forget()
	c.ResumeReading()
	c.Loop().After(&c.idle, c.endpoint.Behaviour.Ending.Lingers, eventloop.Func(c.gone))
}

// Abort ends the connection that was accepted last, wherever its thread stands: an
// exception has hit it there. What the program did is not finished. It tells whether
// the thread has lived on to answer.
func (e *Endpoint) Abort(exception string) (answers bool) {
	c := e.newest
	if c == nil || c.Closing() {
		return false
	}
	x := c.exchange
	c.exchange = nil
	c.blocked = nil
	c.Drop()
	if x != nil {
		x.abort()
	}
	if !c.lingering && e.Behaviour.Aborted != nil {
		for _, piece := range e.Behaviour.Aborted(c, x, exception) {
			c.WriteString(piece)
		}
		c.finish()
		return true
	}
	c.Close()
	return false
}

// gone is the end of a connection that has lingered.
func (c *Conn) gone() {
	c.lingering = false
	c.Loop().Cancel(&c.idle)
	c.Close()
	if c.endpoint.Behaviour.Ending.InMain {
		c.endpoint.free()
	}
}
