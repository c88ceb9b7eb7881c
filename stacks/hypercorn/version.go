package hypercorn

import (
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Version is what one version of Hypercorn decides differently from another.
type Version struct {
	Dialect *http1.Dialect
	Tasks   Tasks

	// Server is the value of the server header (Config.response_headers).
	Server string

	// HintsStatus: a refusal has the status at which h11 hints; otherwise it is 400.
	HintsStatus bool

	// StartsAtOnce: the head of an answer is sent with http.response.start, whether
	// or not the client has left; otherwise with its body, and not to who has left.
	StartsAtOnce bool

	// LogsDepartures: a request whose client leaves before the answer has an access
	// line of its own, without status.
	LogsDepartures bool

	// ClosesStream: closing a connection also tells the request in work that its
	// client is gone (TCPServer.protocol_send of 0.14); otherwise the end of reading
	// does (_read_data of 0.18).
	ClosesStream bool

	// OwnsIdle: the task that waits for an idle connection's end belongs to the
	// connection's group, whose end waits for it.
	OwnsIdle bool

	// RestartsIdle: the time of an idle connection begins again with the end of each request
	// (SingleTask.restart); otherwise it goes on (_start_idle).
	RestartsIdle bool

	// KeepAliveRequests is how many requests a connection may bring; the last of
	// them is answered with connection: close. 0 is no bound.
	KeepAliveRequests int

	// GathersOnce: the end of the server waits for the connections whose task had begun
	// when it came, and for no later ones (worker_serve of 0.14).
	GathersOnce bool

	// ForgivesEnds: the end of a request that has been answered already is overlooked
	// in HTTP/2; otherwise it costs the connection.
	ForgivesEnds bool

	// DrainsCancelled: a request that is cancelled is so once, in HTTP/2, and what it
	// waits for then it waits for without an end: its empty 500 for the task that sends,
	// which is cancelled as well, or its last message for a place in its full queue.
	// Neither its connection nor the server ends, unless that of another ends by being
	// cancelled.
	DrainsCancelled bool

	// Warnings are what Python warns of.
	Warnings Warnings

	// Successor takes over who asks for HTTP/2; nobody does where it is nil, and
	// the request is served as any other.
	Successor Successor
}

// OnTrio is the same version with trio's tasks.
func (v Version) OnTrio() Version {
	v.Tasks, v.OwnsIdle, v.DrainsCancelled = Trio, true, false
	return v
}

// Warnings are what Python warns of on stderr, each when it first happens; an empty one is none.
type Warnings struct {
	// AnyIO is of AnyIO's first use: by a request that needs a thread, or by the program that changes the number of
	// threads when it starts.
	AnyIO string
	// Raised is of the application's first exception, and Ended of the first connection whose task an exception ends.
	Raised, Ended string
}

// Serve is [server.Stack.Serve].
func (v Version) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	e := &Endpoint{Host: w.Host(), Version: &v}
	return e, newLife(w, e)
}

// The versions of Hypercorn at the two vintages.
var (
	// H11v0143 is Hypercorn 0.14.3 with h11 0.14.0.
	H11v0143 = Version{Dialect: &http1.H11v014, Tasks: Asyncio, Server: "hypercorn-h11", ClosesStream: true, GathersOnce: true, Successor: H2{"hypercorn-h2"}}
	// H11v0180 is Hypercorn 0.18.0 with h11 0.16.0.
	H11v0180 = Version{
		Dialect: &http1.H11v016Eager, Tasks: Asyncio, Server: "hypercorn-h11", Successor: H2{"hypercorn-h2"},
		HintsStatus: true, ForgivesEnds: true, DrainsCancelled: true, StartsAtOnce: true, LogsDepartures: true, OwnsIdle: true, RestartsIdle: true, KeepAliveRequests: 1000,
	}
)
