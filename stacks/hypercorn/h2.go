package hypercorn

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/http2"
)

// H2 is Hypercorn's H2Protocol, with the value of the server header and the rules of its h2.
type H2 struct {
	Server string
	Rules  http2.Rules
}

// Take implements [Successor].
func (p H2) Take(c *Conn) Speaker {
	h := &h2{protocol: p, conn: c, streams: map[uint32]*Stream{}, tasks: map[uint32]*Stream{}}
	h.http2 = http2.New(h, p.Rules)
	return h
}

// h2 is an H2Protocol: the http2.Owner of one connection.
type h2 struct {
	protocol H2
	conn     *Conn
	http2    *http2.Conn
	streams  map[uint32]*Stream // learn what happens to them (H2Protocol.streams)
	tasks    map[uint32]*Stream // have not ended
	requests int                // that have begun
	closed   bool               // the sending task has ended (H2Protocol.closed)
	reads    bool               // Data is running
	drains   bool               // what Data has sent waits until the client reads
	hangs    bool               // a message has no place in the queue of a request, which no one reads
	kept     int                // bytes that http2 remembers
	unsent   int                // bytes of answers in its buffers
	unput    message            // for which a queue has no place, while hangs
	full     []*Stream          // whose heads wait until the client reads
}

// Initiate is H2Protocol.initiate. Its sending task belongs to the connection's group.
func (h *h2) Initiate(asked *http1.Head) {
	h.conn.Enter()
	if asked == nil {
		h.http2.Start()
		return
	}
	asked.Version = "2"
	settings, ok := h.conn.endpoint.Version.settingsOf(asked)
	if !ok || !h.http2.Upgrade(asked, settings) {
		h.crash("binascii.Error: Incorrect padding")
	}
}

// Data is H2Protocol.handle of RawData. An incomplete frame is remembered, within the worker's bounds.
func (h *h2) Data(p []byte) (waits bool) {
	e := h.conn.endpoint
	h.reads = true
	h.http2.Receive(p)
	h.reads = false
	e.kept += h.http2.Kept() - h.kept
	h.kept = h.http2.Kept()
	if !e.MayBuffer(h.kept, e.kept) {
		h.conn.Abort()
	}
	return h.waits()
}

// waits reports whether the connection's task must not read on.
func (h *h2) waits() bool { return h.http2.Waiting() || h.drains || h.hangs }

// Writable sends what waited for the client to read.
func (h *h2) Writable() {
	h.drains = false
	h.http2.Wake()
	for _, s := range h.full {
		s.parts.soon()
	}
	h.full = nil
	h.goOn()
}

// goOn reads on, unless something must be waited for.
func (h *h2) goOn() {
	if !h.waits() {
		h.conn.Proceed()
	}
}

// Closed is H2Protocol.handle of Closed: its sending task ends. A request that waits for that task to send something
// waits for ever.
func (h *h2) Closed() {
	if h.closed {
		return
	}
	h.lose()
	for _, id := range slices.Sorted(maps.Keys(h.streams)) {
		h.Reset(id)
	}
	h.conn.Exit()
}

// lose is the end of the sending task. Exit follows it.
func (h *h2) lose() {
	h.closed = true
	h.http2.Lost()
	h.conn.endpoint.kept -= h.kept + h.unsent
	h.kept, h.unsent = 0, 0
}

// Buffers accounts for bytes of answers that are not sent.
func (h *h2) Buffers(n int) (room bool) {
	e := h.conn.endpoint
	if !h.closed {
		h.unsent += n
		e.kept += n
	}
	return e.MayBuffer(h.kept+h.unsent, e.kept)
}

// Writes is the lock and the socket on trio.
func (h *h2) Writes() int { return h.conn.library().Locks + h.conn.library().Checks }

// Hopeless reports whether none of the requests' tasks can end if nothing more is read.
func (h *h2) Hopeless() bool {
	if h.http2.Waiting() && !h.hangs {
		return false
	}
	for _, s := range h.tasks {
		if !s.hopeless() {
			return false
		}
	}
	return true
}

// Strand counts the requests whose tasks never end as those of clients that have left.
func (h *h2) Strand() {
	for _, id := range slices.Sorted(maps.Keys(h.tasks)) {
		h.tasks[id].count(false)
	}
}

