package http1

import (
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/modes"
)

// Host is what a protocol needs of the worker whose connections it serves.
type Host struct {
	Handler http.Handler
	Log     Log

	KeepAlive time.Duration // how long an idle connection stays open after an answer

	// LimitConcurrency refuses a request with Unavailable when that many
	// connections, or that many requests, exist; 0 is no limit. The connection
	// that asks counts too, as in Uvicorn.
	LimitConcurrency int
	Unavailable      *Answer

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

	// Left, unless it is nil, is called when the client of a request has left that has
	// had its turn and has no answer yet, as far as the server imitated learns of it.
	Left func(e Exchange)

	// Template is what every request that the handler gets is made of; its
	// context is theirs. None is an empty one.
	Template *http.Request

	// Shared is the worker's loop, threads and their limiter, for protocols whose
	// connections are served by threads. Random is its source of chance.
	Shared *modes.Runtime
	Random *rand.Rand

	request http.Request // handed to the handler, made anew for each request
	url     url.URL
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
	switch {
	case h.KeepFields:
		r.KeepFields(h.Show(r, head).Header.Clone())
	case len(h.Fields) > 0:
		kept := make(http.Header, len(h.Fields))
		for _, f := range head.Fields {
			for _, name := range h.Fields {
				if equalFold(f.Name, name) {
					kept.Set(name, string(f.Value))
				}
			}
		}
		if len(kept) > 0 {
			r.KeepFields(kept)
		}
	}
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
