package threaded

import "github.com/target-server/target-server/eventloop"

// end is what follows the last answer.
func (c *Conn) end() {
	b := c.endpoint.Behaviour
	if b.Ending.Drains == 0 || c.ended {
		c.finish()
		return
	}
	c.drained = 1
	c.ResumeReading()
	c.Loop().After(&c.idle, b.Ending.Drains, eventloop.Func(c.finish))
}

// drains tells whether the last answer is sent and the client is listened to.
func (c *Conn) drains() bool { return c.drained > 0 }

// drainAtOnce is how many bytes a thread that drains reads before it looks again
// whether there are more.
const drainAtOnce = 10_000_000

// drain drops what comes behind the last answer. There is no time to it any more:
// a thread that reads waits.
func (c *Conn) drain(n int) {
	if c.drained += n; c.drained > drainAtOnce {
		c.drained = 1
		c.Loop().After(&c.idle, c.endpoint.Behaviour.Ending.Drains, eventloop.Func(c.finish))
	}
}

// finish closes the connection.
func (c *Conn) finish() {
	if c.endpoint.Behaviour.Ending.Half {
		c.CloseWrite()
	}
	c.Close()
}
