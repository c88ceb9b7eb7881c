package http2

import (
	"bytes"
	"encoding/binary"
)

// headers begins a header block.
func (c *Conn) headers(f *frame) error {
	prefix := 0
	if f.has(flagPriority) {
		prefix = 5
	}
	weights, err := f.unwrap(prefix)
	if err != nil {
		return err
	}
	c.weights = bytes.Clone(weights)
	c.beginBlock(f)
	return c.headersWhole(f)
}

// beginBlock begins a header block, of a request or of a promise.
func (c *Conn) beginBlock(f *frame) {
	c.opening, c.parts = *f, 1
	c.block = bytes.Clone(f.payload)
}

// promise refuses a promise, when its header block is whole.
func (c *Conn) promise(f *frame) error {
	if f.has(flagEndHeaders) {
		return codeProtocol
	}
	c.beginBlock(f)
	return nil
}

func (c *Conn) continuation(f *frame) error {
	if c.parts == 0 {
		return c.naked(f.stream)
	}
	if c.parts++; c.parts > mostContinued || len(c.block)+len(f.payload) > mostHeaderBlock {
		return codeProtocol
	}
	c.block = append(c.block, f.payload...)
	return c.headersWhole(f)
}

// naked answers a continuation of nothing.
func (c *Conn) naked(id uint32) error {
	if c.idle(id) || c.streams[id] != nil {
		return codeProtocol
	}
	return c.tooLate(id)
}

// idle reports whether a stream was never opened. h2 takes those with even numbers for its own.
func (c *Conn) idle(id uint32) bool { return id%2 == 0 || id > c.highest }

// headersWhole processes a header block after its last frame.
func (c *Conn) headersWhole(last *frame) error {
	switch {
	case !last.has(flagEndHeaders):
		return nil
	case c.opening.kind == framePushPromise:
		return codeProtocol
	}
	id, end, block := c.opening.stream, c.opening.has(flagEndStream), c.block
	c.parts, c.block = 0, nil
	known := c.streams[id]
	if known != nil && !known.closed {
		return c.trailers(known, block, end)
	}
	if known == nil {
		if c.purge(); uint64(len(c.streams)) >= uint64(c.rules.Streams) {
			return codeProtocol
		}
	}
	fields, err := c.decode(block)
	switch {
	case err != nil:
		return err
	case id%2 == 0:
		return codeProtocol
	case id <= c.highest:
		return c.tooLate(id)
	}
	c.highest, c.begun = id, true
	length, ok := c.rules.contentLength(fields)
	if !ok || !c.rules.validate(fields) {
		return codeProtocol
	}
	s := c.open(id, length)
	c.events = append(c.events, func() bool { return c.owner.Request(id, headOf(fields)) })
	if end {
		c.ended(s)
	}
	return c.weigh(id)
}

// weigh has a stream depend on another if its header block has said so.
func (c *Conn) weigh(id uint32) error {
	if len(c.weights) == 0 {
		return nil
	}
	if err := c.priority(id, c.weights); err != nil {
		return err
	}
	c.prioritize(id, c.weights)
	return nil
}

// tooLate answers a frame for a stream that has ended: with a reset, if the stream was reset.
func (c *Conn) tooLate(id uint32) error {
	byReset, known := c.closed[id]
	switch {
	case byReset:
		c.resetStream(id, codeStreamClosed)
		return nil
	case known:
		return codeStreamClosed
	}
	return codeProtocol
}

// trailers ends a request's body. Their content is ignored, except for a length, which replaces that of the head, and is
// compared with nothing.
func (c *Conn) trailers(s *stream, block []byte, end bool) error {
	fields, err := c.decode(block)
	switch {
	case err != nil:
		return err
	case s.ended:
		c.breakStream(s, codeStreamClosed)
		return nil
	case !end:
		return codeProtocol
	}
	if _, ok := c.rules.contentLength(fields); !ok || !c.rules.regular(fields) {
		return codeProtocol
	}
	c.ended(s)
	return c.weigh(s.id)
}

