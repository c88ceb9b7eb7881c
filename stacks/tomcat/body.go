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

// chunks reads a chunked body (ChunkedInputFilter).
type chunks struct {
	state     chunkState
	digits    int
	size      int64
	extension int
	cr        bool
	field     bool // in the trailer: the line is not empty
}

type chunkState uint8

const (
	chunkSize chunkState = iota
	chunkExtension
	chunkSizeEnd
	chunkData
	chunkEnd
	chunkTrailer
)

// maxExtension is maxExtensionSize.
const maxExtension = 8192

// take reads what there is. done reports the end of the body; good is false if it is malformed.
func (k *chunks) take(b []byte) (n int, done, good bool) {
	for n < len(b) {
		if k.state == chunkData {
			m := int(min(int64(len(b)-n), k.size))
			n += m
			k.size -= int64(m)
			if k.size == 0 {
				k.state = chunkEnd
			}
			continue
		}
		done, good = k.step(b[n])
		n++
		if done || !good {
			return n, done, good
		}
	}
	return n, false, true
}

func (k *chunks) step(c byte) (done, good bool) {
	switch k.state {
	case chunkSize:
		return false, k.sizeByte(c)
	case chunkExtension:
		if c == '\r' || c == '\n' {
			return false, k.lineEnd(c)
		}
		k.extension++
		return false, k.extension <= maxExtension
	case chunkSizeEnd, chunkEnd:
		return false, k.lineEnd(c)
	}
	return k.trailerByte(c)
}

func (k *chunks) sizeByte(c byte) bool {
	switch v := hex(c); {
	case c == '\r' || c == '\n':
		return k.lineEnd(c)
	case c == ';':
		k.state = chunkExtension
	case v < 0 || k.digits == 8:
		return false
	default:
		k.digits++
		k.size = k.size<<4 | int64(v)
	}
	return true
}

// lineEnd reads the CR LF after a chunk or its size.
func (k *chunks) lineEnd(c byte) bool {
	switch {
	case c == '\r' && !k.cr:
		k.cr = true
		if k.state != chunkEnd {
			k.state = chunkSizeEnd
		}
		return true
	case c != '\n' || !k.cr:
		return false
	}
	k.cr = false
	if k.state == chunkEnd {
		*k = chunks{extension: k.extension}
		return true
	}
	if k.digits == 0 || k.size > 1<<31-1 {
		return false
	}
	k.state = chunkData
	if k.size == 0 {
		k.state = chunkTrailer
	}
	return true
}

// trailerByte reads the fields after the last chunk, up to an empty line.
func (k *chunks) trailerByte(c byte) (done, good bool) {
	switch {
	case c == '\r':
		k.cr = true
	case c == '\n' && !k.field:
		return k.cr, k.cr
	case c == '\n':
		k.cr, k.field = false, false
	default:
		k.cr, k.field = false, true
	}
	return false, true
}
