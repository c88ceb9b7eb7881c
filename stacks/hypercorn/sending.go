package hypercorn

import (
	"bytes"
	"net/http"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// sending is a Send that has not ended: what is left of it (HTTPStream.app_send).
type sending struct {
	left      sendPart
	stage     sendStage
	steps     int              // to go before the next stage
	body      []byte           // of the message
	next      eventloop.Runner // of the application, if the Send has suspended
	cancelled bool             // its task was cancelled, on trio
	raised    string           // an exception that it has raised
	framing   framing
	length    int // what is left of the body's length, if it is framed by that
}

// sendPart is a set of parts of a Send, which come in this order.
type sendPart uint8

const (
	sendsHead sendPart = 1 << iota
	sendsBody
	sendsEnd
	sendsClosed // StreamClosed
)

// first is the first of them.
func (s sendPart) first() sendPart { return s & -s }

// sendStage is how far the first part has come.
type sendStage uint8

const (
	sendDue   sendStage = iota
	sendActs            // it has the lock, or has told the request's queue
	sendWaits           // until what was written has left
)

// framing is how h11 tells where a body ends.
type framing uint8

const (
	byLength framing = iota
	byChunks
	byClosing
)

// sends reports whether a Send of the request has suspended.
func (p *parts) sends() bool { return p != nil && p.next != nil }

// takeRaised returns the exception of a Send that has ended.
func (s *sending) takeRaised() (exception string) {
	exception, s.raised = s.raised, ""
	return exception
}

// unexpected is an exception of HTTPStream.app_send.
func unexpected(m *http1.Message, s stage) string {
	kind, state := "http.response.body", "CLOSED"
	if m.Start != nil {
		kind = "http.response.start"
	}
	switch s {
	case notAnswered:
		state = "REQUEST"
	case headSent, bodySent:
		state = "RESPONSE"
	case ended, answered:
	}
	return "hypercorn.utils.UnexpectedMessageError: Unexpected message type, " + kind + " given the state ASGIHTTPState." +
		state
}

// send is HTTPStream.app_send.
func (p *parts) send(m http1.Message, next eventloop.Runner) (suspends bool, exception string) {
	x, v := p.owner, p.owner.connection().endpoint.Version
	stage, closed := x.progress()
	switch {
	case p.raised != "":
		return false, p.takeRaised()
	case closed && !v.StartsAtOnce:
		if m.Start != nil && x.Answer() == nil {
			x.Reply(m.Start) // for those who report on the request
		}
		return false, ""
	case m.Start != nil && stage == notAnswered:
		x.Reply(m.Start)
		if !v.StartsAtOnce {
			return false, ""
		}
		p.left = sendsHead
	case m.Start == nil && x.Answer() != nil && (stage == headSent || stage == notAnswered && !v.StartsAtOnce):
		p.left = bodyParts(&m, suppresses(x.Method(), x.Answer().Status))
		if stage == notAnswered {
			p.left |= sendsHead
		}
	default:
		return false, unexpected(&m, stage)
	}
	p.body, p.cancelled = m.Body, false
	if p.sendOn() {
		p.body = nil
		return false, p.takeRaised()
	}
	p.body, p.next = bytes.Clone(p.body), next
	if p.left&sendsBody == 0 || p.left.first() == sendsBody && p.stage == sendWaits {
		p.body = nil
	}
	return true, ""
}

// bodyParts are the parts of a Send of http.response.body.
func bodyParts(m *http1.Message, suppressed bool) (parts sendPart) {
	if len(m.Body) > 0 && !suppressed {
		parts |= sendsBody
	}
	if !m.More {
		parts |= sendsEnd | sendsClosed
	}
	return parts
}

// suppresses reports whether an answer has no body (utils.suppress_body).
func suppresses(method string, status int) bool {
	return method == http.MethodHead || status < 200 || status == http.StatusNoContent || status == http.StatusNotModified
}

// resume is a step of a Send that has suspended.
func (p *parts) resume() {
	if p.steps > 0 {
		p.steps--
		p.soon()
		return
	}
	if p.sendOn() {
		next := p.next
		p.next, p.body = nil, nil
		next.Run()
	}
}

// sendStep is a step in which a Send goes on.
type sendStep parts

func (s *sendStep) Run() { (*parts)(s).woken() }

// woken goes on with a Send that has waited for an event.
func (p *parts) woken() {
	if p.sends() {
		p.resume()
	}
}

func (p *parts) soon() { p.owner.connection().Loop().Soon((*sendStep)(p)) }

// after has the Send go on after some steps, if there are any. It reports whether there are.
func (p *parts) after(steps int, stage sendStage) (waits bool) {
	p.stage = stage
	if steps == 0 {
		return false
	}
	p.steps = steps - 1
	p.soon()
	return true
}

// sendOn does what is left of a Send, as far as that can be done now. It reports whether that was all.
func (p *parts) sendOn() (over bool) {
	for p.left != 0 {
		part := p.left.first()
		switch p.stage {
		case sendDue:
			if p.cancelled {
				p.left = 0
				return true
			}
			if p.owner.begins(part) || p.after(p.owner.before(part), sendActs) {
				return false
			}
		case sendActs:
			p.stage = sendWaits
			if p.owner.acts(part) {
				return false
			}
		case sendWaits:
			p.owner.acted(part)
			p.left, p.stage = p.left&^part, sendDue
		}
	}
	return true
}

// abandon ends a Send whose task is cancelled. It reports whether that was not possible yet, on trio.
func (p *parts) abandon() (goesOn bool) {
	if p.owner.connection().library().Shields {
		p.cancelled = true
		return true
	}
	p.left, p.stage, p.next, p.body = 0, sendDue, nil, nil
	return false
}
