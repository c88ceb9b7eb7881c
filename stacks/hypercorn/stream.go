package hypercorn

import (
	"net/http"

	"github.com/target-server/target-server/server/http1"
)

// Stream is one request of an HTTP/2 connection and its answer: an HTTPStream with the task of its application.
type Stream struct {
	http1.BaseExchange
	h2      *h2
	parts   *parts // if its application has called Send or Receive
	id      uint32
	queue   queue
	stage   stage
	task    task
	closed  bool // it knows that its client has gone (HTTPStream.closed)
	counted bool // Host.Finished was called
}

func newStream(h *h2, id uint32, head *http1.Head) *Stream {
	e := h.conn.endpoint
	s := &Stream{h2: h, id: id}
	s.Remember(e.Host, &h.conn.Stream, head)
	e.Keep(&s.BaseExchange, head)
	e.Handle(s, head)
	return s
}

// ClientLeft reports whether the client is gone and no one is left to answer.
func (s *Stream) ClientLeft() bool { return s.closed || s.h2.conn.Closed() }

// put gives the request a message. It reports whether its queue had a place; if it had none, the task that gave the
// message waits for ever.
func (s *Stream) put(m message, body []byte) bool { return s.closed || put(s, s.parts, m, body) }

// clientGone is HTTPStream.handle of StreamClosed. It returns what put does.
func (s *Stream) clientGone() bool {
	if s.closed {
		return true
	}
	s.closed = true
	e := s.h2.conn.endpoint
	if e.Version.LogsDepartures && s.stage != answered {
		e.Log.Access(s, 0)
	}
	e.ReportClientLeft(s)
	if s.stage >= ended {
		s.count(false)
	}
	return put(s, s.parts, disconnect, nil)
}

// Run is the first step of the request's task.
func (s *Stream) Run() {
	switch s.task {
	case taskDue:
		s.task = taskRuns
		if work := s.Held(); work != nil {
			work.Run()
		} else {
			s.send()
		}
	case taskCancelled, taskDrains:
		s.end(false)
	case taskRuns, taskHangs, taskDropped, taskLasts, taskUnwinds, taskCollides, taskOver:
	}
}

// Complete answers a request that was held. It is called in a step of the loop.
func (s *Stream) Complete(a *http1.Answer) {
	switch {
	case s.task == taskRuns:
		s.Reply(a)
		s.send()
	case s.h2.conn.library().Shields:
		s.end(false)
	}
}

// send is HTTPStream.app_send. If the client has left, the older version sends nothing; the newer one tries, and logs
// the request when that has failed.
func (s *Stream) send() {
	v, log, a := s.h2.conn.endpoint.Version, s.h2.conn.endpoint.Log, s.Answer()
	if s.closed && !v.StartsAtOnce {
		s.finished(false, 0)
		return
	}
	body := a.Body
	if s.Method() == http.MethodHead {
		body = ""
	}
	s.stage = ended
	if !v.StartsAtOnce {
		log.Access(s, a.Status)
	}
	if s.closed {
		s.count(false)
	}
	s.h2.http2.Respond(s.id, a.Status, s.lines(a), body, s.sent)
	s.h2.conn.leaveGroup()
}

// sent goes on when the answer has left its buffer.
func (s *Stream) sent(whole bool) {
	if s.task == taskOver {
		return
	}
	s.stage = answered
	if s.h2.conn.endpoint.Version.StartsAtOnce {
		s.h2.conn.endpoint.Log.Access(s, s.Answer().Status)
	}
	s.count(whole)
	if s.h2.done(s) {
		s.task = taskHangs
		s.h2.conn.leaveGroup()
		return
	}
	l := s.h2.conn.library()
	if len(s.h2.streams) > 0 {
		s.finished(whole, l.Streamed+l.Locks)
	} else {
		s.finished(whole, l.Streamed+l.Recycled)
	}
}

// finished is what follows the answer, after some steps: the application goes on, or the task ends.
func (s *Stream) finished(sent bool, steps int) {
	if s.task != taskRuns || s.Lasting() == nil {
		s.end(sent)
		return
	}
	s.count(sent)
	s.task = taskLasts
	s.goOn(steps)
}

