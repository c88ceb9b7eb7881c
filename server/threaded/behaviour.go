package threaded

import (
	"net/netip"
	"time"

	"github.com/target-server/target-server/server/http1"
)

// Behaviour is how servers with a thread per connection differ.
type Behaviour struct {
	// Reader makes the reader of one connection's requests.
	Reader func() Reader
	Layout Layout

	// Trusts reports whether a peer may name the scheme of its requests; nil trusts none.
	Trusts func(netip.Addr) bool

	// Takes is when a connection takes a thread.
	Takes Moment

	// AwaitsData is how long a thread waits for the first bytes of a connection before it leaves it to the main thread,
	// which gives it the keep-alive time to send some; 0 means without limit.
	AwaitsData time.Duration

	// Between is what happens to a connection between two requests.
	Between Between

	Ending Ending

	// MaxConnections is how many there may be before the listener pauses and new connections wait in the kernel; 0 is
	// no bound.
	MaxConnections int

	// SaysFull and SaysRoom are logged when that number is reached, and when there are fewer again.
	// SaysWaiting, whose %d is how many wait, is logged when a connection starts to wait for a thread.
	// An empty one is not logged.
	SaysFull, SaysRoom, SaysWaiting string

	// ChecksIdle is the longest time that the main thread waits for an event before it checks for
	// connections that have been idle for too long; it also checks after every event. 0: each
	// connection is closed at its own time.
	ChecksIdle time.Duration
	// Woken: the end of a request is such an event.
	Woken bool

	// Buffers is how many bytes of answers a thread leaves for the main thread to send before it waits (waitress's
	// outbuf_high_watermark). It then waits until all are sent. 0: every write of a thread waits until the kernel has
	// taken it.
	Buffers int

	// LogsFirst: the access line comes before the answer is written, not after.
	LogsFirst bool

	// SkipsUnsent: an answer that cannot be written has no access line.
	SkipsUnsent bool

	// Raises returns an exception that the server raises instead of sending an answer, or nothing, and whether the
	// connection stays open.
	Raises func(x *Exchange) (exception string, stays bool)
	// Fails logs that the program raised an exception, and returns the writes of the answer.
	Fails func(x *Exchange, exception string) []string
	// Aborted is the same for an exception that reaches the thread from outside, with the running request or nil.
	// Without an Aborted there is no answer.
	Aborted func(c *Conn, x *Exchange, exception string) []string
}

// Between is what happens to a connection once a request is answered and its client may send another.
type Between uint8

// The possibilities.
const (
	// Stays: its thread handles a request that has already come, and otherwise leaves.
	Stays Between = iota
	// QueuesAgain: its thread reads the rest of the body and leaves; if more has come already, the connection queues
	// for a thread again (gunicorn 27).
	QueuesAgain
	// Overlooked: its thread leaves; bytes that came along with the request are ignored until more come
	// (gunicorn 20).
	Overlooked
	// Rereads: its thread reads the next request, however long it has to wait (http.server).
	Rereads
)

// Moment is when a connection takes a thread, or queues for one.
type Moment uint8

// The moments.
const (
	AtAccept  Moment = iota // when it is accepted (gunicorn's workers, Flask)
	AtRequest               // when a request has been read to its end (waitress)
)

// Reader finds requests in the bytes of one connection, as http1.Parser does.
type Reader interface {
	// Next is http1.Parser.Next. ended says that nothing follows buf: the client has ended its side.
	Next(buf []byte, ended bool, head *http1.Head) (event http1.Event, n int)
}

// Parsed makes the readers of a dialect that http1.Parser knows.
func Parsed(d *http1.Dialect) func() Reader { return func() Reader { return &parsed{dialect: d} } }

type parsed struct {
	http1.Parser
	dialect *http1.Dialect
}

func (p *parsed) Next(buf []byte, ended bool, head *http1.Head) (event http1.Event, n int) {
	event, n = p.Parser.Next(p.dialect, buf, head)
	if ended && event == http1.NeedData {
		var more int
		event, more = p.End(p.dialect, buf[n:], head)
		n += more
	}
	return event, n
}

// Stuck implements [Stuck].
func (p *parsed) Stuck() bool { return p.Parser.Stuck(p.dialect) }

// Stuck is a Reader whose thread may wait for ever for what cannot come any more: the client has ended its side.
type Stuck interface{ Stuck() bool }

// Ending is how a connection ends after its last answer.
type Ending struct {
	// Half ends our side first: a client some of whose bytes were left unread sees an end before the reset that closing
	// causes (socketserver.TCPServer.shutdown_request).
	Half bool
	// Drains is how long the thread waits for more bytes from the client, once its answer is sent and
	// before anything is closed; if some come, the thread reads until the client's end (Werkzeug since
	// 2.3, WSGIRequestHandler.run_wsgi). 0 means not at all.
	Drains time.Duration
	// Lingers is how long to wait for the client's end once our side has ended; up to 64 KiB that still
	// come are dropped (gunicorn since 26, close_graceful). 0 means not at all.
	Lingers time.Duration
	// InMain: the main thread lingers, and does nothing else meanwhile.
	InMain bool
}

// Layout formats what is sent.
type Layout interface {
	// Interim returns the writes that precede the program's: 100 Continue.
	Interim(c *Conn, h *http1.Head) []string
	// Head appends the head of an answer, and reports whether the connection stays open after it.
	Head(dst []byte, x *Exchange, a *http1.Answer) (head []byte, stays bool)
	// Refusal returns the writes of the answer to bytes that are not a request. If there are none, the connection closes
	// without an answer.
	Refusal(c *Conn) []string
}
