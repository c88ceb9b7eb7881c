package http1

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Request is what every exchange keeps of its request, in few bytes, with the answer or the work that it is held for. A
// stack embeds it and adds Complete and ClientLeft to make an [Exchange].
type Request struct {
	stream *eventloop.Stream
	line   string           // "GET /?id=1 HTTP/1.1": what the access log needs
	work   eventloop.Runner // runs as the request's first step, or
	answer *Answer          // is sent in it
	rare   *rare            // what few requests have

	methodEnd, pathEnd, targetEnd int32 // in line
}

// Remember keeps a head's request line in one string. If it equals that of the previous request on any connection, the
// two share the string: a load test sends the same request again and again.
func (r *Request) Remember(host *Host, s *eventloop.Stream, h *Head) {
	r.stream = s
	b := append(append(host.scratch[:0], h.Method...), ' ')
	r.methodEnd = int32(len(h.Method))
	b = append(b, h.Path...)
	r.pathEnd = int32(len(b))
	if len(h.Query) > 0 {
		b = append(append(b, '?'), h.Query...)
	}
	r.targetEnd = int32(len(b))
	if rebuilt := b[r.methodEnd+1:]; string(rebuilt) != string(h.Target) {
		r.rarely().raw = string(h.Target)
	}
	b = append(append(b, " HTTP/"...), h.Version...)
	if host.lastLine != string(b) {
		host.lastLine = string(b)
	}
	r.line, host.scratch = host.lastLine, b
}

// RawTarget returns the target as it was sent.
func (r *Request) RawTarget() string {
	if r.rare != nil && r.rare.raw != "" {
		return r.rare.raw
	}
	return r.line[r.methodEnd+1 : r.targetEnd]
}

// Method returns the request's method.
func (r *Request) Method() string { return r.line[:r.methodEnd] }

// Version returns the HTTP version of the request, such as "1.1".
func (r *Request) Version() string { return r.line[int(r.targetEnd)+len(" HTTP/"):] }

// Target returns the path and the query as the access log shows them: the path unquoted and quoted again, the query as
// it was sent (get_path_with_query_string).
func (r *Request) Target() string {
	path := r.Path()
	if shown := shownPath(path); shown != path {
		return shown + r.line[r.pathEnd:r.targetEnd]
	}
	return r.line[r.methodEnd+1 : r.targetEnd]
}

// ShownTarget returns a target as [Request.Target] shows it.
func ShownTarget(target string) string {
	path, query, found := strings.Cut(target, "?")
	if !found || query == "" {
		return shownPath(path)
	}
	return shownPath(path) + "?" + query
}

func shownPath(path string) string { return Quote(Unquote(path), "/") }

// Path returns the request's path as it was sent.
func (r *Request) Path() string { return r.line[r.methodEnd+1 : r.pathEnd] }

// Query returns what follows the question mark.
func (r *Request) Query() string {
	if r.pathEnd == r.targetEnd {
		return ""
	}
	return r.line[r.pathEnd+1 : r.targetEnd]
}

// AppendClient appends the client's address, host:port without brackets, or nothing if the client left before it was
// accepted.
func (r *Request) AppendClient(b []byte) []byte {
	if r.rare != nil && r.rare.client != "" {
		return append(b, r.rare.client...)
	}
	peer := r.stream.Peer()
	if !peer.IsValid() {
		return b
	}
	return strconv.AppendUint(append(peer.Addr().AppendTo(b), ':'), uint64(peer.Port()), 10)
}

// rare holds what few requests have. It is allocated only for them, so that a held request stays small.
type rare struct {
	raw            string // the target as it was sent, if path and query do not make it up
	client, scheme string // if a proxy has named them
	kept
}

func (r *Request) rarely() *rare {
	if r.rare == nil {
		r.rare = &rare{}
	}
	return r.rare
}

// ForwardedFor sets the client and the scheme that a proxy has named. An empty one is not named.
func (r *Request) ForwardedFor(client, scheme string) {
	rare := r.rarely()
	rare.client, rare.scheme = client, scheme
}

// kept is what an access log format may show besides the request line.
type kept struct {
	fields http.Header
	parsed time.Duration
}

// KeepFields keeps the request's fields, and the current time as the time when it was parsed.
func (r *Request) KeepFields(fields http.Header) {
	r.rarely().kept = kept{fields: fields, parsed: r.stream.Loop().Now()}
}

// WithoutFields returns a copy without the fields.
func (r *Request) WithoutFields() Request {
	bare := *r
	if r.rare != nil {
		bare.rare = &rare{raw: r.rare.raw, client: r.rare.client, scheme: r.rare.scheme}
	}
	return bare
}

// Field returns a field of the request, if fields are kept.
func (r *Request) Field(name string) string {
	if r.rare == nil {
		return ""
	}
	return r.rare.fields.Get(name)
}

// HasField reports whether the request has a field, if fields are kept.
func (r *Request) HasField(name string) bool {
	return r.rare != nil && len(r.rare.fields.Values(name)) > 0
}

// Took returns the time since the request was parsed, if fields are kept.
func (r *Request) Took() time.Duration {
	if r.rare == nil {
		return 0
	}
	return r.stream.Loop().Now() - r.rare.parsed
}

// Answer returns the answer that has been or will be sent, or nil.
func (r *Request) Answer() *Answer { return r.answer }

// Scheme returns the scheme that a proxy has named, or http.
func (r *Request) Scheme() string {
	if r.rare != nil && r.rare.scheme != "" {
		return r.rare.scheme
	}
	return "http"
}

// Local returns the address that the client has connected to.
func (r *Request) Local() netip.AddrPort { return r.stream.Local() }

// Reply sets the answer, which is sent in the request's first step.
func (r *Request) Reply(a *Answer) { r.answer = a }

// Hold defers the answer: work runs as the request's first step.
func (r *Request) Hold(work eventloop.Runner) { r.work = work }

// Held returns the work that Hold has set, or nil.
func (r *Request) Held() eventloop.Runner { return r.work }
