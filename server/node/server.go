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

// Server is what the connections of one process share: http.Server.
type Server struct {
	*http1.Host
	behaviour Behaviour

	connections []*Conn
	kept        int // bytes of heads that are not complete, over all connections
	checking    eventloop.Timer
	date        string // of a second; none when it is over
	second      eventloop.Timer

	head    http1.Head
	scratch []byte
	line    []byte
}

// Open makes the http server serve a worker's connections.
func (b Behaviour) Open(h *http1.Host) http1.Endpoint { return &Server{Host: h, behaviour: b} }

// Listening starts the watch over slow requests (setupConnectionsTracking).
func (s *Server) Listening(*eventloop.Server) { s.check() }

// Connections is how many connections are open.
func (s *Server) Connections() int { return len(s.connections) }

// Accept makes the connection of an accepted socket.
func (s *Server) Accept(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream {
	c := &Conn{server: s, place: -1}
	c.Init(c)
	return &c.Stream
}

// check waits for the next look at the connections.
func (s *Server) check() {
	s.Loop().After(&s.checking, connectionsCheckingInterval, (*checkConnections)(s))
}

// checkConnections ends those whose request takes too long to come, oldest first.
type checkConnections Server

func (k *checkConnections) Run() {
	s, now := (*Server)(k), k.Loop().Now()
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

func (s *Server) add(c *Conn) {
	c.place = int32(len(s.connections))
	s.connections = append(s.connections, c)
}

func (s *Server) remove(c *Conn) {
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
func (s *Server) utcDate() string {
	if s.date == "" {
		now := s.Loop().Clock().Now()
		s.date = now.UTC().Format(http.TimeFormat)
		s.Loop().After(&s.second, time.Second-time.Duration(now.Nanosecond()).Truncate(time.Millisecond), (*resetCache)(s))
	}
	return s.date
}

// resetCache is the end of a second.
type resetCache Server

func (r *resetCache) Run() { r.date = "" }