// Request is _create_stream: the request is a task of the connection's group. The connection goes on when the idle task
// has ended. A server that is shutting down refuses the request.
func (h *h2) Request(id uint32, head *http1.Head) (waits bool) {
	switch {
	case h.conn.endpoint.terminated:
		h.http2.Refuse(id)
		return false
	case !decodable(head):
		h.crash("UnicodeDecodeError: 'ascii' codec can't decode a byte of the request")
		return false
	case !h.http2.Expect(id):
		h.crash("priority.priority.TooManyStreamsError: Maximum of 1000 streams")
		return false
	}
	s := newStream(h, id, head)
	h.streams[id], h.tasks[id] = s, s
	h.conn.Enter()
	h.conn.Loop().Soon(s)
	if requested := h.conn.endpoint.Requested; requested != nil {
		requested()
	}
	h.requests++
	waits = true
	h.conn.Idle(false, func() {
		waits = false
		if most := h.conn.endpoint.Version.KeepAliveRequests; most > 0 && h.requests > most {
			h.http2.GoAway()
		}
		h.http2.Resume()
		h.goOn()
	})
	return waits
}

// decodable reports whether a request can be made of a head: it has a path, as CONNECT need not, and the method and the
// path are ASCII. Otherwise Python raises (_create_stream, and HTTPStream.handle of Request).
func decodable(h *http1.Head) bool {
	ascii := func(text []byte) bool {
		return !bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
	}
	return h.Target != nil && ascii(h.Method) && ascii(h.Path)
}

// Body gives a request a message, if its queue has a place. A message for a request that has ended is a KeyError in
// _handle_events, which ends the connection.
func (h *h2) Body(id uint32, part []byte, end bool) (waits bool) {
	s, m := h.streams[id], bodyPart
	if end {
		m = bodyEnd
	}
	switch {
	case s != nil:
		if !h.hangs && !s.put(m, part) {
			h.hangs, h.unput = true, m
		}
		return h.hangs
	case !end || !h.conn.endpoint.Version.ForgivesEnds:
		h.crash(fmt.Sprintf("KeyError: %d", id))
	}
	return false
}

// crash is an exception in the connection's task, which cancels those of its requests. On trio it ends the worker.
func (h *h2) crash(exception string) {
	c := h.conn
	if c.library().Shields && c.endpoint.Uncaught != nil {
		c.endpoint.Uncaught(exception)
	}
	h.Cancel(func(x http1.Exchange) bool {
		if told := c.endpoint.Cancelled; told != nil {
			told(x)
		}
		return false
	})
	c.End()
}

// Cancel cancels the tasks of the requests and the sending task.
func (h *h2) Cancel(cancelled func(x http1.Exchange) (works bool)) {
	for _, id := range slices.Sorted(maps.Keys(h.tasks)) {
		h.tasks[id].cancel(cancelled)
	}
	if !h.closed {
		h.lose()
		h.conn.Exit()
	}
}

// Reset is _close_stream: the request runs on, and has no one to answer.
func (h *h2) Reset(id uint32) {
	if s := h.streams[id]; s != nil {
		delete(h.streams, id)
		if !h.hangs && !s.clientGone() {
			h.hangs, h.unput = true, disconnect
		}
	}
}

// Send writes frames for the client. The connection's task does not read on while the client does not take what that
// task itself has sent (writer.drain).
func (h *h2) Send(p []byte) {
	h.conn.Write(p)
	h.drains = h.drains || h.reads && h.Full()
}

// Full reports whether too much is unread by the client.
func (h *h2) Full() bool { return h.conn.WritingPaused() }

// Paused is called when the sending task waits.
func (h *h2) Paused() { h.conn.leaveGroup() }

// Soon runs a step of the sending task.
func (h *h2) Soon(step func()) { h.conn.Loop().Soon(eventloop.Func(step)) }

// Failed is Closed of TCPServer.protocol_send.
func (h *h2) Failed() {
	h.conn.End()
	h.Closed()
}

// done is the end of a stream: StreamClosed of H2Protocol.stream_send. It reports whether that hangs, because the
// request's queue is full.
func (h *h2) done(s *Stream) (hangs bool) {
	if h.leave(s) {
		return true
	}
	if len(h.streams) == 0 && (s.task != taskUnwinds || !h.conn.library().Shields) {
		h.rest()
	}
	return false
}

// leave removes a stream and tells its request. It reports whether that hangs.
func (h *h2) leave(s *Stream) (hangs bool) {
	if h.streams[s.id] != s {
		return false
	}
	delete(h.streams, s.id)
	return !s.clientGone()
}

// rest is what follows the end of the last stream.
func (h *h2) rest() {
	if h.conn.endpoint.terminated {
		h.http2.GoAway()
	}
	h.conn.Idle(true, func() {})
}
