package threaded

import (
	"time"

	"github.com/target-server/target-server/eventloop"
)

// The most that a thread reads of a body that the program left unread, and for how long it waits for it, before it
// closes the connection: gunicorn's DEFAULT_WORKER_DATA_TIMEOUT and _DRAIN_MAX_BYTES.
const (
	bodyTime = 5 * time.Second
	maxBody  = 64 << 10
)

// between is what follows an answer after which the client may send another request.
func (c *Conn) between(x *Exchange) {
	c.served = true
	switch c.endpoint.Behaviour.Between {
	case QueuesAgain:
		c.bodyOf, c.drained = x, 0
		c.Loop().After(&c.timer, bodyTime, eventloop.Func(c.giveUp))
		if !c.parsing {
			c.parse()
		}
	case Overlooked:
		c.leave()
	case Rereads:
		if !c.parsing {
			c.parse()
		}
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

// bodyRead counts what came of a body after its answer.
func (c *Conn) bodyRead(n int) {
	if c.bodyOf == nil {
		return
	}
	c.drained += n
	if c.drained >= maxBody {
		c.giveUp()
	}
}

// giveUp closes a connection whose last request is incomplete.
func (c *Conn) giveUp() {
	c.bodyOf = nil
	c.finish()
}

// bodyEnded is the end of a request's bytes.
func (c *Conn) bodyEnded() {
	if c.bodyOf == nil {
		return
	}
	c.bodyOf = nil
	c.Loop().Cancel(&c.timer)
	c.leave()
}

// leave ends the thread's part: the main thread watches the connection.
func (c *Conn) leave() {
	e := c.endpoint
	c.state, c.lease.Refused = idle, false // one that was refused a thread, and sent nothing, may ask for one again
	if e.Behaviour.Between == Overlooked { // the thread itself hands it over
		c.handOver()
		c.releaseThread()
		return
	}
	c.PauseReading() // until the main thread gets to it
	c.releaseThread()
	e.main.do(func() {
		c.handOver()
		if e.Behaviour.Woken {
			e.woken()
		}
	})
}

// handOver makes the connection an idle one, or has it queue for a thread again.
func (c *Conn) handOver() {
	e := c.endpoint
	switch {
	case c.Closing():
	case e.main.closing && (e.Behaviour.Between == Overlooked || !c.served):
		c.Close()
	case e.Behaviour.Between == QueuesAgain && len(c.rest) > 0, len(c.pending) > 0, c.ended && len(c.rest) > 0:
		c.takeThread()
	case c.ended:
		c.Close()
	default:
		c.idles(e.KeepAlive)
		c.ResumeReading()
	}
}
