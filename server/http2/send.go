package http2

import (
	"strconv"

	"github.com/target-server/target-server/server/http1"
)

// buffer is the answer of a stream until it is sent: Hypercorn's StreamBuffer. It may outlive the stream.
type buffer struct {
	id       uint32
	out      []byte
	complete bool // nothing follows what is in it
	empty    bool // all that was in it has been taken out (_is_empty is set)
	relieved bool // the next push does not wait (_paused is set)
	pushed   func()
	drained  func(sent bool)
}

// The marks of a buffer: a push that fills it to the first waits until less than the second is taken out at once. That
// is so even if nothing can be taken out because the window is closed.
const (
	highWater = 2 * frameSize
	lowWater  = highWater / 2
)

// Expect reserves the buffer of a stream's answer, and reports whether there is one left. If not, Hypercorn's task fails
// (priority.TooManyStreamsError).
func (c *Conn) Expect(id uint32) bool {
	if !c.tree.insert(id) {
		return false
	}
	c.tree.set(id, false)
	c.buffers[id] = &buffer{id: id}
	return true
}

// Respond sends an answer: its head at once, its body as the client accepts it. done is called in a separate step when
// the answer has left its buffer, with whether all of it was sent: the buffer of a stream that was reset is dropped at
// its next turn. done is never called if the connection ends before (Lost).
func (c *Conn) Respond(id uint32, status int, lines []http1.Line, body string, done func(sent bool)) {
	c.RespondHead(id, status, lines)
	b := c.buffers[id]
	if b == nil {
		c.owner.Soon(func() { done(false) })
		return
	}
	if len(body) > 0 {
		b.out, b.empty = []byte(body), false
		c.owner.Buffers(len(body))
	}
	if !c.End(id, done) {
		c.owner.Soon(func() { done(true) })
	}
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

// Push adds a part of an answer's body. It reports whether the application must wait; then next is called in the step in
// which it goes on. It does not keep p.
func (c *Conn) Push(id uint32, p []byte, next func()) (waits bool) {
	b := c.buffers[id]
	if b == nil {
		return false
	}
	b.out, b.empty = append(b.out, p...), false
	c.owner.Buffers(len(p))
	c.unblock(id)
	if len(b.out) < highWater {
		return false
	}
	if b.relieved {
		b.relieved = false
		return false
	}
	b.pushed = next
	return true
}

// End ends an answer. It reports whether the application must wait until its buffer is empty; then done is called, as
// with Respond.
func (c *Conn) End(id uint32, done func(sent bool)) (waits bool) {
	b := c.buffers[id]
	if b == nil {
		return false
	}
	b.complete = true
	c.unblock(id)
	if b.empty {
		return false
	}
	b.drained = done
	return true
}

// GiveUp has neither next nor done be called for a stream.
func (c *Conn) GiveUp(id uint32) {
	if b := c.buffers[id]; b != nil {
		b.pushed, b.drained = nil, nil
	}
}

// Waits reports whether a stream's answer waits for a frame of the client.
func (c *Conn) Waits(id uint32) bool {
	b := c.buffers[id]
	return b != nil && b.complete && (c.lost || !c.tree.streams[id].active)
}

// unblock gives the answer of a stream another turn, or of every stream if id is 0.
func (c *Conn) unblock(id uint32) {
	if id != 0 {
		c.tree.set(id, c.buffers[id] != nil)
	} else {
		for id := range c.buffers {
			c.tree.set(id, true)
		}
	}
	c.wake()
}

// Wake continues sending when the owner is no longer Full.
func (c *Conn) Wake() { c.wake() }

// wake sends waiting answers in a separate step: Hypercorn's send_task.
func (c *Conn) wake() {
	if c.pumping || c.lost || len(c.buffers) == 0 {
		return
	}
	c.pumping = true
	c.owner.Soon(c.pump)
}

// sends reports whether the sending task may continue: it waits for a client that does not read.
func (c *Conn) sends() bool { return !c.lost && !c.owner.Full() }

// pump sends a frame of the stream whose turn it is, until all is sent or the windows are closed. Where a write takes
// steps, the next frame comes after these.
func (c *Conn) pump() {
	for c.sends() {
		id, found := c.tree.next()
		if !found {
			break
		}
		writes := c.sendOne(id)
		if writes > 0 && c.owner.Writes() > 0 {
			c.later(writes * c.owner.Writes())
			return
		}
	}
	c.pumping = false
	c.owner.Paused()
}

// later pumps on after some steps.
func (c *Conn) later(steps int) {
	c.owner.Soon(func() {
		if steps > 1 {
			c.later(steps - 1)
			return
		}
		c.pump()
	})
}

// sendOne gives a stream its turn (H2Protocol._send_data), and returns how many frames it has written.
func (c *Conn) sendOne(id uint32) (writes int) {
	b, s := c.buffers[id], c.streams[id]
	if b == nil {
		c.tree.set(id, false)
		return 0
	}
	if s == nil {
		c.drop(b, false)
		return 0
	}
	data := b.pop(int(max(0, min(s.window, c.window, int64(c.largest)))))
	room := c.owner.Buffers(-len(data))
	switch {
	case len(data) == 0:
		c.tree.set(id, false)
	case s.closed, c.gone:
		c.drop(b, false)
		return 0
	default:
		c.owner.Send(appendFrame(nil, frameData, 0, id, data))
		writes++
		s.window -= int64(len(data))
		c.window -= int64(len(data))
	}
	if room && len(data) < lowWater {
		c.relieve(b)
	}
	switch {
	case !b.complete || len(b.out) > 0:
		return writes
	case s.closed, c.gone:
		c.drop(b, false)
		return writes
	}
	c.owner.Send(appendFrame(nil, frameData, flagEndStream, id, nil))
	if s.answered = true; s.ended {
		c.close(s, false)
	}
	c.drop(b, true)
	return writes + 1
}

// pop takes as much out of a buffer.
func (b *buffer) pop(most int) (data []byte) {
	n := min(len(b.out), most)
	data, b.out = b.out[:n], b.out[n:]
	b.empty = b.empty || len(b.out) == 0
	return data
}

// relieve has a push go on that waits, or the next one not wait.
func (c *Conn) relieve(b *buffer) {
	if b.pushed == nil {
		b.relieved = true
		return
	}
	c.owner.Soon(b.pushed)
	b.pushed = nil
}

// drop removes a buffer. What waits for it goes on.
func (c *Conn) drop(b *buffer, sent bool) {
	delete(c.buffers, b.id)
	c.tree.remove(b.id)
	c.owner.Buffers(-len(b.out))
	b.out = nil
	if b.pushed != nil {
		c.owner.Soon(b.pushed)
	}
	if b.drained != nil {
		drained := b.drained
		c.owner.Soon(func() { drained(sent) })
	}
}
