package http2

// stream is what the two sides of a stream may still send. A closed one is kept, as in h2
// (H2Connection._open_streams), until the next request: this decides whether an answer that waits for
// its window ends with the stream.
type stream struct {
	id       uint32
	window   int64 // how much its client accepts
	in       inbound
	length   int64 // of its body, according to its head; or -1
	came     int64 // bytes of the body
	ended    bool  // the client sends no more
	answered bool  // the whole answer is sent
	closed   bool
}

// open adds a stream.
func (c *Conn) open(id uint32, length int64) *stream {
	s := &stream{id: id, window: c.initial, in: newInbound(), length: length}
	c.streams[id] = s
	return s
}

// live returns a stream if it is not closed, or nil.
func (c *Conn) live(id uint32) *stream {
	if s := c.streams[id]; s != nil && !s.closed {
		return s
	}
	return nil
}

// mostClosed is how many closed streams are stored.
const mostClosed = 1024

// close closes a stream.
func (c *Conn) close(s *stream, byReset bool) {
	s.closed = true
	if len(c.closed) >= mostClosed {
		clear(c.closed)
	}
	c.closed[s.id] = byReset
}

// purge forgets the closed streams.
func (c *Conn) purge() {
	for id, s := range c.streams {
		if s.closed {
			delete(c.streams, id)
		}
	}
}

// inbound is a window for the client's data, opened as by h2.windows.WindowManager.
type inbound struct{ left, processed int64 }

func newInbound() inbound { return inbound{left: initialWindow} }

// take uses a part of the window, and reports whether it was large enough.
func (w *inbound) take(n int64) bool {
	w.left -= n
	return w.left >= 0
}

// process counts data that has been read, and returns by how much to open the window: it
// does so when half of it is used.
func (w *inbound) process(n int64) (increment uint32) {
	w.processed += n
	const stalled = 1024
	if w.left == 0 && w.processed > stalled || w.processed >= initialWindow/2 {
		increment = uint32(min(w.processed, initialWindow-w.left))
		w.processed = 0
		w.left += int64(increment)
	}
	return increment
}
