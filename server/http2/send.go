package http2

import (
	"slices"
	"strconv"

	"github.com/target-server/target-server/server/http1"
)

// buffer is the answer of a stream until it is sent: Hypercorn's StreamBuffer, with what its
// PriorityTree says of the stream. It may outlive the stream.
type buffer struct {
	id      uint32
	out     []byte
	full    bool // nothing will be added
	active  bool // is to have its turn: something has happened since it could not send
	drained func(sent bool)
}

// mostBuffers is how many streams a PriorityTree takes beside the root.
const mostBuffers = 999

// Expect makes room for a stream's answer. It tells whether there was any: where there is none,
// Hypercorn's task fails (priority.TooManyStreamsError).
func (c *Conn) Expect(id uint32) bool {
	if len(c.buffers) >= mostBuffers {
		return false
	}
	c.buffers[id] = &buffer{id: id}
	return true
}

// Respond sends an answer: its head at once, its body as its client takes it. done is called in a
// step of its own when the answer has left its buffer, and told whether all of it was sent: a
// stream that was reset has its buffer emptied when it next has its turn. It is never called if the
// connection ends before (Lost).
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

// RespondHead sends the head of an answer that will have no end, if the stream is still there.
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

// appendHead appends a header block in as many frames as it takes.
func appendHead(dst []byte, id uint32, block []byte, largest int) []byte {
	kind := frameHeaders
	for len(block) > largest {
		dst = appendFrame(dst, kind, 0, id, block[:largest])
		kind, block = frameContinuation, block[largest:]
	}
	return appendFrame(dst, kind, flagEndHeaders, id, block)
}

// Waits tells whether a stream's answer waits for what only its client can send.
func (c *Conn) Waits(id uint32) bool {
	b := c.buffers[id]
	return b != nil && b.full && (c.lost || !b.active)
}

// unblock gives the answer of a stream another turn; that of every stream for 0.
func (c *Conn) unblock(id uint32) {
	for _, b := range c.turns {
		b.active = b.active || id == 0 || b.id == id
	}
	c.wake()
}

// Wake goes on sending when the owner takes bytes again.
func (c *Conn) Wake() { c.wake() }

// wake has what waits sent in a step of its own: Hypercorn's send_task.
func (c *Conn) wake() {
	if c.pumping || c.lost || len(c.turns) == 0 {
		return
	}
	c.pumping = true
	c.owner.Soon(c.pump)
}

// sends tells whether the sending task may go on: it waits for a client that does not read.
func (c *Conn) sends() bool { return !c.lost && !c.owner.Full() }

// pump sends a frame of each stream in turn until all is sent or the windows are shut.
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

// sendOne gives a stream its turn (H2Protocol._send_data), and tells whether it may have another.
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

// drop is the end of a buffer: whoever has filled it goes on.
func (c *Conn) drop(b *buffer, sent bool) (moved bool) {
	delete(c.buffers, b.id)
	c.turns = slices.DeleteFunc(c.turns, func(other *buffer) bool { return other == b })
	c.owner.Soon(func() { b.drained(sent) })
	return true
}
