package hypercorn

import (
	"net/http"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// inParts returns the stream's parts.
func (s *Stream) inParts() *parts {
	if s.parts == nil {
		s.parts = &parts{owner: s}
	}
	return s.parts
}

func (s *Stream) messages() *queue                     { return &s.queue }
func (s *Stream) connection() *Conn                    { return s.h2.conn }
func (s *Stream) progress() (stage stage, closed bool) { return s.stage, s.closed }

// KeepBody implements [http1.ASGI].
func (s *Stream) KeepBody() { s.inParts().keeps = true }

// Receive implements [http1.ASGI].
func (s *Stream) Receive(next func(http1.Received)) { s.inParts().receive(next) }

// Send implements [http1.ASGI].
func (s *Stream) Send(m http1.Message, next eventloop.Runner) (suspends bool, exception string) {
	return s.inParts().send(m, next)
}

// placeFree has the connection's task go on, a step later, if it waits for a place in the queue.
func (s *Stream) placeFree() {
	h := s.h2
	if !h.hangs || h.streams[s.id] != s && h.unput != disconnect {
		return
	}
	h.Soon(func() {
		if h.hangs && putWaiting(s, s.parts, h.unput) {
			h.hangs = false
			h.http2.Resume()
			h.goOn()
		}
	})
}

// before: on trio a lock before the head, and the request's queue before what follows the end. The sending task takes
// the locks of the rest.
func (s *Stream) before(part sendPart) (steps int) {
	switch l := s.h2.conn.library(); part {
	case sendsHead:
		return l.Locks
	case sendsClosed:
		return l.Checks
	}
	return 0
}

// begins is the first of a part of a Send. It reports whether that hangs, because the request's queue is full.
func (s *Stream) begins(part sendPart) (hangs bool) {
	h := s.h2
	switch part {
	case sendsEnd:
		s.stage = ended
		if !h.conn.endpoint.Version.StartsAtOnce {
			h.conn.endpoint.Log.Access(s, s.Answer().Status)
		}
	case sendsClosed:
		s.stage = answered
		s.count(!s.closed && h.conn.Sends())
		if s.task == taskRuns {
			s.task = taskLasts
		}
		return h.leave(s)
	}
	return false
}

// acts gives a part to the connection. It reports whether that must be waited for.
func (s *Stream) acts(part sendPart) (waits bool) {
	h, p := s.h2, s.parts
	switch part {
	case sendsHead:
		s.stage = headSent
		h.http2.RespondHead(s.id, s.Answer().Status, s.lines(s.Answer()))
		if h.Full() {
			h.full = append(h.full, s)
			return true
		}
		return p.after(h.conn.library().Checks, sendWaits)
	case sendsBody:
		return h.http2.Push(s.id, p.body, p.woken)
	case sendsEnd:
		return h.http2.End(s.id, func(bool) { p.woken() })
	}
	l := h.conn.library()
	if len(h.streams) > 0 {
		return p.after(l.Locks, sendWaits)
	}
	if p.cancelled {
		return false
	}
	if l.Shields { // the GOAWAY is a checkpoint away
		h.conn.Idle(true, func() {})
	} else {
		h.rest()
	}
	return p.after(l.Recycled, sendWaits)
}

// acted is what follows a part.
func (s *Stream) acted(part sendPart) {
	switch e := s.h2.conn.endpoint; {
	case part == sendsEnd && e.Version.StartsAtOnce:
		e.Log.Access(s, s.Answer().Status)
	case part == sendsClosed && e.terminated && e.Version.Library.Shields && !s.parts.cancelled && len(s.h2.streams) == 0:
		s.h2.http2.GoAway()
	}
}

// ChecksSend implements [http1.SendCanceller]. A part that waits for the sending task does so without a lock.
func (s *Stream) ChecksSend() bool { return false }

// CancelSend implements [http1.SendCanceller]. On trio, a connection that is about to be idle then never is.
func (s *Stream) CancelSend() (goesOn bool) {
	p, h := s.parts, s.h2
	if !p.sends() {
		return false
	}
	part := p.left.first()
	if h.conn.library().Shields && part == sendsClosed && p.stage == sendWaits {
		h.conn.idle.forget()
	}
	goesOn = p.abandon()
	if waits := part == sendsBody || part == sendsEnd; waits {
		h.http2.GiveUp(s.id)
		if goesOn { // it waits for an event, which a cancelled task does not
			p.after(1, sendWaits)
		}
	}
	return goesOn
}

// endParts ends a task whose application has ended before its answer was complete.
func (s *Stream) endParts() {
	switch {
	case s.closed:
		s.end(false)
	case s.stage == notAnswered:
		lines := []http1.Line{{Name: "content-length", Value: "0"}, {Name: "connection", Value: "close"}}
		s.Reply(&http1.Answer{Status: http.StatusInternalServerError, Lines: lines})
		s.send()
	default:
		s.h2.done(s)
		s.end(true)
	}
}
