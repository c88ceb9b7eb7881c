package memnet

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// room is how many unread bytes one direction of a connection holds: the buffers of
// two sockets.
const room = 512 << 10

// Network is the Poller of one loop, with at most one listener, and the network through which clients
// reach it.
type Network struct {
	mu       sync.Mutex // of everything, connections included
	sockets  []*socket  // by handle; nil where one is closed
	free     []eventloop.Handle
	touched  []*socket // that may be ready
	spare    []*socket // emptied; the two take turns
	listener *socket
	backlog  int
	queue    []*link // connected and not accepted
	ports    uint16
	woken    bool
	bell     chan struct{} // of size 1
}

// socket is what a handle names: the listener, or our end of a connection.
type socket struct {
	handle      eventloop.Handle
	link        *link // nil for the listener
	read, write bool  // are of interest
	touched     bool  // in the list
}

// New returns a network without a listener. Inside a bubble of testing/synctest, call
// it there.
func New() *Network { return &Network{ports: firstPort, bell: make(chan struct{}, 1)} }

// The ports of clients, as Linux gives them out.
const firstPort, lastPort = 32768, 60999

var (
	loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	// Addr is where the listener seems to be.
	Addr = netip.AddrPortFrom(loopback, 8080)
)

// Listen opens the listener.
func (n *Network) Listen(backlog int) eventloop.Handle {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.backlog = backlog
	n.listener = n.add(nil)
	return n.listener.handle
}

// Dial connects. While the queue of connections not yet accepted is full, it tries again
// after 1 s, 2 s, 4 s and so on, as Linux sends its SYN again.
func (n *Network) Dial(ctx context.Context) (*Conn, error) {
	for again := time.Second; ; again *= 2 {
		conn, err := n.knock()
		if conn != nil || err != nil {
			return conn, err
		}
		timer := time.NewTimer(again)
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(Addr), Err: context.Cause(ctx)}
		}
	}
}

// knock connects if there is a place, and fails if there is no listener.
func (n *Network) knock() (*Conn, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.listener == nil:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Addr: net.TCPAddrFromAddrPort(Addr), Err: syscall.ECONNREFUSED}
	case len(n.queue) > n.backlog:
		return nil, nil
	}
	if n.ports++; n.ports > lastPort {
		n.ports = firstPort
	}
	l := &link{network: n, client: netip.AddrPortFrom(loopback, n.ports)}
	l.changed.L = &n.mu
	n.queue = append(n.queue, l)
	n.touch(n.listener)
	return &Conn{link: l}, nil
}

func (n *Network) add(l *link) *socket {
	s := &socket{handle: eventloop.Handle(len(n.sockets)), link: l}
	if last := len(n.free) - 1; last >= 0 {
		s.handle, n.free = n.free[last], n.free[:last]
		n.sockets[s.handle] = s
	} else {
		n.sockets = append(n.sockets, s)
	}
	return s
}

// touch has the next Wait look at a socket, and ends one that waits.
func (n *Network) touch(s *socket) {
	if s == nil || s.touched {
		return
	}
	s.touched = true
	n.touched = append(n.touched, s)
	n.ring()
}

func (n *Network) ring() {
	select {
	case n.bell <- struct{}{}:
	default: // it rings already
	}
}

// Wait implements eventloop.Poller.
func (n *Network) Wait(timeout time.Duration, events []eventloop.Event) ([]eventloop.Event, error) {
	var over <-chan time.Time
	if timeout > 0 {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		over = timer.C
	}
	had := len(events)
	for {
		var woken bool
		events, woken = n.collect(events)
		if len(events) > had || woken || timeout == 0 {
			return events, nil
		}
		select {
		case <-n.bell:
		case <-over:
			return events, nil
		}
	}
}

