package threaded

// Early is a Reader that has something sent as soon as a head has come, while its
// body has not.
type Early interface {
	// Early is asked after each call of Next.
	Early() []string
}

func (c *Conn) sendEarly() {
	if r, ok := c.reader.(Early); ok {
		for _, piece := range r.Early() {
			c.WriteString(piece)
		}
	}
}

// refuseInTurn refuses bytes that are no request, where that is a thread's work when
// a thread has time.
func (c *Conn) refuseInTurn() {
	if c.endpoint.Behaviour.Takes != AtRequest {
		c.refuse()
		return
	}
	c.wrong = true
	c.takeThread()
}

// serveWhole has a thread answer what was read whole before it was asked for.
func (c *Conn) serveWhole() {
	switch {
	case c.wrong:
		c.refuse()
		return
	case c.refused:
		c.exchange.Hold(nil)
		c.exchange.Reply(c.endpoint.QueueFull)
	}
	c.exchange.start()
}

// sayFull says that there are as many connections as there may be, or fewer again.
func (e *Endpoint) sayFull(before int) {
	b := e.Behaviour
	switch most := b.MostConnections; {
	case b.SaysFull == "":
	case e.connections == most && before < most:
		e.Log.Loop(b.SaysFull)
	case e.connections < most && before == most:
		e.Log.Loop(b.SaysRoom)
	}
}
