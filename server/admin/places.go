package admin

import (
	"context"
	"net"
	"net/http"
	"sync"
)

// The connections that the address has at once: an eighth of the descriptors that the process may open, within these.
const (
	fewestPlaces = 4
	mostPlaces   = 128
)

// Places is how many connections the address has at once, in a process that may open so many descriptors. The served
// port must leave it as many, and has the rest for itself whatever clients of this address do.
func Places(descriptors int) int { return min(max(fewestPlaces, descriptors/8), mostPlaces) }

// activity is what happens on a connection.
type activity int

const (
	idle     activity = iota // no request has come, or not the whole of its head
	replying                 // a request has come, or its answer is being written
	asking                   // the workers are being asked
)

// places is a listener that bounds its connections. If all places are taken, one who comes has that of the one who has
// been idle longest, or else of one who reads its answer slowly: the connection is closed. Those for whom the workers are
// being asked keep theirs, which is not for long: see mostWaiting.
type places struct {
	net.Listener
	most func() int

	mu     sync.Mutex
	free   sync.Cond // something has changed that who comes may be waiting for
	closed bool
	taken  map[*place]struct{}
	clock  uint64 // counts changes
}

// place is one connection.
type place struct {
	net.Conn
	of      *places
	does    activity
	since   uint64 // by the clock of places
	vacated bool
}

func bounded(l net.Listener, most func() int) *places {
	p := &places{Listener: l, most: most, taken: map[*place]struct{}{}}
	p.free.L = &p.mu
	return p
}

// Accept waits until there is a place for the next connection as well.
func (p *places) Accept() (net.Conn, error) {
	conn, err := p.Listener.Accept()
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed && len(p.taken) >= p.most() {
		if victim := p.dispensable(); victim != nil {
			victim.vacate()
		} else {
			p.free.Wait()
		}
	}
	if p.closed {
		_ = conn.Close()
		return nil, net.ErrClosed
	}
	c := &place{Conn: conn, of: p}
	p.taken[c] = struct{}{}
	c.becomes(idle)
	return c, nil
}

// dispensable is whose place may be had, or nil.
func (p *places) dispensable() (found *place) {
	for c := range p.taken {
		if c.does != asking && (found == nil || c.does < found.does || c.does == found.does && c.since < found.since) {
			found = c
		}
	}
	return found
}

// Close also ends an Accept that waits for a place.
func (p *places) Close() error {
	p.mu.Lock()
	p.closed = true
	p.free.Broadcast()
	p.mu.Unlock()
	return p.Listener.Close()
}

// becomes needs the lock, as vacate does.
func (c *place) becomes(a activity) {
	c.of.clock++
	c.does, c.since = a, c.of.clock
	if a != asking {
		c.of.free.Signal()
	}
}

func (c *place) vacate() {
	if !c.vacated {
		c.vacated = true
		delete(c.of.taken, c)
		c.of.free.Signal()
		_ = c.Conn.Close() // its server learns of it when it reads or writes
	}
}

// Close gives the place back.
func (c *place) Close() error {
	c.of.mu.Lock()
	defer c.of.mu.Unlock()
	c.vacate()
	return nil
}

// CloseWrite ends our side, so that who has sent more than was read gets the answer all the same.
func (c *place) CloseWrite() error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.CloseWrite()
	}
	return nil
}

// placeKey is under what a request's context has its place.
type placeKey struct{}

func withPlace(ctx context.Context, c net.Conn) context.Context {
	return context.WithValue(ctx, placeKey{}, c)
}

// now says what a request's connection is about, if it has a place.
func now(ctx context.Context, a activity) {
	if c, ok := ctx.Value(placeKey{}).(*place); ok {
		c.of.mu.Lock()
		defer c.of.mu.Unlock()
		c.becomes(a)
	}
}

// placed tells of each request when it begins and ends. Who asks the workers says so meanwhile.
func placed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		now(req.Context(), replying)
		defer now(req.Context(), idle)
		next.ServeHTTP(rw, req)
	})
}