// collect lists what is ready, and forgets what is not.
func (n *Network) collect(events []eventloop.Event) ([]eventloop.Event, bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	look := n.touched
	n.touched = n.spare[:0]
	for i, s := range look {
		look[i], s.touched = nil, false
		if n.sockets[s.handle] != s {
			continue // closed
		}
		read, write := s.read && n.readable(s), s.write && s.link != nil && s.link.writable()
		if !read && !write {
			continue
		}
		hangUp := s.link != nil && s.link.broken
		events = append(events, eventloop.Event{Handle: s.handle, Read: read, Write: write, HangUp: hangUp})
		s.touched = true
		n.touched = append(n.touched, s)
	}
	n.spare = look[:0]
	woken := n.woken
	n.woken = false
	return events, woken
}

func (n *Network) readable(s *socket) bool {
	if s.link == nil {
		return len(n.queue) > 0
	}
	return s.link.readable()
}

// Wake implements eventloop.Poller.
func (n *Network) Wake() {
	n.mu.Lock()
	n.woken = true
	n.mu.Unlock()
	n.ring()
}

// Watch implements eventloop.Poller.
func (n *Network) Watch(h eventloop.Handle, read, write bool) error {
	return n.with(h, func(s *socket) error {
		s.read, s.write = read, write
		n.touch(s)
		return nil
	})
}

// with calls f with an open socket.
func (n *Network) with(h eventloop.Handle, f func(*socket) error) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if h < 0 || int(h) >= len(n.sockets) || n.sockets[h] == nil {
		return net.ErrClosed
	}
	return f(n.sockets[h])
}

// withLink is with for connections.
func (n *Network) withLink(h eventloop.Handle, f func(*link) error) error {
	return n.with(h, func(s *socket) error {
		if s.link == nil {
			return errors.ErrUnsupported
		}
		return f(s.link)
	})
}

// Accept implements eventloop.Poller.
func (n *Network) Accept(listener eventloop.Handle) (eventloop.Handle, netip.AddrPort, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.listener == nil || n.listener.handle != listener:
		return 0, netip.AddrPort{}, net.ErrClosed
	case len(n.queue) == 0:
		return 0, netip.AddrPort{}, eventloop.ErrAgain
	}
	l := n.queue[0]
	n.queue = n.queue[1:]
	l.server = n.add(l)
	return l.server.handle, l.client, nil
}

// Peerless implements eventloop.Poller. A connection always knows its client here.
func (n *Network) Peerless(eventloop.Handle) bool { return false }

// Shed implements eventloop.Poller: there is no lack of descriptors here.
func (n *Network) Shed(eventloop.Handle) bool { return true }

// LocalAddr implements eventloop.Poller.
func (n *Network) LocalAddr(eventloop.Handle) netip.AddrPort { return Addr }

// Gone implements eventloop.Poller.
func (n *Network) Gone(h eventloop.Handle) (gone bool) {
	err := n.withLink(h, func(l *link) error {
		gone = l.broken
		return nil
	})
	return gone || err != nil
}

// Read implements eventloop.Poller.
func (n *Network) Read(h eventloop.Handle, p []byte) (count int, err error) {
	err = n.withLink(h, func(l *link) (err error) {
		count, err = l.serverReads(p)
		return err
	})
	return count, err
}

// Write implements eventloop.Poller.
func (n *Network) Write(h eventloop.Handle, p []byte) (count int, err error) {
	err = n.withLink(h, func(l *link) (err error) {
		count, err = l.serverWrites(p)
		return err
	})
	return count, err
}

// CloseWrite implements eventloop.Poller.
func (n *Network) CloseWrite(h eventloop.Handle) error {
	return n.withLink(h, func(l *link) error {
		l.toClient.ended = true
		l.changed.Broadcast()
		return nil
	})
}

// Close implements eventloop.Poller.
func (n *Network) Close(h eventloop.Handle) error {
	return n.with(h, func(s *socket) error {
		n.sockets[h] = nil
		n.free = append(n.free, h)
		if s.link != nil {
			s.link.serverCloses()
			return nil
		}
		n.listener = nil
		for _, l := range n.queue {
			l.cut()
		}
		n.queue = nil
		return nil
	})
}

// Release closes what is still open.
func (n *Network) Release() error {
	for h := range n.sockets {
		_ = n.Close(eventloop.Handle(h)) // it may be closed
	}
	return nil
}
