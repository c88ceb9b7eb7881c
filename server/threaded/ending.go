package threaded

import "github.com/target-server/target-server/eventloop"

// end is what follows the last answer.
func (c *Conn) end() {
	b := c.endpoint.Behaviour
	if b.Ending.Drains == 0 || c.ended {
		c.finish()
		return
	}
	c.state, c.drained = draining, 0
	c.ResumeReading()
	c.Loop().After(&c.timer, b.Ending.Drains, eventloop.Func(c.finish))
}

// drains reports whether the last answer is sent, and what still comes is dropped.
func (c *Conn) drains() bool { return c.state == draining || c.state == lingering }

// drainAtOnce is how many bytes a draining thread reads before it looks again whether there are more.
const drainAtOnce = 10_000_000

// maxLinger is how many bytes a lingering connection drops: max_drain of gunicorn.util.close_graceful.
const maxLinger = 64 << 10

// drain drops what comes after the last answer. While draining, any byte stops the timer: the thread is in a read, and
// waits there.
func (c *Conn) drain(n int) {
	c.drained += n
	if c.state == lingering {
		if c.drained >= maxLinger {
			c.gone()
		}
		return
	}
	c.Loop().Cancel(&c.timer)
	if c.drained >= drainAtOnce {
		c.drained = 0
		c.Loop().After(&c.timer, c.endpoint.Behaviour.Ending.Drains, eventloop.Func(c.finish))
	}
}

// finish closes the connection.
func (c *Conn) finish() {
	e := c.endpoint
	switch ending := e.Behaviour.Ending; {
	case c.Closing() || c.state == lingering:
	case ending.Lingers > 0 && !ending.InMain:
		c.linger()
	case ending.Lingers > 0:
		c.state = idle
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

// linger ends our side and waits for the client's end.
func (c *Conn) linger() {
	if c.Closing() || !c.Sends() {
		c.gone()
		return
	}
	c.CloseWrite()
	c.state, c.drained = lingering, 0
	if c.ended {
		c.gone()
		return
	}
	c.forget()
	c.ResumeReading()
	c.Loop().After(&c.timer, c.endpoint.Behaviour.Ending.Lingers, eventloop.Func(c.gone))
}

// gone is the end of a connection that has lingered.
func (c *Conn) gone() {
	c.state = lingered
	c.Loop().Cancel(&c.timer)
	c.Close()
	if c.endpoint.Behaviour.Ending.InMain {
		c.endpoint.free()
	}
}
