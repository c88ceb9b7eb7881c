package hypercorn

import (
	"maps"
	"net/http"
	"slices"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/http2"
)

// H2 is Hypercorn's H2Protocol; its field is the value of the server header.
type H2 struct{ Server string }

// Take makes an H2Protocol of a connection.
func (p H2) Take(c *Conn) Speaker {
	h := &h2{protocol: p, conn: c, streams: map[uint32]*Stream{}}
	h.http2 = http2.New(h)
	return h
}

// h2 is an H2Protocol: the http2.Owner of one connection.
type h2 struct {
	protocol H2
	conn     *Conn
	http2    *http2.Conn
	streams  map[uint32]*Stream
	closed   bool
	kept     int // bytes that http2 remembers
}

// Initiate is H2Protocol.initiate. Its sending task belongs to the connection's group.
func (h *h2) Initiate(asked *http1.Head) {
	h.conn.Enter()
	if asked == nil {
		h.http2.Start()
		return
	}
	asked.Version = "2"
	h.http2.Upgrade(asked)
}

// Data is H2Protocol.handle of RawData. What is no whole frame is remembered within
// the worker's bounds.
func (h *h2) Data(p []byte) {
	e := h.conn.endpoint
	h.http2.Receive(p)
	e.kept += h.http2.Kept() - h.kept
	if h.kept = h.http2.Kept(); !e.MayKeep(h.kept, e.kept) {
		h.conn.Abort()
	}
}

// Closed is H2Protocol.handle of Closed.
func (h *h2) Closed() {
	if h.closed {
		return
	}
	h.closed = true
	h.http2.Lost()
	h.conn.endpoint.kept -= h.kept
	for id, s := range h.streams {
		delete(h.streams, id)
		s.clientGone()
		if s.answered {
			s.end(false)
		}
	}
	h.conn.Exit()
}

// Request is _create_stream: a request is a task of the connection's group. The
// connection goes on when the idle task has ended. A server that is about to end
// takes no request.
func (h *h2) Request(id uint32, head *http1.Head) (waits bool) {
	if h.conn.endpoint.terminated {
		h.http2.Refuse(id)
		return false
	}
	s := newStream(h, id, head)
	h.streams[id] = s
	h.conn.Enter()
	h.conn.Loop().Soon(s)
	if requested := h.conn.endpoint.Requested; requested != nil {
		requested()
	}
	waits = true
	h.conn.Idle(false, func() {
		waits = false
		h.http2.Resume()
	})
	return waits
}

// Body gives a request a message, as far as its queue goes. One for a request that
// is answered and gone is a KeyError in _handle_events, which costs the connection.
func (h *h2) Body(id uint32, end bool) (waits bool) {
	s := h.streams[id]
	switch {
	case s != nil:
		return !s.put()
	case !end || !h.conn.endpoint.Behaviour.ForgivesEnds:
		h.crash()
	}
	return false
}

// crash is an exception in the connection's task: those of its requests are
// cancelled.
func (h *h2) crash() {
	h.Cancel()
	h.conn.End()
}

// Cancel ends the tasks of the requests and the sending task.
func (h *h2) Cancel() {
	ids := slices.Sorted(maps.Keys(h.streams))
	for _, id := range ids {
		h.streams[id].cancel()
	}
	if len(ids) == 0 || !h.conn.endpoint.Behaviour.DrainsCancelled {
		h.Closed()
	}
}

// Reset is _close_stream: the request goes on, and is answered to nobody.
func (h *h2) Reset(id uint32) {
	if s := h.streams[id]; s != nil {
		delete(h.streams, id)
		s.clientGone()
	}
}

// Send takes frames for the client.
func (h *h2) Send(p []byte) { h.conn.Write(p) }

// Soon runs a step of the sending task.
func (h *h2) Soon(step func()) { h.conn.Loop().Soon(eventloop.Func(step)) }

// Failed is Closed of TCPServer.protocol_send.
func (h *h2) Failed() {
	h.conn.End()
	h.Closed()
}

// done is the end of a stream: StreamClosed of H2Protocol.stream_send.
func (h *h2) done(s *Stream) {
	if h.streams[s.id] != s {
		return
	}
	delete(h.streams, s.id)
	if len(h.streams) > 0 {
		return
	}
	if h.conn.endpoint.terminated {
		h.http2.GoAway()
	}
	h.conn.Idle(true, func() {})
}

