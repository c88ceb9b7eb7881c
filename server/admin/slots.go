package admin

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// The limits of Slots.
const (
	fewestSlots = 4
	mostSlots   = 128
)

// Slots is how many connections the address may have at once, in a process that may open this many descriptors: an
// eighth of them, within limits. The served port must leave it as many, and has all others whatever clients of this
// address do.
func Slots(descriptors int) int { return min(max(fewestSlots, descriptors/8), mostSlots) }

// activity is what a connection does.
type activity int

// The activities. A new connection may replace one that does an earlier of these, rather than a later.
const (
	idle     activity = iota // it has no request, or only a part of its head
	replying                 // it has a request, and its answer is being written
	asking                   // it has a request, for which the workers are being asked
)

func (a activity) String() string { return [...]string{"idle", "replying", "asking"}[a] }

// slots is a listener that bounds its connections. If all slots are taken, a new connection replaces the one that has
// been idle longest, or else one that reads its answer slowly, which is closed. While the workers are being asked for a
// connection, it keeps its slot; that is not for long: see mostWaits.
type slots struct {
	net.Listener
	most func() int

	mu      sync.Mutex
	changed sync.Cond // a new connection may now get a slot
	closed  bool
	taken   map[*conn]struct{}
	clock   uint64 // counts changes of activity
}

// conn is one connection, which takes a slot.
type conn struct {
	net.Conn
	slots    *slots
	activity activity
	since    uint64 // by the clock of slots
	released bool
}

func bounded(l net.Listener, most func() int) *slots {
	s := &slots{Listener: l, most: most, taken: map[*conn]struct{}{}}
	s.changed.L = &s.mu
	return s
}

// Accept returns a connection once there is a slot for it.
func (s *slots) Accept() (net.Conn, error) {
	accepted, err := s.Listener.Accept()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.closed && len(s.taken) >= s.most() {
		if victim := s.victim(); victim != nil {
			victim.release()
		} else {
			s.changed.Wait()
		}
	}
	if s.closed {
		_ = accepted.Close()
		return nil, net.ErrClosed
	}
	c := &conn{Conn: accepted, slots: s}
	s.taken[c] = struct{}{}
	c.set(idle)
	return c, nil
}

// victim is the connection to close for a new one, or nil.
func (s *slots) victim() (found *conn) {
	for c := range s.taken {
		if c.activity != asking && (found == nil || c.activity < found.activity || c.activity == found.activity && c.since < found.since) {
			found = c
		}
	}
	return found
}

// Close also ends an Accept that waits for a slot.
func (s *slots) Close() error {
	s.mu.Lock()
	s.closed = true
	s.changed.Broadcast()
	s.mu.Unlock()
	return s.Listener.Close()
}

// set notes what the connection does from now on. The caller holds the lock.
func (c *conn) set(a activity) {
	c.slots.clock++
	c.activity, c.since = a, c.slots.clock
	if a != asking {
		c.slots.changed.Signal()
	}
}

// release closes the connection and frees its slot. The caller holds the lock.
func (c *conn) release() {
	if !c.released {
		c.released = true
		delete(c.slots.taken, c)
		c.slots.changed.Signal()
		_ = c.Conn.Close() // the http.Server notices when it reads or writes
	}
}

// Close frees the slot.
func (c *conn) Close() error {
	c.slots.mu.Lock()
	defer c.slots.mu.Unlock()
	c.release()
	return nil
}

// CloseWrite ends our side first, so that a client that has sent more than was read still gets its answer.
func (c *conn) CloseWrite() error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.CloseWrite()
	}
	return nil
}

// connKey is the key of the connection in a request's context.
type connKey struct{}

func withConn(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, connKey{}, c)
}

// setActivity notes what a request's connection does from now on, if it has a slot.
func setActivity(ctx context.Context, a activity) {
	if c, ok := ctx.Value(connKey{}).(*conn); ok {
		c.slots.mu.Lock()
		defer c.slots.mu.Unlock()
		c.set(a)
	}
}

// tracked notes when each request begins and ends. Handlers note when they ask the workers.
func tracked(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		setActivity(req.Context(), replying)
		defer setActivity(req.Context(), idle)
		next.ServeHTTP(rw, req)
	})
}
