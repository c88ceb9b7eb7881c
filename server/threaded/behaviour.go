package threaded

import (
	"net/netip"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Behaviour is what one server whose threads serve connections decides differently
// from another.
type Behaviour struct {
	// Reader makes what reads one connection's requests.
	Reader func() Reader
	Layout Layout

	// Takes is when a connection takes a thread.
	Takes Moment

	// AwaitsData is how long a thread waits for the first bytes of a connection
	// before it serves others and the connection has the keep-alive time to send
	// some; 0 is for ever.
	AwaitsData time.Duration

	// Between is what becomes of a connection between two requests.
	Between Between

	Ending Ending

	// MostConnections is how many there may be before the listener rests and who
	// comes waits in the kernel; 0 is no bound.
	MostConnections int

	// SaysFull and SaysRoom are logged when there are that many, and when there are fewer again; SaysWaiting, with how many
	// do, when a connection waits for a thread. None says nothing.
	SaysFull, SaysRoom, SaysWaiting string

	// Looks is how often, at least, the thread that accepts looks for connections
	// that have been idle too long, after whatever else has woken it; 0 is at
	// their time. Woken: the end of a request wakes it, too.
	Looks time.Duration
	Woken bool

	// Buffers is how many bytes of answers a thread leaves for the main thread to send
	// before it waits (waitress's outbuf_high_watermark). It then waits until all are sent.
	// 0: every write of a thread waits until the kernel has taken it.
	Buffers int

	// LogsFirst: the access line comes before the answer is written, not after.
	LogsFirst bool

	// SkipsUnsent: an answer that cannot be written has no access line.
	SkipsUnsent bool

	// Fails returns the writes of the answer to a request at which the program
	// raised an exception, and logs it.
	Fails func(x *Exchange, exception string) []string
	// Aborted is the same for an exception that hits the thread from outside, with the
	// request in work or nil; where it is nil, nothing is answered.
	Aborted func(c *Conn, x *Exchange, exception string) []string
}

// Between is what becomes of a connection when a request is answered and its
// client may send another.
type Between uint8

// What becomes of it.
const (
	// Stays: its thread serves what has come already, and leaves when there is nothing.
	Stays Between = iota
	// LinesUp: its thread reads the rest of the body and leaves; if more has come
	// already, the connection stands in line for a thread again (gunicorn 27).
	LinesUp
	// Overlooked: its thread leaves; what has come with the request is not looked
	// at until more comes (gunicorn 20).
	Overlooked
)

// Moment is when a connection takes a thread, or stands in line for one.
type Moment uint8

// The moments.
const (
	AtAccept  Moment = iota // when it is accepted (gunicorn's workers, Flask)
	AtRequest               // when its request is whole (waitress)
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

func (p *parsed) Next(buf []byte, _ bool, head *http1.Head) (event http1.Event, n int) {
	return p.Parser.Next(p.dialect, buf, head)
}

// Ending is how a connection ends behind its last answer.
type Ending struct {
	// Half ends our side first, so that a client of whom something was left unread sees an end before the reset that
	// closing brings (socketserver.TCPServer.shutdown_request).
	Half bool
	// Drains is how long the thread looks whether the client sends more, with its answer sent and nothing closed; if it
	// does, the thread reads to the client's end (Werkzeug since 2.3, WSGIRequestHandler.run_wsgi). 0 is not at all.
	Drains time.Duration
	// Lingers is how long the client's end is waited for, with our side ended and
	// what still comes dropped, up to 64 KiB (gunicorn since 26, close_graceful). 0 is not
	// at all. InMain: the thread that accepts does so, and nothing else meanwhile.
	Lingers time.Duration
	InMain  bool
}

// Layout spells what is sent.
type Layout interface {
	// Interim returns the writes that a request brings before its program is asked: 100 Continue.
	Interim(c *Conn, h *http1.Head) []string
	// Head appends the head of an answer and tells whether the connection stays
	// open behind it.
	Head(dst []byte, x *Exchange, a *http1.Answer) (head []byte, stays bool)
	// Refusal returns the writes of the answer to bytes that are no request; none
	// closes without one.
	Refusal(c *Conn) []string
}

// Endpoint is what the connections of one worker share.
type Endpoint struct {
	*http1.Host
	Behaviour *Behaviour

	// Turn, unless it is nil, is called when the main thread begins anew: where one
	// thread does everything, before and after each connection; else whenever it
	// has been woken. Begun is called with each request.
	Turn, Begun func()

	main        main
	newest      *Conn // the connection accepted last
	connections int
	head        http1.Head
	scratch     []byte
	kept        int
}

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: e, reader: e.Behaviour.Reader()}
	c.Init(c)
	e.newest = c
	e.opened()
	e.woken()
	return &c.Stream
}

// Connections is how many are open.
func (e *Endpoint) Connections() int { return e.connections }

// opened lets the listener rest when there are enough connections.
func (e *Endpoint) opened() {
	e.connections++
	e.sayFull(e.connections - 1)
	e.rest()
	if e.Behaviour.Looks == 0 {
		e.turn()
	}
}

// closed lets the listener go on when there is room again.
func (e *Endpoint) closed() {
	e.connections--
	e.sayFull(e.connections + 1)
	e.rest()
	if e.Behaviour.Looks == 0 {
		e.turn()
	}
}
