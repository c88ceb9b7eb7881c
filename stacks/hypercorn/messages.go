package hypercorn

import (
	"bytes"

	"github.com/target-server/target-server/server/http1"
)

// maxAppQueue is how many messages a request's queue holds (Config.max_app_queue_size). FastAPI reads none of them for
// the article's program.
const maxAppQueue = 10

// queue is a request's queue of messages: parts of its body, the end of that, and http.disconnect, in this order.
type queue struct {
	held int8 // messages
	end  bool // one of them is the end of the body
	gone bool // one of them is http.disconnect
}

// message is what a queue holds.
type message uint8

const (
	bodyPart message = iota
	bodyEnd
	disconnect
)

// put adds a message, if there is a place.
func (q *queue) put(m message) bool {
	if q.held >= maxAppQueue {
		return false
	}
	q.held++
	q.end = q.end || m == bodyEnd
	q.gone = q.gone || m == disconnect
	return true
}

// get takes the first message.
func (q *queue) get() message {
	parts := q.held
	if q.end {
		parts--
	}
	if q.gone {
		parts--
	}
	q.held--
	switch {
	case parts > 0:
		return bodyPart
	case q.end:
		q.end = false
		return bodyEnd
	}
	q.gone = false
	return disconnect
}

// parts is what a request has whose application sends its answer in parts, or reads what its client sends.
type parts struct {
	owner    partly
	receiver func(http1.Received)
	due      bool // the receiver's step is due
	keeps    bool // the body's bytes are kept
	kept     int  // how many are
	bodies   [][]byte
	waiting  []byte // the body of a message that has no place in the queue
	sending
}

// partly is a request that has parts.
type partly interface {
	Method() string
	Answer() *http1.Answer
	Reply(a *http1.Answer)

	connection() *Conn
	messages() *queue
	// placeFree is called when the queue has a place again.
	placeFree()
	// progress is how far the answer has come, and whether the request knows that its client has gone.
	progress() (s stage, closed bool)

	// A part of a Send begins; some steps later it acts; and when that need not be waited for any more, it has acted.
	// begins reports whether it hangs, and acts whether the part waits, for a call of resume.
	begins(part sendPart) (hangs bool)
	before(part sendPart) (steps int)
	acts(part sendPart) (waits bool)
	acted(part sendPart)
}

// put adds a message to the request's queue, if there is a place.
func put(x partly, p *parts, m message, body []byte) bool {
	fits := x.messages().put(m)
	if p == nil {
		return fits
	}
	if m == bodyPart && p.keeps {
		if !p.keep(len(body)) {
			x.connection().Abort()
		}
		body = bytes.Clone(body)
	}
	switch {
	case !fits:
		p.waiting = body
	case m == bodyPart && p.keeps:
		p.bodies = append(p.bodies, body)
	}
	if fits {
		p.wake()
	}
	return fits
}

// putWaiting adds a message that had no place before.
func putWaiting(x partly, p *parts, m message) bool {
	if !x.messages().put(m) {
		return false
	}
	if m == bodyPart && p.keeps {
		p.bodies, p.waiting = append(p.bodies, p.waiting), nil
	}
	p.wake()
	return true
}

// keep accounts for bytes that are kept, or for fewer if n is negative. It reports whether there is room for them.
func (p *parts) keep(n int) bool {
	e := p.owner.connection().endpoint
	p.kept += n
	e.kept += n
	return n <= 0 || e.MayBuffer(p.kept, e.kept)
}

// drop forgets the bytes that are kept.
func (p *parts) drop() {
	if p != nil {
		p.keep(-p.kept)
		p.bodies, p.waiting, p.receiver = nil, nil, nil
	}
}

// receive is "await receive()": of asyncio's queue, or of trio's channel, which is a checkpoint.
func (p *parts) receive(next func(http1.Received)) {
	p.receiver = next
	switch {
	case next == nil, p.owner.messages().held == 0:
	case p.owner.connection().library().Checks > 0:
		p.wake()
	default:
		p.deliver()
	}
}

// wake has the receiver get its message a step later.
func (p *parts) wake() {
	if p.receiver != nil && !p.due {
		p.due = true
		p.owner.connection().Loop().Soon((*receiving)(p))
	}
}

// receiving is the step of a receiver that was woken.
type receiving parts

func (r *receiving) Run() {
	p := (*parts)(r)
	p.due = false
	if p.receiver != nil && p.owner.messages().held > 0 {
		p.deliver()
	}
}

// deliver gives the receiver its message.
func (p *parts) deliver() {
	next, m := p.receiver, p.owner.messages().get()
	var body []byte
	if m == bodyPart && len(p.bodies) > 0 {
		body, p.bodies = p.bodies[0], p.bodies[1:]
		p.keep(-len(body))
	}
	p.receiver = nil
	p.owner.placeFree()
	next(http1.Received{Disconnect: m == disconnect, Body: body, More: m == bodyPart})
}
