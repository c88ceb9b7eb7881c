package tomcat

import (
	"net/netip"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/server/http1"
)

// Connector is a version of Tomcat, with the options of its connector that are no settings here (Http11NioProtocol).
type Connector struct {
	*Version
	// MaxConnections is how many there may be before the listener pauses and new connections wait in the kernel.
	MaxConnections int
	// MaxKeepAliveRequests is after how many answers a connection is closed.
	MaxKeepAliveRequests int
	// MaxSwallowSize is how many bytes of a body are read at most only to be dropped.
	MaxSwallowSize int64
}

// NewEndpoint has the connector serve a worker's connections.
func NewEndpoint(h *http1.Host, c Connector) *Endpoint { return &Endpoint{Host: h, connector: c} }

// Serve is [server.Stack.Serve].
func (c Connector) Serve(w *server.Worker) (http1.Endpoint, server.Life) {
	e := NewEndpoint(w.Host(), c)
	e.described = w.Config().Program != nil
	return e, &life{Worker: w, endpoint: e}
}

// Endpoint is what the connections of one worker share (NioEndpoint).
type Endpoint struct {
	*http1.Host
	connector Connector
	described bool // the servlet is one that a file describes: it is mapped to every path
	listener  *eventloop.Server
	open      []*Conn      // each knows its index, Conn.place
	recycled  []*processor // the one that was used last comes last
	wait      eventloop.Timer
	// delay is how long Acceptor waits after the next failure to accept.
	delay time.Duration
	// expiry is when the poller next looks for connections that have been silent for too long. It looks earlier if
	// nothing happens for a selectorTimeout.
	expiry  time.Duration
	scratch []byte
	kept    int // bytes kept of all connections
}

// processor answers requests (Http11Processor). When a connection no longer needs it, another one gets it, with what it
// remembers: a wrong request line is answered in the version of the processor's last request, on whichever connection
// that was.
type processor struct {
	http11, http09 bool // of the last request; neither is 1.0
	complained     bool // it has logged an error of parsing, and logs no other
}

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	e.delay = 0
	c := &Conn{endpoint: e, left: e.connector.MaxKeepAliveRequests}
	c.in.version = e.connector.Version
	c.Init(c)
	c.place = len(e.open)
	e.open = append(e.open, c)
	if len(e.open) == e.connector.MaxConnections {
		e.listener.Pause()
	}
	return &c.Stream
}

// Listening tells the endpoint of its listener.
func (e *Endpoint) Listening(s *eventloop.Server) { e.listener = s }

// Connections is how many are open.
func (e *Endpoint) Connections() int { return len(e.open) }

// closed takes a connection from the open ones, and resumes the listener if there is room again.
func (e *Endpoint) closed(c *Conn) {
	last := len(e.open) - 1
	e.open[c.place] = e.open[last]
	e.open[c.place].place = c.place
	e.open[last] = nil
	e.open = e.open[:last]
	if len(e.open)+1 == e.connector.MaxConnections {
		e.listener.Resume()
	}
}

// take returns a processor: the one that was given back last, or a new one.
func (e *Endpoint) take() *processor {
	last := len(e.recycled) - 1
	if last < 0 {
		return &processor{http11: true}
	}
	p := e.recycled[last]
	e.recycled = e.recycled[:last]
	return p
}

// give takes a processor back.
func (e *Endpoint) give(p *processor) { e.recycled = append(e.recycled, p) }

// selectorTimeout is how long the poller waits for something to happen, and how often it looks for timeouts while much
// does.
const selectorTimeout = time.Second

// polled is a turn of the poller in which something has happened to a connection (NioEndpoint.Poller.run).
func (e *Endpoint) polled() {
	if e.Loop().Now() >= e.expiry {
		e.expire()
	}
	e.Loop().After(&e.wait, selectorTimeout, eventloop.Func(e.idle))
}

// idle is a turn in which nothing has happened.
func (e *Endpoint) idle() {
	e.expire()
	if len(e.open) > 0 {
		e.Loop().After(&e.wait, selectorTimeout, eventloop.Func(e.idle))
	}
}

// expire hands connections that have been silent for too long to a thread, which closes them.
func (e *Endpoint) expire() {
	now := e.Loop().Now()
	e.expiry = now + selectorTimeout
	for _, c := range e.open {
		if c.state == watched && e.KeepAlive > 0 && now-c.lastRead >= e.KeepAlive {
			c.expired = true
			c.takeThread()
		}
	}
}
