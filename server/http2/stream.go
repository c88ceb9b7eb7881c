package http2

// stream is one request of a connection and its answer.
type stream struct {
	id       uint32
	window   int64 // what its client takes
	in       inbound
	length   int64 // that its head said of its body, or -1
	came     int64 // of the body
	ended    bool  // the client will send no more
	out      []byte
	drained  func()
	answered bool // all of it is sent
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
