package threaded

import (
	"time"

	"github.com/target-server/target-server/eventloop"
)

// What a thread reads of a body that nobody has read, and for how long, before it
// gives the connection up: gunicorn's DEFAULT_WORKER_DATA_TIMEOUT and
// _DRAIN_MAX_BYTES.
const (
	bodyTime = 5 * time.Second
	mostBody = 64 << 10
)

// between is what follows an answer behind which the client may ask again.
func (c *Conn) between(x *Exchange) {
	c.served = true
	switch c.endpoint.Behaviour.Between {
	case LinesUp:
		c.behind, c.drained = x, 0
		c.Loop().After(&c.idle, bodyTime, eventloop.Func(c.giveUp))
		if !c.parsing {
			c.parse()
		}
	case Overlooked:
		c.leave()
	case Stays:
		if c.endpoint.Behaviour.Takes == AtRequest {
			c.releaseThread()
		}
		c.idles(c.endpoint.KeepAlive)
		if !c.parsing {
			c.parse()
		}
	}
}

// bodyRead notes what came of a body behind its answer.
func (c *Conn) bodyRead(n int) {
	if c.behind == nil {
		return
	}
	if c.drained += n; c.drained >= mostBody {
		c.giveUp()
	}
}

// giveUp closes a connection of whose last request something is missing.
func (c *Conn) giveUp() {
	c.behind = nil
	c.finish()
}

// bodyEnded is the end of a request's bytes.
func (c *Conn) bodyEnded() {
	if c.behind == nil {
		return
	}
	c.behind = nil
	c.Loop().Cancel(&c.idle)
	c.leave()
}

// leave ends the thread's part: the main thread watches the connection.
func (c *Conn) leave() {
	e := c.endpoint
	c.resting = true
	if e.Behaviour.Between == Overlooked { // the thread itself hands it over
		c.handOver()
		c.releaseThread()
		return
	}
	c.PauseReading() // nobody looks at it until the main thread does
	c.releaseThread()
	e.main.do(func() {
		c.handOver()
		if e.Behaviour.Woken {
			e.woken()
		}
	})
}

// handOver makes the connection idle, or has it stand in line again.
func (c *Conn) handOver() {
	e := c.endpoint
	switch {
	case c.Closing():
	case e.main.stops && e.Behaviour.Between == Overlooked:
		c.Close()
	case e.Behaviour.Between == LinesUp && len(c.rest) > 0, len(c.pending) > 0, c.ended && len(c.rest) > 0:
		c.takeThread()
	case c.ended:
		c.Close()
	default:
		c.idles(e.KeepAlive)
		c.ResumeReading()
	}
}
