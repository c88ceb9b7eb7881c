package hypercorn

// pause has the task's next step come after some steps of the loop.
func (c *Conn) pause(steps int, what await) {
	c.awaits = what
	if steps == 0 {
		c.Run()
		return
	}
	c.left, c.woken = steps-1, true
	c.Loop().Soon(c)
}

// wake has the task go on, if that is what it waits for.
func (c *Conn) wake(what await) {
	if c.awaits == what && !c.woken {
		c.woken = true
		c.Loop().Soon(c)
	}
}

// resume is wake, but in this very step where the task reads the socket itself.
func (c *Conn) resume(what await) {
	if c.library().ReadsItself && c.awaits == what && !c.woken {
		c.Run()
		return
	}
	c.wake(what)
}

// Run is a step of the connection's task.
func (c *Conn) Run() {
	if c.left > 0 {
		c.left--
		c.Loop().Soon(c)
		return
	}
	c.woken = false
	was := c.awaits
	c.awaits = forNothing
	switch {
	case was == forNothing:
		c.awaits = forNothing
	case c.cancelled:
		c.leave()
	case was == forTurn:
		c.begin()
	case was == forIdling:
		c.firstRead()
	case was == forData:
		c.receive()
	case was == forIdle:
		if !c.beginRequest() {
			c.goOn()
		}
	case was == forRoom:
		c.goOn()
	case was == forPlace:
		c.placed()
	case was == forClosed:
		c.afterClosing()
	case was == forGroup:
		c.leave()
	}
}

// begin is TCPServer.run up to its first await. If the client has reset the connection by then, the socket has no
// address, and the task ends.
func (c *Conn) begin() {
	c.endpoint.began(c)
	if c.Gone() {
		c.endpoint.raised()
		c.leave()
		return
	}
	c.idle.start(c)
	c.pause(c.library().Reads, forIdling)
}

// firstRead is read, except that on trio even bytes that are there already are a checkpoint away.
func (c *Conn) firstRead() {
	if c.library().ReadsItself && len(c.input) > 0 {
		c.pause(1, forData)
		return
	}
	c.read()
}

// read is TCPServer._read_data: it reads until the reader's end.
func (c *Conn) read() {
	for {
		switch {
		case c.eof && len(c.input) == 0:
			c.endReading()
			return
		case c.failed:
			c.failRead()
			return
		case len(c.input) == 0:
			c.awaits = forData
			return
		}
		c.take()
		if c.handle() {
			return
		}
	}
}

// receive is what follows the await of reader.read.
func (c *Conn) receive() {
	if c.raises {
		c.failRead()
		return
	}
	c.take()
	c.goOn()
}

// failRead is the exception of reader.read.
func (c *Conn) failRead() {
	if c.endpoint.Version.ClosesStream {
		c.closeStream()
	}
	c.endReading()
}

// goOn handles what has been read, and then reads on.
func (c *Conn) goOn() {
	if !c.handle() {
		c.read()
	}
}

// handle is ProtocolWrapper.handle of RawData. It reports whether the task must wait before it reads on.
func (c *Conn) handle() (waits bool) {
	switch {
	case c.speaker != nil:
		return c.speak()
	case c.deaf:
		c.consume(len(c.buffer))
	default:
		return c.events()
	}
	return false
}

// take gives h11 one read's worth of the input, or the end if there is none.
func (c *Conn) take() {
	n := min(len(c.input), maxRecv)
	if n == 0 {
		c.told = true
		return
	}
	c.buffer = append(c.buffer, c.input[:n]...)
	c.input = c.input[n:]
	if len(c.input) == 0 {
		c.input = nil
	}
	if len(c.input) <= c.library().Ahead/2 {
		c.ResumeReading()
	}
}

// consume drops bytes that h11 has parsed.
func (c *Conn) consume(n int) {
	c.endpoint.kept -= n
	c.buffer = c.buffer[n:]
	if len(c.buffer) == 0 {
		c.buffer = nil
	}
}
