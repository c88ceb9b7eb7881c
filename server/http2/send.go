package http2

import (
	"slices"
	"strconv"

	"github.com/target-server/target-server/server/http1"
)

// Respond sends an answer: its head at once, its body as its client takes it. done
// is called in a step of its own when all has been sent, or never, if the stream or
// the connection ends before. It tells whether the stream is still there.
func (c *Conn) Respond(id uint32, status int, lines []http1.Line, body string, done func()) bool {
	if !c.RespondHead(id, status, lines) {
		return false
	}
	s := c.streams[id]
	s.out, s.drained = []byte(body), done
	c.turns = append(c.turns, id)
	c.wake()
	return true
}

// RespondHead sends the head of an answer that will have no end.
func (c *Conn) RespondHead(id uint32, status int, lines []http1.Line) bool {
	if s := c.streams[id]; s == nil || s.answered || c.over {
		return false
	}
	block := c.encoder.line(c.encoder.begin(nil), ":status", strconv.Itoa(status))
	for _, l := range lines {
		block = c.encoder.line(block, l.Name, l.Value)
	}
	c.pending = appendHead(c.pending, id, block, c.largest)
	c.flush()
	return true
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

// wake has what waits sent in a step of its own: Hypercorn's send_task.
func (c *Conn) wake() {
	if c.pumping || c.over || len(c.turns) == 0 {
		return
	}
	c.pumping = true
	c.owner.Soon(c.pump)
}

// pump sends a frame of each stream in turn until all is sent or the windows are
// shut.
func (c *Conn) pump() {
	c.pumping = false
	for moved := true; moved && !c.over; {
		moved = false
		for _, id := range slices.Clone(c.turns) {
			if c.sendOne(id) {
				moved = true
			}
		}
	}
}

// sendOne sends a frame of a stream, and tells whether it did.
func (c *Conn) sendOne(id uint32) bool {
	s := c.streams[id]
	if s == nil {
		c.leave(id)
		return false
	}
	n := min(int64(len(s.out)), s.window, c.window, int64(c.largest))
	if n > 0 {
		c.owner.Send(appendFrame(nil, frameData, 0, id, s.out[:n]))
		s.out = s.out[n:]
		s.window -= n
		c.window -= n
	}
	if len(s.out) > 0 {
		return n > 0
	}
	c.owner.Send(appendFrame(nil, frameData, flagEndStream, id, nil))
	c.leave(id)
	if s.answered = true; s.ended {
		c.close(s, false)
	}
	if s.drained != nil {
		c.owner.Soon(s.drained)
	}
	return true
}

// leave takes a stream out of the turns.
func (c *Conn) leave(id uint32) {
	c.turns = slices.DeleteFunc(c.turns, func(other uint32) bool { return other == id })
}
