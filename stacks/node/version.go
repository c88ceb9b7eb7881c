package node

import (
	"time"

	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Version is how the versions of the http server differ.
type Version struct {
	Number  string
	Dialect *http1.Dialect
	// HighWater is the size of a socket's and a message's buffer, in bytes: stream.getDefaultHighWaterMark.
	HighWater int
	// KeepAliveBuffer is how much longer a connection may idle than its answers say (keepAliveTimeoutBuffer, since 24.6).
	KeepAliveBuffer time.Duration
	// RequiresHost answers 400 to an HTTP/1.1 request without Host (requireHostHeader, since 20).
	RequiresHost bool
	// RefreshesIdle: bytes on an idle connection restart its keep-alive timer, and a complete head stops it (since 20).
	// Otherwise any byte stops it.
	RefreshesIdle bool
	// Throw shows the line of Node's own that throws an uncaught error.
	Throw string
}

// Serve is [server.Stack.Serve].
func (v Version) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	e := NewEndpoint(w.Host(), v)
	return e, &life{Worker: w, endpoint: e}
}

// The http server at the two vintages.
var (
	// V18 is Node.js 18.15.0.
	V18 = Version{
		Number: "18.15.0", Dialect: &llhttp6, HighWater: 16 << 10,
		Throw: "node:events:491\n      throw er; // Unhandled 'error' event\n      ^\n",
	}
	// V26 is Node.js 26.12.1.
	V26 = Version{
		Number: "26.12.1", Dialect: &llhttp9, HighWater: 64 << 10,
		KeepAliveBuffer: time.Second, RequiresHost: true, RefreshesIdle: true,
		Throw: "node:events:505\n    throw er; // Unhandled 'error' event\n    ^\n",
	}
)

// maxHeaderSize is --max-http-header-size.
const maxHeaderSize = 16 << 10

// Limits of lib/_http_common.js and src/node_http_parser.cc: half of MAX_HEADER_PAIRS, beyond which a head is refused
// or, before 24, its fields are ignored; and kMaxChunkExtensionsSize.
const (
	maxFields              = 1000
	maxChunkExtensionsSize = 16 << 10
)

// llhttp6 is llhttp 6.0.10 as Node 18.15.0 builds and calls it: loose, with no lenient flag. Unlike in 6.0.9, a line
// feed alone does not end a field without a value, and a folded Transfer-Encoding is not chunked.
var llhttp6 = func() http1.Dialect {
	d := dialect("llhttp 6.0.10", http1.Httptools050, http1.CloseDrops)
	d.BareLFEmpty, d.FoldEndsChunked = false, true
	return d
}()

// llhttp9 is llhttp 9.4.3 as Node 26.12.1 calls it, with no lenient flag.
var llhttp9 = func() http1.Dialect {
	d := dialect("llhttp 9.4.3", http1.Httptools090, http1.CloseSkipsLines)
	d.MaxFields = maxFields
	d.MaxExtension = maxChunkExtensionsSize
	return d
}()

// dialect turns the dialect of httptools, which also uses llhttp, into Node's, which leaves the target to the program.
func dialect(name string, d http1.Dialect, after http1.CloseRule) http1.Dialect {
	d.Name = name
	d.Target, d.MaxTarget = http1.TargetPartition, 0
	d.MaxHead = maxHeaderSize
	d.UpgradeBody = true
	d.DataAfterClose = after
	return d
}
