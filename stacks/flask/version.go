package flask

import (
	"time"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/threaded"
)

// Version is how the versions of the development server differ, and its two ways to serve.
type Version struct {
	Werkzeug, Python string // as the Server header names them
	// Threaded: every connection has a thread of its own (ThreadedWSGIServer, which speaks HTTP/1.1). Otherwise they
	// are served one after the other (BaseWSGIServer, HTTP/1.0).
	Threaded bool
	// Splits is how a target is split.
	Splits SplitRule
	// EscapesLog: control characters are escaped in the log's access lines (since 2.3).
	EscapesLog bool
	// Drains is how long it waits after an answer for more bytes from the client, see
	// [threaded.Ending].
	Drains time.Duration
}

// V22 is Werkzeug 2.2.3, and V31 is Werkzeug 3.1.9, both on Debian's Python 3.11.2 and with a thread for each
// connection.
var (
	V22 = Version{Werkzeug: "2.2.3", Python: "3.11.2", Threaded: true, Splits: SplitWerkzeug}
	V31 = Version{
		Werkzeug: "3.1.9", Python: "3.11.2", Threaded: true, Splits: SplitPython,
		EscapesLog: true, Drains: 10 * time.Millisecond,
	}
)

// Single returns the same server with threaded=False, processes=1.
func (v Version) Single() Version {
	v.Threaded = false
	return v
}

// protocol is protocol_version of the handler class.
func (v *Version) protocol() string {
	if v.Threaded {
		return "HTTP/1.1"
	}
	return "HTTP/1.0"
}

// Serve is [server.Stack.Serve].
func (v Version) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	b := v.behaviour()
	return &threaded.Endpoint{Host: w.Host(), Behaviour: &b}, &life{Worker: w}
}

// behaviour is how its threads serve connections.
func (v Version) behaviour() threaded.Behaviour {
	b := threaded.Behaviour{
		Reader: func() threaded.Reader { return &reader{version: &v} },
		Layout: &layout{&v},
		Takes:  threaded.AtAccept, Between: threaded.Rereads,
		Ending: threaded.Ending{Half: true, Drains: v.Drains}, LogsFirst: true,
	}
	if !v.Threaded {
		b.MaxConnections = 1
	}
	if v.Splits == SplitPython {
		b.Raises, b.Fails = raises, fails
	}
	return b
}
