package http1

import (
	"net/http"
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
	// ScopePath is the decoded path in the scope of an ASGI app, and LogTarget is Target with that path, as access lines
	// show it. SetScopePath changes it, as Starlette may for an app that it mounts.
	ScopePath() string
	LogTarget() string
	SetScopePath(path string)
	Version() string // of HTTP, such as "1.1"
	Scheme() string
	Local() netip.AddrPort
	// AppendClient appends the client's address, host:port without brackets.
	AppendClient(b []byte) []byte
	// Fields and Took are for access log formats, and are complete only if Host.KeepFields is set.
	Fields() http.Header
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
	// End ends the task of a request whose work has gone on after its answer or its cancellation ([Lasting]), normally or
	// by an exception, given as Python prints it. It is called in a step of the loop.
	End(exception string)
	// ClientLeft reports whether the client has left.
	ClientLeft() bool
}

// Lasting is work that may go on after the answer has been sent: background tasks, and what an exception leads to.
type Lasting interface {
	// Lasts reports whether it does. If so, the exchange calls Sent in the step in which it has sent the answer, or has
	// found that there is no client for it any more; its task then lasts until End.
	Lasts() bool
	Sent()
	// Unwind raises the exception of a cancelled task in the work, which can be answered or not. It reports whether
	// functions run for that: then the task lasts until End. It is called in a step of the loop, and again if the task is
	// cancelled again.
	Unwind() bool
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
