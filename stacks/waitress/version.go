package waitress

import (
	"regexp"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/threaded"
)

// Version is how the versions of waitress differ.
type Version struct {
	// firstLine splits a request line: method, target, version (waitress.parser.first_line_re).
	firstLine *regexp.Regexp
	// refusesLines: a line that does not match is refused. Before 3.0 it is a request with an empty method and path.
	refusesLines bool
	// stripsFields: characters that str.strip takes for white space, and the parser does not, are cut off the fields' values.
	stripsFields bool
	// leavesHead: the connection closes after an answer to HEAD, because its Content-Length counts as bytes not sent.
	leavesHead bool
}

// V21 is waitress 2.1.2, and V30 is waitress 3.0.2.
var (
	V21 = Version{
		firstLine:  regexp.MustCompile("^([^ ]+) ((?:[^ :?#]+://[^ ?#/]*(?:[0-9]{1,5})?)?[^ ]+)(?: HTTP/([0-9.]+))?$"),
		leavesHead: true, stripsFields: true,
	}
	V30 = Version{
		firstLine:    regexp.MustCompile("^([!#$%&'*+\\-.^_`|~0-9A-Za-z]+) ((?:[^ :?#]+://[^ ?#/]*(?:[0-9]{1,5})?)?[^ ]+)(?: HTTP/([0-9]\\.[0-9]))?$"),
		refusesLines: true,
	}
)

// connectionLimit is how many connections there may be. The option of that name counts the listening socket and the
// trigger, too.
const connectionLimit = 100 - 2

// outbufHighWatermark is the option of that name, in bytes.
const outbufHighWatermark = 16 << 20

// Serve is [server.Stack.Serve].
func (v Version) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	b := v.behaviour()
	return &threaded.Endpoint{Host: w.Host(), Behaviour: &b}, &life{Worker: w}
}

// behaviour is how its threads serve connections.
func (v Version) behaviour() threaded.Behaviour {
	return threaded.Behaviour{
		Reader:         func() threaded.Reader { return &reader{version: &v} },
		Layout:         layout{&v},
		Takes:          threaded.AtRequest,
		MaxConnections: connectionLimit,
		Buffers:        outbufHighWatermark,
		SaysFull:       "WARNING:waitress:total open connections reached the connection limit, no longer accepting new connections",
		SaysRoom:       "INFO:waitress:total open connections dropped below the connection limit, listening again",
		SaysWaiting:    "WARNING:waitress.queue:Task queue depth is %d",
	}
}
