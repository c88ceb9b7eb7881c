package http1

import (
	"math/rand/v2"
	"net/http"
	"net/textproto"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
)

// Host is what a protocol needs of the worker whose connections it serves.
type Host struct {
	// Handle answers a request at once (Reply), or later (Hold, Complete). The head is good during the call only.
	Handle func(Exchange, *Head)
	Log    Log

	KeepAlive time.Duration // how long an idle connection stays open after an answer

	// QueueFull answers who finds no place in the line for a thread, where a
	// connection and not its program stands in line (our own --queue).
	QueueFull *Answer

	// MostKept is how many bytes of heads that do not end all connections together
	// may make the worker remember, beyond a small share of each.
	MostKept int

	// KeepFields: an exchange remembers its request's fields and when it was
	// parsed, for access log formats that show them.
	KeepFields bool
	// Fields are those that are kept even where KeepFields is not set.
	Fields []string

	// Finished, unless it is nil, is called when a request's task ends that has
	// had its turn, with whether its answer is on its way to the client. A request
	// that comes behind others and never has its turn does not count.
	Finished func(e Exchange, sent bool)

	// Cancelled, unless it is nil, is called when a request's task is cancelled: its
	// program is not to answer any more.
	Cancelled func(e Exchange)

	// Aborted, unless it is nil, is called when an exception ends the work of a request in its thread.
	Aborted func(e Exchange)

	// Left, unless it is nil, is called when the client of a request has left that has
	// had its turn and has no answer yet, as far as the server imitated learns of it.
	Left func(e Exchange)

	// Shared is the worker's loop, threads and their limiter, for protocols whose
	// connections are served by threads. Random is its source of chance.
	Shared *modes.Runtime
	Random *rand.Rand

	scratch  []byte // for Request.Remember
	lastLine string // the request line remembered last
}

// Log is told what a client, or the reader of the real server's log, can see.
type Log interface {
	// Access is called when the head of an answer is sent.
	Access(e Exchange, status int)
	Info(message string)
	Warning(message string)
	Error(message string)
	Loop(message string) // of the event loop itself, without a level
}

// Keep has a request remember the fields of its head that the log may ask for.
func (h *Host) Keep(r *Request, head *Head) {
	if !h.KeepFields && len(h.Fields) == 0 {
		return
	}
	kept := http.Header{}
	for _, f := range head.Fields {
		name := textproto.CanonicalMIMEHeaderKey(string(f.Name))
		switch {
		case h.KeepFields:
			kept[name] = append(kept[name], string(f.Value))
		case h.shows(f.Name): // of several, the last
			kept[name] = []string{string(f.Value)}
		}
	}
	if h.KeepFields || len(kept) > 0 {
		r.KeepFields(kept)
	}
}

// shows tells whether access lines show a field.
func (h *Host) shows(name []byte) bool {
	for _, shown := range h.Fields {
		if equalFold(name, shown) {
			return true
		}
	}
	return false
}

// KeptShare is what every connection may make the worker remember, however much all
// others do.
const KeptShare = 64 << 10

// MayKeep tells whether a connection may have so many bytes remembered, which makes
// so many of all connections together.
func (h *Host) MayKeep(own, all int) bool { return own <= KeptShare || all <= h.MostKept }

// Deserted tells the worker that a request has lost its client.
func (h *Host) Deserted(e Exchange) {
	if h.Left != nil {
		h.Left(e)
	}
}

// Loop is the worker's event loop.
func (h *Host) Loop() *eventloop.Loop { return h.Shared.Loop }
