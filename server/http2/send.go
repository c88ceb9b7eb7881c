package http2

import (
	"slices"
	"strconv"

	"github.com/target-server/target-server/server/http1"
)

// buffer is the answer of a stream until it is sent: Hypercorn's StreamBuffer, with the stream's
// state in its PriorityTree. It may outlive the stream.
type buffer struct {
	id      uint32
	out     []byte
	full    bool // the answer is complete
	active  bool // gets a turn: something has changed since it could not send
	drained func(sent bool)
}

// mostBuffers is how many streams a PriorityTree accepts, without the root.
const mostBuffers = 999

// Expect reserves the buffer of a stream's answer, and reports whether there is one left. If not,
// Hypercorn's task fails (priority.TooManyStreamsError).
func (c *Conn) Expect(id uint32) bool {
	if len(c.buffers) >= mostBuffers {
		return false
	}
	c.buffers[id] = &buffer{id: id}
	return true
}

// Respond sends an answer: its head at once, its body as the client accepts it. done is called in a
// separate step when the answer has left its buffer, with whether all of it was sent: the buffer of a
// stream that was reset is dropped at its next turn. done is never called if the connection ends
// before (Lost).
func (c *Conn) Respond(id uint32, status int, lines []http1.Line, body string, done func(sent bool)) {
	c.RespondHead(id, status, lines)
	b := c.buffers[id]
	if b == nil {
		c.owner.Soon(func() { done(false) })
		return
	}
	b.out, b.full, b.active, b.drained = []byte(body), true, true, done
	c.turns = append(c.turns, b)
	c.wake()
}

// RespondHead sends only the head of an answer, without ending it, if the stream is still open.
func (c *Conn) RespondHead(id uint32, status int, lines []http1.Line) {
	if s := c.live(id); s == nil || s.answered || c.gone {
		return
	}
	block := c.encoder.line(c.encoder.begin(nil), ":status", strconv.Itoa(status))
	for _, l := range lines {
		block = c.encoder.line(block, l.Name, l.Value)
	}
	c.pending = appendHead(c.pending, id, block, c.largest)
	c.flush()
}

// appendHead appends a header block, in as many frames as needed.
func appendHead(dst []byte, id uint32, block []byte, largest int) []byte {
	kind := frameHeaders
	for len(block) > largest {
		dst = appendFrame(dst, kind, 0, id, block[:largest])
		kind, block = frameContinuation, block[largest:]
	}
	return appendFrame(dst, kind, flagEndHeaders, id, block)
}

// Waits reports whether a stream's answer waits for a frame of the client.
func (c *Conn) Waits(id uint32) bool {
	b := c.buffers[id]
	return b != nil && b.full && (c.lost || !b.active)
}

// unblock gives the answer of a stream another turn, or of every stream if id is 0.
func (c *Conn) unblock(id uint32) {
	for _, b := range c.turns {
		b.active = b.active || id == 0 || b.id == id
	}
	c.wake()
}

// Wake continues sending when the owner is no longer Full.
func (c *Conn) Wake() { c.wake() }

// wake sends waiting answers in a separate step: Hypercorn's send_task.
func (c *Conn) wake() {
	if c.pumping || c.lost || len(c.turns) == 0 {
		return
	}
	c.pumping = true
	c.owner.Soon(c.pump)
}

// sends reports whether the sending task may continue: it waits for a client that does not read.
func (c *Conn) sends() bool { return !c.lost && !c.owner.Full() }

// pump sends a frame of each stream in turn, until all is sent or the windows are closed.
func (c *Conn) pump() {
	c.pumping = false
	for moved := true; moved; {
		moved = false
		for _, b := range slices.Clone(c.turns) {
			if c.sends() && b.active && c.sendOne(b) {
				moved = true
			}
		}
	}
	c.owner.Paused()
}

// sendOne gives a stream its turn (H2Protocol._send_data), and reports whether it may get another.
func (c *Conn) sendOne(b *buffer) bool {
	s := c.streams[b.id]
	if s == nil {
		return c.drop(b, false)
	}
	if len(b.out) > 0 {
		n := min(int64(len(b.out)), s.window, c.window, int64(c.largest))
		switch {
		case n <= 0:
			b.active = false
			return false
		case s.closed, c.gone:
			return c.drop(b, false)
		}
		c.owner.Send(appendFrame(nil, frameData, 0, b.id, b.out[:n]))
		b.out = b.out[n:]
		s.window -= n
		c.window -= n
	}
	switch {
	case len(b.out) > 0:
		return true
	case s.closed, c.gone:
		return c.drop(b, false)
	}
	c.owner.Send(appendFrame(nil, frameData, flagEndStream, b.id, nil))
	if s.answered = true; s.ended {
		c.close(s, false)
	}
	return c.drop(b, true)
}

// drop removes a buffer, and calls its done.
func (c *Conn) drop(b *buffer, sent bool) (moved bool) {
	delete(c.buffers, b.id)
	c.turns = slices.DeleteFunc(c.turns, func(other *buffer) bool { return other == b })
	c.owner.Soon(func() { b.drained(sent) })
	return true
}
