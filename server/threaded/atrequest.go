package threaded

import "github.com/target-server/target-server/server/http1"

// Early is a Reader that sends something as soon as a head has come, before its body has.
type Early interface {
	// Early returns the writes that are due. It is asked after each call of Next.
	Early() []string
}

func (c *Conn) sendEarly() {
	if r, ok := c.reader.(Early); ok {
		for _, piece := range r.Early() {
			c.WriteString(piece)
		}
	}
}

// refuseInTurn refuses bytes that are not a request. Where threads take whole requests, the refusal queues for a thread as
// they do, but a failure ends the connection at once.
func (c *Conn) refuseInTurn(event http1.Event) {
	if c.endpoint.Behaviour.Takes != AtRequest || event == http1.Crash {
		c.refuse()
		return
	}
	c.takeThread()
}

// serveRequest has a thread answer a request that was read before the thread was asked for.
func (c *Conn) serveRequest() {
	switch {
	case c.exchange == nil: // what was read is no request
		c.refuse()
		return
	case c.lease.Refused:
		c.endpoint.Refuse(c.exchange, c.endpoint.QueueFull)
	}
	c.exchange.start()
}