// data processes a part of a request's body.
func (c *Conn) data(f *frame) error {
	n := int64(len(f.payload))
	if _, err := f.unwrap(0); err != nil {
		return err
	}
	if !c.in.take(n) {
		return codeFlowControl
	}
	s := c.live(f.stream)
	switch {
	case s == nil:
		return c.dataTooLate(f.stream, n)
	case s.ended:
		c.openWindow(0, c.in.process(n))
		c.breakStream(s, codeStreamClosed)
		return nil
	}
	if !s.in.take(n) {
		return codeFlowControl
	}
	s.came += int64(len(f.payload))
	part := f.payload
	c.events = append(c.events, func() bool { return c.body(s, part, n) })
	return c.checkLength(s, f.has(flagEndStream))
}

func (c *Conn) dataTooLate(id uint32, n int64) error {
	if c.idle(id) {
		return codeProtocol
	}
	c.openWindow(0, c.in.process(n))
	c.resetStream(id, codeStreamClosed)
	return nil
}

// checkLength compares a body with the length in its head.
func (c *Conn) checkLength(s *stream, end bool) error {
	if s.length != noLength && (s.came > s.length || end && s.came != s.length) {
		return codeProtocol
	}
	if end {
		c.ended(s)
	}
	return nil
}

func (c *Conn) ended(s *stream) {
	if s.ended = true; s.answered {
		c.close(s, false)
	}
	c.events = append(c.events, func() bool { return c.owner.Body(s.id, nil, true) })
}

// body passes a part of a body to the owner, and opens the windows again.
func (c *Conn) body(s *stream, part []byte, n int64) (waits bool) {
	acknowledge := func() bool {
		c.openWindow(0, c.in.process(n))
		if !s.closed {
			c.openWindow(s.id, s.in.process(n))
		}
		return false
	}
	if c.owner.Body(s.id, part, false) {
		c.events = append([]func() bool{acknowledge}, c.events...)
		return true
	}
	return !c.over && acknowledge()
}

func (c *Conn) openWindow(id, increment uint32) {
	if increment > 0 {
		c.pending = appendFrame(c.pending, frameWindowUpdate, 0, id, binary.BigEndian.AppendUint32(nil, increment))
	}
}

// reset processes the client's reset of a stream. One that was never opened is ignored, but not before the connection has begun.
func (c *Conn) reset(f *frame) error {
	if !c.begun {
		return codeProtocol
	}
	if s := c.live(f.stream); s != nil {
		c.closeByReset(s)
	}
	return nil
}

// closeByReset closes a stream after a reset. An answer that waits gets another turn, which may
// end it (H2Protocol._handle_events of StreamReset).
func (c *Conn) closeByReset(s *stream) {
	c.close(s, true)
	c.then(func() {
		c.owner.Reset(s.id)
		c.unblock(s.id)
	})
}

// breakStream resets a stream because of a client's error.
func (c *Conn) breakStream(s *stream, why code) {
	c.resetStream(s.id, why)
	c.closeByReset(s)
}

// resetStream sends a reset.
func (c *Conn) resetStream(id uint32, why code) {
	c.pending = appendFrame(c.pending, frameReset, 0, id, binary.BigEndian.AppendUint32(nil, uint32(why)))
}

// windowUpdate processes the client's increase of a window.
func (c *Conn) windowUpdate(f *frame) error {
	increment := int64(binary.BigEndian.Uint32(f.payload) &^ (1 << 31))
	id := f.stream
	switch s := c.live(id); {
	case increment == 0, id != 0 && c.idle(id):
		return codeProtocol
	case id == 0:
		if c.window += increment; c.window > largestWindow {
			return codeFlowControl
		}
	case s == nil:
		return nil
	default:
		if s.window += increment; s.window > largestWindow {
			c.breakStream(s, codeFlowControl)
			return nil
		}
	}
	c.then(func() { c.unblock(id) })
	return nil
}
