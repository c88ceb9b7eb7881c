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
	date        string // of a second; none when it is over
	second      eventloop.Timer

	head    http1.Head
	scratch []byte
}

// NewEndpoint makes one that serves a worker's connections.
func NewEndpoint(h *http1.Host, v Version) *Endpoint { return &Endpoint{Host: h, version: v} }

// Listening starts the watch over slow requests (setupConnectionsTracking).
func (s *Endpoint) Listening(*eventloop.Server) { s.check() }

// Connections is how many connections are open.
func (s *Endpoint) Connections() int { return len(s.connections) }

// Accept makes the connection of an accepted socket.
func (s *Endpoint) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{endpoint: s, place: -1}
	c.Init(c)
	return &c.Stream
}

// check waits for the next look at the connections.
func (s *Endpoint) check() {
	s.Loop().After(&s.checking, connectionsCheckingInterval, (*checkConnections)(s))
}

// checkConnections ends those whose request takes too long to come, oldest first.
type checkConnections Endpoint

func (k *checkConnections) Run() {
	s, now := (*Endpoint)(k), k.Loop().Now()
	s.check()
	var expired []*Conn
	for _, c := range s.connections {
		if c.expired(now) {
			expired = append(expired, c)
		}
	}
	slices.SortStableFunc(expired, func(a, b *Conn) int { return int(a.began - b.began) })
	for _, c := range expired {
		c.waits = false
		c.clientError(requestTimedOut)
	}
}

func (s *Endpoint) add(c *Conn) {
	c.place = int32(len(s.connections))
	s.connections = append(s.connections, c)
}

func (s *Endpoint) remove(c *Conn) {
	if c.place < 0 {
		return
	}
	last := len(s.connections) - 1
	s.connections[c.place], s.connections[last].place = s.connections[last], c.place
	s.connections[last] = nil
	s.connections = s.connections[:last]
	c.place = -1
}

// utcDate is the value of the Date line: that of a second ends with a timer, so late where the loop is blocked.
func (s *Endpoint) utcDate() string {
	if s.date == "" {
		now := s.Loop().Clock().Now()
		s.date = now.UTC().Format(http.TimeFormat)
		s.Loop().After(&s.second, time.Second-time.Duration(now.Nanosecond()).Truncate(time.Millisecond), (*resetCache)(s))
	}
	return s.date
}

// resetCache is the end of a second.
type resetCache Endpoint

func (r *resetCache) Run() { r.date = "" }
