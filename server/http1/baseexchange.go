package http1

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// BaseExchange is what every exchange keeps of its request, in few bytes, with the answer or the work that it is held
// for. A stack embeds it and adds Complete and ClientLeft to make an [Exchange].
type BaseExchange struct {
	stream *eventloop.Stream
	line   string           // "GET /?id=1 HTTP/1.1": what the access log needs
	work   eventloop.Runner // runs as the request's first step, or
	answer *Answer          // is sent in it
	rare   *rare            // what few requests have

	methodEnd, pathEnd, targetEnd int32 // queued
}

// Remember keeps a head's request line in one string. If it equals that of the previous request on any connection, the
// two share the string: a load test sends the same request again and again.
func (e *BaseExchange) Remember(host *Host, s *eventloop.Stream, h *Head) {
	e.stream = s
	b := append(append(host.scratch[:0], h.Method...), ' ')
	e.methodEnd = int32(len(h.Method))
	b = append(b, h.Path...)
	e.pathEnd = int32(len(b))
	if len(h.Query) > 0 {
		b = append(append(b, '?'), h.Query...)
	}
	e.targetEnd = int32(len(b))
	if rebuilt := b[e.methodEnd+1:]; string(rebuilt) != string(h.Target) {
		e.rarely().raw = string(h.Target)
	}
	b = append(append(b, " HTTP/"...), h.Version...)
	if host.lastLine != string(b) {
		host.lastLine = string(b)
	}
	e.line, host.scratch = host.lastLine, b
}

// Lasting returns the work that goes on after the answer, or nil.
func (e *BaseExchange) Lasting() Lasting {
	if l, ok := e.work.(Lasting); ok && l.Lasts() {
		return l
	}
	return nil
}

// Unwind has the work end early, since its task is cancelled. It reports whether functions run for that.
func (e *BaseExchange) Unwind() bool {
	l, ok := e.work.(Lasting)
	return ok && l.Unwind()
}

// End does nothing: for servers whose requests do not outlast their answers.
func (e *BaseExchange) End(string) {}

// RawTarget returns the target as it was sent.
func (e *BaseExchange) RawTarget() string {
	if e.rare != nil && e.rare.raw != "" {
		return e.rare.raw
	}
	return e.line[e.methodEnd+1 : e.targetEnd]
}

// Method returns the request's method.
func (e *BaseExchange) Method() string { return e.line[:e.methodEnd] }

// Version returns the HTTP version of the request, such as "1.1".
func (e *BaseExchange) Version() string { return e.line[int(e.targetEnd)+len(" HTTP/"):] }

// Target returns the path and the query as the access log shows them: the path unquoted and quoted again, the query as
// it was sent (get_path_with_query_string).
func (e *BaseExchange) Target() string {
	path := e.Path()
	if shown := shownPath(path); shown != path {
		return shown + e.line[e.pathEnd:e.targetEnd]
	}
	return e.line[e.methodEnd+1 : e.targetEnd]
}

// ScopePath implements [Exchange].
func (e *BaseExchange) ScopePath() string {
	if e.rare != nil && e.rare.scopePath != "" {
		return e.rare.scopePath
	}
	return Unquote(e.Path())
}

// SetScopePath implements [Exchange].
func (e *BaseExchange) SetScopePath(path string) { e.rarely().scopePath = path }

// LogTarget implements [Exchange].
func (e *BaseExchange) LogTarget() string {
	if e.rare == nil || e.rare.scopePath == "" {
		return e.Target()
	}
	return Quote(e.rare.scopePath, "/") + e.line[e.pathEnd:e.targetEnd]
}

// ShownTarget returns a target as [BaseExchange.Target] shows it.
func ShownTarget(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found || query == "" {
		return shownPath(path)
	}
	return shownPath(path) + "?" + query
}

func shownPath(path string) string { return Quote(Unquote(path), "/") }

// Path returns the request's path as it was sent.
func (e *BaseExchange) Path() string { return e.line[e.methodEnd+1 : e.pathEnd] }

// Query returns what follows the question mark.
func (e *BaseExchange) Query() string {
	if e.pathEnd == e.targetEnd {
		return ""
	}
	return e.line[e.pathEnd+1 : e.targetEnd]
}

// AppendClient appends the client's address, host:port without brackets, or nothing if the client left before it was
// accepted.
func (e *BaseExchange) AppendClient(b []byte) []byte {
	if e.rare != nil && e.rare.client != "" {
		return append(b, e.rare.client...)
	}
	peer := e.stream.Peer()
	if !peer.IsValid() {
		return b
	}
	return strconv.AppendUint(append(peer.Addr().AppendTo(b), ':'), uint64(peer.Port()), 10)
}

// rare holds what few requests have. It is allocated only for them, so that a held request stays small.
type rare struct {
	raw            string // the target as it was sent, if path and query do not make it up
	client, scheme string // if a proxy has named them
	schemed        bool   // it has named the scheme, perhaps an empty one
	scopePath      string // if the app has changed it
	kept
}

func (e *BaseExchange) rarely() *rare {
	if e.rare == nil {
		e.rare = &rare{}
	}
	return e.rare
}

// ForwardedFor sets the client that a proxy has named; an empty one is not named.
func (e *BaseExchange) ForwardedFor(client string) { e.rarely().client = client }

// ForwardedScheme sets the scheme that a proxy has named, which may be empty.
func (e *BaseExchange) ForwardedScheme(scheme string) {
	rare := e.rarely()
	rare.scheme, rare.schemed = scheme, true
}

// kept is what an access log format may show besides the request line.
type kept struct {
	fields http.Header
	parsed time.Duration
	timed  bool // parsed is set
}

// KeepFields keeps the request's fields, and the current time as the time when it was parsed.
func (e *BaseExchange) KeepFields(fields http.Header) {
	e.rarely().kept = kept{fields: fields, parsed: e.stream.Loop().Now(), timed: true}
}

// Again returns a copy whose time begins now: the request of an answer that takes its place.
func (e *BaseExchange) Again() BaseExchange {
	again := *e
	if e.rare != nil {
		copied := *e.rare
		copied.parsed = e.stream.Loop().Now()
		again.rare = &copied
	}
	return again
}

// Fields returns the fields of the request that are kept, by name.
func (e *BaseExchange) Fields() http.Header {
	if e.rare == nil {
		return nil
	}
	return e.rare.fields
}

// Took returns the time since the request was parsed, if fields are kept.
func (e *BaseExchange) Took() time.Duration {
	if e.rare == nil || !e.rare.timed {
		return 0
	}
	return e.stream.Loop().Now() - e.rare.parsed
}

// Answer returns the answer that has been or will be sent, or nil.
func (e *BaseExchange) Answer() *Answer { return e.answer }

// Scheme returns the scheme that a proxy has named, or http.
func (e *BaseExchange) Scheme() string {
	if e.rare != nil && e.rare.schemed {
		return e.rare.scheme
	}
	return "http"
}

// Local returns the address that the client has connected to.
func (e *BaseExchange) Local() netip.AddrPort { return e.stream.Local() }

// Reply sets the answer, which is sent in the request's first step.
func (e *BaseExchange) Reply(a *Answer) { e.answer = a }

// Hold defers the answer: work runs as the request's first step.
func (e *BaseExchange) Hold(work eventloop.Runner) { e.work = work }

// Held returns the work that Hold has set, or nil.
func (e *BaseExchange) Held() eventloop.Runner { return e.work }
