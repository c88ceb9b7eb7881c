package http1

import (
	"net/netip"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Exchange is one request and its answer as the app and the log see them, whatever the server and protocol. Every
// method except Complete may be called while the handler runs.
type Exchange interface {
	Method() string
	Path() string  // as it was sent
	Query() string // what follows the question mark
	// Target is path and query, as Uvicorn's access log shows them.
	Target() string
	RawTarget() string // as it was sent
	Version() string   // of HTTP, such as "1.1"
	Scheme() string
	Local() netip.AddrPort
	// AppendClient appends the client's address, host:port without brackets.
	AppendClient(b []byte) []byte
	// Field, HasField and Took are for access log formats, and work only if Host.KeepFields is set.
	Field(name string) string
	HasField(name string) bool // also if it is empty
	Took() time.Duration
	// Answer is the answer that has been or will be sent, or nil.
	Answer() *Answer

	// Reply sets the answer, which is sent in the request's first step.
	Reply(a *Answer)
	// Hold defers the answer: work runs as the request's first step, and Complete answers later. Held returns the work,
	// or nil.
	Hold(work eventloop.Runner)
	Held() eventloop.Runner
	// Complete answers a request that was held. It is called in a step of the loop.
	Complete(a *Answer)
	// ClientLeft reports whether the client has left.
	ClientLeft() bool
}

// Endpoint accepts and serves the connections of a worker, as the imitated server does.
type Endpoint interface {
	// Accept makes the connection of an accepted socket.
	Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream
	// Listening hands the endpoint its listener, which it may pause.
	Listening(*eventloop.Server)
	// Connections is the number of open connections.
	Connections() int
}