// Stream is one request of a connection and its answer: an HTTPStream.
type Stream struct {
	http1.Request
	h2       *h2
	id       uint32
	begun    bool
	gone     bool // its client has left
	answered bool // the answer is on its way
	over     bool
	stopped  bool // its task is cancelled
	queued   int8 // messages that nobody has read
}

func newStream(h *h2, id uint32, head *http1.Head) *Stream {
	e := h.conn.endpoint
	s := &Stream{h2: h, id: id}
	e.scratch = s.Remember(&h.conn.Stream, head, e.scratch)
	e.Keep(&s.Request, head)
	e.Handler.ServeHTTP(s, e.Show(&s.Request, head))
	s.Settle()
	return s
}

// ClientLeft tells whether nobody is there for the answer.
func (s *Stream) ClientLeft() bool { return s.gone || s.h2.conn.Closed() }

// put gives the request a message, if its queue has a place.
func (s *Stream) put() bool {
	if s.gone {
		return true
	}
	s.queued++
	return s.queued <= appQueue
}

// clientGone is HTTPStream.handle of StreamClosed.
func (s *Stream) clientGone() {
	if !s.gone && s.h2.conn.endpoint.Behaviour.LogsDepartures && !s.answered {
		s.h2.conn.endpoint.Log.Access(s, 0)
	}
	s.gone = true
	s.h2.conn.endpoint.Deserted(s)
}

// Run is the first step of the request's task.
func (s *Stream) Run() {
	switch {
	case s.begun || s.over:
	case s.stopped:
		s.end(false)
	case s.Held() != nil:
		s.begun = true
		s.Held().Run()
	default:
		s.begun = true
		s.send()
	}
}

// Complete answers a request that was held. It is called in a step of the loop.
func (s *Stream) Complete(a *http1.Answer) {
	if !s.stopped && !s.over {
		s.Reply(a)
		s.send()
	}
}

// send is HTTPStream.app_send: the older version has nothing to say to who has left,
// the newer tries, and logs it.
func (s *Stream) send() {
	b, log, a := s.h2.conn.endpoint.Behaviour, s.h2.conn.endpoint.Log, s.Answer()
	if s.gone {
		if b.StartsAtOnce {
			log.Access(s, a.Status)
		}
		s.end(false)
		return
	}
	body := a.Body
	if s.Method() == http.MethodHead {
		body = ""
	}
	s.answered = true
	if !b.StartsAtOnce {
		log.Access(s, a.Status)
	}
	s.h2.http2.Respond(s.id, a.Status, s.lines(a), body, func() {
		if b.StartsAtOnce {
			log.Access(s, a.Status)
		}
		s.h2.done(s)
		s.end(true)
	})
}

// lines are the application's and those of Config.response_headers.
func (s *Stream) lines(a *http1.Answer) []http1.Line {
	date := s.h2.conn.Loop().Clock().Now().UTC().Format(http.TimeFormat)
	lines := append([]http1.Line(nil), a.Lines...)
	return append(lines, http1.Line{Name: "date", Value: date}, http1.Line{Name: "server", Value: s.h2.protocol.Server})
}

// cancel ends the task: a client that waits is told so.
func (s *Stream) cancel() {
	s.stopped = true
	if s.over || s.answered || s.gone {
		return
	}
	if told := s.h2.conn.endpoint.Cancelled; told != nil {
		told(s)
	}
	a := &http1.Answer{Status: http.StatusInternalServerError, Lines: []http1.Line{{Name: "content-length", Value: "0"}}}
	s.h2.http2.RespondHead(s.id, a.Status, s.lines(a))
	s.Reply(a)
	s.h2.conn.endpoint.Log.Access(s, a.Status)
	if !s.h2.conn.endpoint.Behaviour.DrainsCancelled {
		s.end(true)
	}
}

// end is the end of the task.
func (s *Stream) end(sent bool) {
	if s.over {
		return
	}
	s.over = true
	if told := s.h2.conn.endpoint.Finished; told != nil && s.Answer() != nil {
		told(s, sent)
	}
	s.h2.conn.Exit()
}
