package hypercorn

import (
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/http2"
)

// Version is how the versions of Hypercorn differ, and the library that they run on.
type Version struct {
	Dialect *http1.Dialect
	Library Library

	// Server is the value of the server header (Config.response_headers).
	Server string

	// HintsStatus: a refusal has the status that h11 suggests; otherwise it is 400.
	HintsStatus bool

	// StartsAtOnce: the head of an answer is sent with http.response.start, even if the client has left; otherwise with
	// its body, and not at all if the client has left.
	StartsAtOnce bool

	// LogsDepartures: a request whose client leaves before the answer has an access line of its own, without status.
	LogsDepartures bool

	// ClosesStream: closing a connection also tells the running request that its client has gone (TCPServer.protocol_send
	// of 0.14); otherwise the end of reading does (_read_data of 0.18).
	ClosesStream bool

	// OwnsIdle: the idle task belongs to the connection's group, and the end of the group waits for it.
	OwnsIdle bool

	// RestartsIdle: the idle time starts again at the end of each request (SingleTask.restart); otherwise it goes on
	// (_start_idle).
	RestartsIdle bool

	// KeepAliveRequests is how many requests a connection may have; the last of them is answered with connection: close.
	// 0 is no bound.
	KeepAliveRequests int

	// GathersOnce: the shutdown waits only for connections whose task had begun when it started (worker_serve of 0.14).
	GathersOnce bool

	// SharesEnd: a task that is cancelled while it awaits the end of its connection cancels that end, and so the
	// connection's own task, which awaits it as well (TCPServer._close of 0.14). If that comes in a shutdown, it ends the
	// worker at once, with all its tasks.
	SharesEnd bool

	// ForgivesEnds: in HTTP/2, the end of a request that is answered already is ignored; otherwise it ends the connection.
	ForgivesEnds bool

	// DrainsCancelled: in HTTP/2, a request that is cancelled goes on to wait without end: for the task that is to send
	// its empty 500 and is cancelled as well, or for a place in its full queue. Neither its connection nor the server
	// ends, until the end of another connection cancels it again.
	DrainsCancelled bool

	// DecodesSettings: HTTP2-Settings is decoded as text first, which fails unless it is ASCII.
	DecodesSettings bool

	// DropsHandshakes: bytes that follow a WebSocket handshake in the same read raise in the connection's task, because
	// the WebSocket is not accepted yet; otherwise they are answered with 400.
	DropsHandshakes bool

	// Warnings are Python's warnings.
	Warnings Warnings

	// Successor takes over connections that ask for HTTP/2. If it is nil, such a request is served as any other.
	Successor Successor
}

// OnTrio returns the version as it is on trio.
func (v Version) OnTrio() Version {
	v.Library, v.OwnsIdle, v.DrainsCancelled, v.SharesEnd = Trio, true, false, false
	return v
}

// Warnings are what Python prints on stderr, each at its first cause; an empty one is none.
type Warnings struct {
	// AnyIO comes with AnyIO's first use, by a request that needs a thread, or by a program that changes the number of
	// threads when it starts.
	AnyIO string
	// Grouped comes with the first exception that ends a stream's group of tasks.
	Grouped string
	// Raised comes with the application's first exception, and Ended with the first connection whose task ends by one.
	Raised, Ended string
}

// Serve is [server.Stack.Serve].
func (v Version) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	cfg := w.Config()
	if p, ok := v.Successor.(H2); ok {
		p.Rules.Streams = uint32(cfg.H2MaxConcurrentStreams)
		v.Successor = p
	}
	v.KeepAliveRequests = cfg.KeepAliveMaxRequests
	e := &Endpoint{Host: w.Host(), Version: &v, NoDate: !cfg.DateHeader, NoServer: !cfg.ServerHeader}
	return e, newLife(w, e)
}

// The versions of Hypercorn at the two vintages.
var (
	// H11v0143 is Hypercorn 0.14.3 with h11 0.14.0.
	H11v0143 = Version{
		Dialect: &http1.H11v014, Library: Asyncio, Server: "hypercorn-h11", Successor: H2{"hypercorn-h2", http2.V41},
		ClosesStream: true, GathersOnce: true, SharesEnd: true, DecodesSettings: true, DropsHandshakes: true,
	}
	// H11v0180 is Hypercorn 0.18.0 with h11 0.16.0.
	H11v0180 = Version{
		Dialect: &http1.H11v016Eager, Library: Asyncio, Server: "hypercorn-h11", Successor: H2{"hypercorn-h2", http2.V44},
		HintsStatus: true, StartsAtOnce: true, LogsDepartures: true, OwnsIdle: true, RestartsIdle: true,
		KeepAliveRequests: 1000, ForgivesEnds: true, DrainsCancelled: true,
	}
)
