package http1

import (
	"math/rand/v2"
	"net/http"
	"net/textproto"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
)

// Host is the worker as an endpoint and its connections see it.
type Host struct {
	// Handle answers a request at once (Reply), or later (Hold, Complete). The head is valid only during the call.
	Handle func(Exchange, *Head)
	Log    Log

	KeepAlive time.Duration // how long an idle connection stays open after an answer

	// QueueFull is the answer when the queue for threads is full (our own --queue), for servers whose connections, not
	// their requests, wait in it.
	QueueFull *Answer

	// MaxBuffered is how many bytes of incomplete heads the worker buffers for all connections together, apart from a
	// small share that each of them may always have.
	MaxBuffered int

	// KeepFields makes an exchange keep its request's fields and the time when it was parsed, for access log formats
	// that show them.
	KeepFields bool
	// Fields are the fields that are kept even if KeepFields is not set.
	Fields []string

	// Refused, unless it is nil, has the worker count and log a request that [Host.Refuse] turns away. It holds the
	// exchange, and completes it with the answer in the request's first step.
	Refused func(e Exchange, a *Answer)

	// Finished, unless it is nil, is called when a request's task ends. sent reports whether its answer is on the way to
	// the client. It is not called for a pipelined request whose turn never came.
	Finished func(e Exchange, sent bool)

	// Cancelled, unless it is nil, is called when a request's task is cancelled: the app must not answer any more.
	Cancelled func(e Exchange)

	// Aborted, unless it is nil, is called when an exception ends a request's handler in its thread.
	Aborted func(e Exchange)

	// ClientLeft, unless it is nil, is called when the client of a request has left before its answer, as far as the
	// server imitated notices. It is not called before the request's turn.
	ClientLeft func(e Exchange)

	Shared *modes.Runtime // the worker's loop, its threads and their limiter
	Random *rand.Rand

	scratch  []byte // for BaseExchange.Remember
	lastLine string // the request line remembered last
}

// Log prints the lines of the server's log.
type Log interface {
	// Access prints an access line. Call it when the head of an answer is sent.
	Access(e Exchange, status int)
	Info(message string)
	Warning(message string)
	Error(message string)
	Loop(message string) // a line of the event loop itself, without a level
}

// Keep makes an exchange keep the fields of its head that the log may show.
func (h *Host) Keep(e *BaseExchange, head *Head) {
	if !h.KeepFields && len(h.Fields) == 0 {
		return
	}
	var kept http.Header
	for _, f := range head.Fields {
		if !h.KeepFields && !h.shows(f.Name) {
			continue
		}
		if kept == nil {
			kept = http.Header{}
		}
		name := textproto.CanonicalMIMEHeaderKey(string(f.Name))
		kept[name] = append(kept[name], string(f.Value))
	}
	if h.KeepFields || kept != nil {
		e.KeepFields(kept)
	}
}

// shows reports whether access lines show a field.
func (h *Host) shows(name []byte) bool {
	for _, shown := range h.Fields {
		if equalFold(name, shown) {
			return true
		}
	}
	return false
}

// connBuffer is how many bytes the worker buffers for every connection, however much it buffers for the others.
const connBuffer = 64 << 10

// MayBuffer reports whether the worker may buffer own bytes for a connection, which makes all bytes for all
// connections.
func (h *Host) MayBuffer(own, all int) bool { return own <= connBuffer || all <= h.MaxBuffered }

// Refuse turns a request away: it is answered in its first step, and its handler never runs.
func (h *Host) Refuse(e Exchange, a *Answer) {
	if h.Refused != nil {
		h.Refused(e, a)
		return
	}
	e.Hold(nil)
	e.Reply(a)
}

// ReportClientLeft tells the worker that a request's client has left.
func (h *Host) ReportClientLeft(e Exchange) {
	if h.ClientLeft != nil {
		h.ClientLeft(e)
	}
}

// Loop is the worker's event loop.
func (h *Host) Loop() *eventloop.Loop { return h.Shared.Loop }
