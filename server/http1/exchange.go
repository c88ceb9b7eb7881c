package http1

import (
	"net/netip"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Exchange is one request and its answer, as the program, its routes and the log
// see them, whatever server and protocol they belong to. Every method but Complete
// may be called while the handler runs.
type Exchange interface {
	Method() string
	Path() string  // as it was sent
	Query() string // what follows its question mark
	// Target is path and query as Uvicorn's access log shows them.
	Target() string
	RawTarget() string // as it was sent
	Version() string   // of HTTP, such as "1.1"
	Scheme() string
	Local() netip.AddrPort
	// AppendClient appends the client's address, host:port without brackets.
	AppendClient(b []byte) []byte
	// Field and Took are what access log formats ask for, where Host.KeepFields is set.
	Field(name string) string
	HasField(name string) bool // an empty one too
	Took() time.Duration
	// Answer is what is, or will be, sent.
	Answer() *Answer

	// Reply answers in the request's first step.
	Reply(a *Answer)
	// Hold says that the answer comes later: work runs as the request's first
	// step, and Complete ends it. Held returns it, or nil.
	Hold(work eventloop.Runner)
	Held() eventloop.Runner
	// Complete answers a request that was held. It is called in a step of the loop.
	Complete(a *Answer)
	// ClientLeft tells whether nobody is there for the answer.
	ClientLeft() bool
}

// Endpoint is what the connections of one worker share: a server's protocol at work.
type Endpoint interface {
	// Accept makes the connection of an accepted socket.
	Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream
	// Listening tells the endpoint of its listener, which it may let rest.
	Listening(*eventloop.Server)
	// Connections is how many are open.
	Connections() int
}
