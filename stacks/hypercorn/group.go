package hypercorn

// endReading is the end of _read_data: the connection's group of tasks waits for those that are left.
func (c *Conn) endReading() {
	if !c.endpoint.Version.ClosesStream {
		if c.closeStream() {
			c.awaits, c.unput = forPlace, disconnect
			return
		}
	}
	c.awaits = forGroup
	c.leaveGroup()
}

// leaveGroup goes on if the group's tasks have ended.
func (c *Conn) leaveGroup() {
	switch {
	case c.awaits != forGroup && c.awaits != forSpeaker, c.running != nil, c.lasting != nil:
	case c.guests > 0:
		c.strand()
	case c.awaits == forGroup && (!c.endpoint.Version.OwnsIdle || c.idle.phase == idleNone):
		c.wake(forGroup)
	}
}

// strand gives up a connection whose tasks can never end, if it is one: it reads no more, and they wait for something
// that only its client could send.
func (c *Conn) strand() {
	if c.cancelled || c.idle.phase != idleNone || !c.speaker.Hopeless() {
		return
	}
	c.speaker.Strand()
	if !c.Sends() {
		c.awaits = forNothing
		c.endpoint.forget(c)
	} else {
		c.endpoint.strand(c)
	}
}

// Enter adds one of the speaker's tasks to the connection's group, which waits for it.
func (c *Conn) Enter() { c.guests++ }

// Exit is the end of such a task.
func (c *Conn) Exit() {
	c.guests--
	c.leaveGroup()
}
