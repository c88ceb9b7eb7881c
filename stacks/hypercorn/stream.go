package hypercorn

import (
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// Stream is one request of an HTTP/2 connection and its answer: an HTTPStream, with the task of
// its application.
type Stream struct {
	http1.Request
	h2       *h2
	id       uint32
	begun    bool
	gone     bool // its client has left
	answered bool // the answer is on its way
	drained  bool // and has left its buffer
	told     bool // the worker knows what became of it
	over     bool
	stopped  bool // its task is cancelled
	hangs    bool // its task waits for a place in its own queue
	drains   bool // its task is cancelled and waits for ever, until it is cancelled again
	queued   int8 // messages that nobody has read
}

func newStream(h *h2, id uint32, head *http1.Head) *Stream {
	e := h.conn.endpoint
	s := &Stream{h2: h, id: id}
	s.Remember(e.Host, &h.conn.Stream, head)
	e.Keep(&s.Request, head)
	e.Handle(s, head)
	return s
}

// ClientLeft tells whether nobody is there for the answer.
func (s *Stream) ClientLeft() bool { return s.gone || s.h2.conn.Closed() }

// put gives the request a message. It tells whether its queue had a place; if not, who has
// given it waits for ever.
func (s *Stream) put() bool {
	if s.gone {
		return true
	}
	return s.enqueue()
}

func (s *Stream) enqueue() bool {
	if s.queued >= appQueue {
		return false
	}
	s.queued++
	return true
}

// clientGone is HTTPStream.handle of StreamClosed. It tells what put does.
func (s *Stream) clientGone() bool {
	if s.gone {
		return true
	}
	s.gone = true
	b := s.h2.conn.endpoint.Version
	if b.LogsDepartures && !s.drained {
		s.h2.conn.endpoint.Log.Access(s, 0)
	}
	if s.h2.conn.endpoint.Deserted(s); s.answered {
		s.tell(false)
	}
	return s.enqueue()
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
	switch {
	case s.over:
	case !s.stopped:
		s.Reply(a)
		s.send()
	case s.h2.conn.tasks().Shields:
		s.end(false)
	}
}

// send is HTTPStream.app_send: the older version has nothing to say to who has left,
// the newer tries, and logs it when that has failed.
func (s *Stream) send() {
	b, log, a := s.h2.conn.endpoint.Version, s.h2.conn.endpoint.Log, s.Answer()
	if s.gone && !b.StartsAtOnce {
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
	if s.gone {
		s.tell(false)
	}
	s.h2.http2.Respond(s.id, a.Status, s.lines(a), body, s.sent)
	s.h2.conn.leaveGroup()
}

// sent goes on when the answer has left its buffer.
func (s *Stream) sent(whole bool) {
	if s.over {
		return
	}
	s.drained = true
	if s.h2.conn.endpoint.Version.StartsAtOnce {
		s.h2.conn.endpoint.Log.Access(s, s.Answer().Status)
	}
	s.tell(whole)
	if s.hangs = s.h2.done(s); s.hangs {
		s.h2.conn.leaveGroup()
		return
	}
	s.end(whole)
}

// lines are the application's and those of Config.response_headers.
func (s *Stream) lines(a *http1.Answer) []http1.Line {
	date := s.h2.conn.Loop().Clock().Now().UTC().Format(http.TimeFormat)
	lines := append([]http1.Line(nil), a.Lines...)
	return append(lines, http1.Line{Name: "date", Value: date}, http1.Line{Name: "server", Value: s.h2.protocol.Server})
}

// cancel ends the task: a client that waits is told so. cancelled is told of a request that is not
// answered.
func (s *Stream) cancel(cancelled func(x http1.Exchange) (works bool)) {
	b := s.h2.conn.endpoint.Version
	s.stopped = true
	works := !s.over && !s.told && cancelled(s)
	switch {
	case s.over, works && b.Tasks.Shields:
	case s.gone, s.drained, s.drains:
		s.end(false)
	case s.answered:
		s.tell(true)
		if s.hangs = s.h2.done(s); s.hangs && b.DrainsCancelled {
			s.drains = true
			return
		}
		s.end(true)
	case b.Tasks.Shields:
		s.end(false)
	default:
		s.fail()
	}
}

// fail is HTTPStream.app_send of None before the answer. What follows the head waits for the
// sending task, which is cancelled as well.
func (s *Stream) fail() {
	a := &http1.Answer{Status: http.StatusInternalServerError, Lines: []http1.Line{{Name: "content-length", Value: "0"}}}
	s.h2.http2.RespondHead(s.id, a.Status, s.lines(a))
	s.Reply(a)
	s.tell(true)
	if s.drains = s.h2.conn.endpoint.Version.DrainsCancelled; !s.drains {
		s.end(true)
	}
}

// tell tells the worker, once, what became of the request.
func (s *Stream) tell(sent bool) {
	if s.told {
		return
	}
	s.told = true
	if s.Answer() == nil {
		s.Reply(&http1.Answer{})
	}
	if told := s.h2.conn.endpoint.Finished; told != nil {
		told(s, sent)
	}
}

// end is the end of the task.
func (s *Stream) end(sent bool) {
	if s.over {
		return
	}
	s.over = true
	s.tell(sent)
	delete(s.h2.tasks, s.id)
	s.h2.conn.Exit()
}
