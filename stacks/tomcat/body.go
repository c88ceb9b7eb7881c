package tomcat

// body is the part of a request's body that the servlet has not read. The thread reads it before it goes on
// (Http11InputBuffer.endRequest).
type body struct {
	unread    bool
	stays     bool // the connection stays open after it
	length    int64
	chunked   bool
	chunks    chunks
	swallowed int64
}

// swallow drops what has come of the body, and reports whether the thread can go on: not while more is to come.
func (c *Conn) swallow() bool {
	b := &c.body
	rest := c.in.buf[c.in.pos:]
	var n int
	done, good := false, true
	if b.chunked {
		n, done, good = b.chunks.take(rest)
		b.swallowed += int64(n)
	} else {
		n = int(min(int64(len(rest)), b.length))
		b.length -= int64(n)
		b.swallowed += int64(n)
		done = b.length == 0
	}
	c.in.pos += n
	most := c.endpoint.connector.MaxSwallowSize
	switch {
	case !good, b.swallowed > most && !done:
		c.close()
	case done:
		c.Loop().Cancel(&c.timeout)
		b.unread = false
		c.answered(b.stays)
	default:
		c.drop()
		return c.look() || c.await()
	}
	return true
}

// drop forgets what was read.
func (c *Conn) drop() {
	c.endpoint.kept -= c.in.pos
	c.in.buf, c.in.pos = c.in.buf[:copy(c.in.buf, c.in.buf[c.in.pos:])], 0
}

// await keeps the thread and waits for more, for as long as a connection may be silent. It returns false.
func (c *Conn) await() bool {
	c.within(c.close)
	c.ResumeReading()
	return false
}
