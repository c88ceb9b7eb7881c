package http2

// stream is one of h2's: what the two sides may still send. A closed one is kept, as h2 keeps it
// (H2Connection._open_streams), until the next request comes: whether an answer that waits for
// its window ends with the stream depends on that.
type stream struct {
	id       uint32
	window   int64 // what its client takes
	in       inbound
	length   int64 // that its head said of its body, or -1
	came     int64 // of the body
	ended    bool  // the client will send no more
	answered bool  // all of the answer is sent
	closed   bool
}

// open makes a stream.
func (c *Conn) open(id uint32, length int64) *stream {
	s := &stream{id: id, window: c.initial, in: newInbound(), length: length}
	c.streams[id] = s
	return s
}

// live is a stream that is not closed, or nil.
func (c *Conn) live(id uint32) *stream {
	if s := c.streams[id]; s != nil && !s.closed {
		return s
	}
	return nil
}

// mostClosed is how many closed streams are remembered.
const mostClosed = 1024

// close ends a stream.
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

// inbound is the window that a client has, as h2.windows.WindowManager opens it.
type inbound struct{ left, processed int64 }

func newInbound() inbound { return inbound{left: initialWindow} }

// take uses up a part of the window.
func (w *inbound) take(n int64) bool {
	w.left -= n
	return w.left >= 0
}

// process gives back what has been read, and tells by how much the window is to be
// opened: when half of it is gone.
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