// goOn has the application go on after its answer.
func (s *Stream) goOn(steps int) {
	switch {
	case s.task != taskLasts:
	case steps > 0:
		s.h2.Soon(func() { s.goOn(steps - 1) })
	default:
		s.Held().(http1.Lasting).Sent()
	}
}

// End is the end of the application's call (task_group._handle).
func (s *Stream) End(exception string) {
	switch {
	case s.task == taskOver:
	case s.task == taskLasts:
		s.h2.conn.endpoint.logRaised(exception, false)
		s.end(true)
	case s.task == taskRuns:
		s.h2.conn.endpoint.logRaised(exception, s.parts != nil && s.stage < ended)
		s.endParts()
	case s.h2.conn.library().Shields:
		s.end(false)
	default:
		s.leave()
	}
}

// lines are the application's and those of Config.response_headers.
func (s *Stream) lines(a *http1.Answer) []http1.Line {
	e, lines := s.h2.conn.endpoint, append([]http1.Line(nil), a.Lines...)
	if !e.NoDate {
		date := s.h2.conn.Loop().Clock().Now().UTC().Format(http.TimeFormat)
		lines = append(lines, http1.Line{Name: "date", Value: date})
	}
	if !e.NoServer {
		lines = append(lines, http1.Line{Name: "server", Value: s.h2.protocol.Server})
	}
	return lines
}

// cancel cancels the task; a client that waits gets a 500. cancelled is called with a request that is not answered, and
// reports whether a thread works for it.
func (s *Stream) cancel(cancelled func(x http1.Exchange) (works bool)) {
	v, was := s.h2.conn.endpoint.Version, s.task
	if was == taskOver {
		return
	}
	if was == taskUnwinds { // it is cancelled again
		s.unwind()
		return
	}
	s.task = taskCancelled
	works := (!s.counted || was == taskLasts) && cancelled(s)
	switch {
	case s.task == taskOver, works && v.Library.Shields:
	case was == taskHangs, was == taskDrains:
		s.end(false)
	default:
		s.task = taskUnwinds
		s.unwind()
	}
}

// unwind has the application end early, and then the task.
func (s *Stream) unwind() {
	if !s.Unwind() {
		s.leave()
	}
}

// leave is the end of a task that is cancelled.
func (s *Stream) leave() {
	v := s.h2.conn.endpoint.Version
	switch {
	case s.closed, s.stage == answered:
		s.end(false)
	case s.stage == headSent:
		s.h2.done(s)
		s.end(true)
	case s.stage == ended:
		s.count(true)
		if s.h2.done(s) && v.DrainsCancelled {
			s.task = taskHangs
			return
		}
		s.end(true)
	case v.Library.Shields:
		s.end(false)
	default:
		s.fail()
	}
}

// fail is HTTPStream.app_send of None before the answer. The rest of it, after the head, waits for the sending task,
// which is cancelled as well.
func (s *Stream) fail() {
	a := &http1.Answer{Status: http.StatusInternalServerError, Lines: []http1.Line{{Name: "content-length", Value: "0"}}}
	s.h2.http2.RespondHead(s.id, a.Status, s.lines(a))
	s.Reply(a)
	s.count(true)
	if s.h2.conn.endpoint.Version.DrainsCancelled {
		s.task = taskDrains
		return
	}
	s.end(true)
}

// count tells the worker, once, what became of the request.
func (s *Stream) count(sent bool) {
	if s.counted {
		return
	}
	s.counted = true
	if s.Answer() == nil {
		s.Reply(&http1.Answer{})
	}
	if finished := s.h2.conn.endpoint.Finished; finished != nil {
		finished(s, sent)
	}
}

// hopeless reports whether the task can only be ended by the client, of which nothing more is read.
func (s *Stream) hopeless() bool {
	return s.task == taskHangs || s.stage >= ended && s.h2.http2.Waits(s.id)
}

// end is the end of the task.
func (s *Stream) end(sent bool) {
	if s.task == taskOver {
		return
	}
	s.task = taskOver
	s.parts.drop()
	s.count(sent)
	delete(s.h2.tasks, s.id)
	s.h2.conn.Exit()
}
