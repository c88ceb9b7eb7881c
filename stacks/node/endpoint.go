package node

import (
	"net/http"
	"net/netip"
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/http1"
)

// Defaults of http.createServer.
const (
	headersTimeout              = 60 * time.Second
	requestTimeout              = 300 * time.Second
	connectionsCheckingInterval = 30 * time.Second
)

// Endpoint is what the connections of one process share: http.Server.
type Endpoint struct {
	*http1.Host
	version Version

	connections []*Conn
	kept        int // bytes of heads that are not complete, over all connections
	checking    eventloop.Timer
	date        string // of the current second, or none
	second      eventloop.Timer

	head    http1.Head
	scratch []byte
}

// NewEndpoint makes one for the connections of a worker.
func NewEndpoint(h *http1.Host, v Version) *Endpoint { return &Endpoint{Host: h, version: v} }

// Listening starts the periodic check for slow requests (setupConnectionsTracking).
func (e *Endpoint) Listening(*eventloop.Server) { e.check() }

// Connections is how many connections are open.
func (e *Endpoint) Connections() int { return len(e.connections) }

// Accept makes the connection of an accepted socket.
func (e *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: e, place: -1}
	c.Init(c)
	return &c.Stream
}

// check schedules the next check of the connections.
func (e *Endpoint) check() {
	e.Loop().After(&e.checking, connectionsCheckingInterval, (*checkConnections)(e))
}

// checkConnections ends the connections whose request takes too long to come, oldest first.
type checkConnections Endpoint

func (k *checkConnections) Run() {
	e, now := (*Endpoint)(k), k.Loop().Now()
	e.check()
	var expired []*Conn
	for _, c := range e.connections {
		if c.expired(now) {
			expired = append(expired, c)
		}
	}
	slices.SortStableFunc(expired, func(a, b *Conn) int { return int(a.began - b.began) })
	for _, c := range expired {
		c.incoming = whole // it does not expire again
		c.clientError(requestTimedOut)
	}
}

func (e *Endpoint) add(c *Conn) {
	c.place = int32(len(e.connections))
	e.connections = append(e.connections, c)
}

func (e *Endpoint) remove(c *Conn) {
	if c.place < 0 {
		return
	}
	last := len(e.connections) - 1
	e.connections[c.place], e.connections[last].place = e.connections[last], c.place
	e.connections[last] = nil
	e.connections = e.connections[:last]
	c.place = -1
}

// utcDate is the value of the Date line. A timer ends its second, and so it is out of date while the loop is blocked.
func (e *Endpoint) utcDate() string {
	if e.date == "" {
		now := e.Loop().Clock().Now()
		e.date = now.UTC().Format(http.TimeFormat)
		e.Loop().After(&e.second, time.Second-time.Duration(now.Nanosecond()).Truncate(time.Millisecond), (*resetCache)(e))
	}
	return e.date
}

// resetCache is the end of a second.
type resetCache Endpoint

func (r *resetCache) Run() { r.date = "" }
