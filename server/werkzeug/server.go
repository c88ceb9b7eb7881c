package werkzeug

import (
	"time"

	"github.com/target-server/target-server/server/threaded"
)

// Server is one version of the development server, in one of its ways to serve.
type Server struct {
	Version, Python string // as the Server header names them
	// Threaded: every connection has a thread of its own (ThreadedWSGIServer, which speaks HTTP/1.1), instead of all
	// being served one after the other (BaseWSGIServer, HTTP/1.0).
	Threaded bool
	// Splits is how a target is taken apart, Shows how the log shows it.
	Splits SplitRule
	// EscapesLog: control characters are escaped in the log's access lines (since 2.3).
	EscapesLog bool
	// Drains is how long it looks behind an answer whether the client sends more; see threaded.Ending.
	Drains time.Duration
}

// V22 is Werkzeug 2.2.3, and V31 is Werkzeug 3.1.9, both on Debian's Python 3.11.2 and with a thread for each connection.
var (
	V22 = Server{Version: "2.2.3", Python: "3.11.2", Threaded: true, Splits: SplitWerkzeug}
	V31 = Server{Version: "3.1.9", Python: "3.11.2", Threaded: true, Splits: SplitPython, EscapesLog: true, Drains: 10 * time.Millisecond}
)

// Single is the same server with threaded=False, processes=1.
func (s Server) Single() Server {
	s.Threaded = false
	return s
}

// protocol is protocol_version of the handler class.
func (s *Server) protocol() string {
	if s.Threaded {
		return "HTTP/1.1"
	}
	return "HTTP/1.0"
}

// Behaviour is the server as threads serve its connections.
func (s Server) Behaviour() threaded.Behaviour {
	b := threaded.Behaviour{
		Reader: func() threaded.Reader { return &reader{server: &s} },
		Layout: &layout{&s},
		Takes:  threaded.AtAccept,
		Ending: threaded.Ending{Half: true, Drains: s.Drains}, LogsFirst: true,
	}
	if !s.Threaded {
		b.MostConnections = 1
	}
	return b
}
