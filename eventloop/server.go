package eventloop

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"syscall"
	"time"
)

// Server accepts connections on one listening socket.
type Server struct {
	loop    *Loop
	handle  Handle
	accept  func(*Loop, Handle, netip.AddrPort) *Stream
	onError func(err error, shed bool)
	failure time.Duration // when accept failed last; 0 if it never has
	rest    Timer
	retry   time.Duration // how long the listener rests after this failure, see RetryAfter
	ahead   *Stream       // accepted, and not yet on its way to its protocol
	state   serverState

	closing sync.Mutex // held while the socket is closed, or another goroutine asks about it
	closed  bool
}

type serverState uint8

const (
	isAccepting    serverState = iota
	acceptsNothing             // until Resume
	isShut
)

// Serve accepts connections from a listening socket. makeStream returns the stream
// of a new connection, with its protocol set. onError is called when accept begins
// to fail, and not again until it has not failed for a while. shed says that new
// connections are accepted and closed; otherwise the loop tries again after AcceptRest.
func (l *Loop) Serve(
	h Handle, makeStream func(*Loop, Handle, netip.AddrPort) *Stream, onError func(err error, shed bool),
) (*Server, error) {
	s := &Server{loop: l, handle: h, accept: makeStream, onError: onError}
	if err := l.poller.Watch(h, true, false); err != nil {
		return nil, err
	}
	l.servers = append(l.servers, s)
	return s, nil
}

// Handle returns the listening socket.
func (s *Server) Handle() Handle { return s.handle }

// Local returns the address of the listening socket.
func (s *Server) Local() netip.AddrPort { return s.loop.poller.LocalAddr(s.handle) }

// Close stops accepting and closes the listening socket. Other processes may
// hold it too, in which case closing alone would not end the poller's interest.
func (s *Server) Close() error {
	s.state = isShut
	_ = s.loop.poller.Watch(s.handle, false, false)
	for i, other := range s.loop.servers {
		if other == s {
			s.loop.servers = append(s.loop.servers[:i], s.loop.servers[i+1:]...)
			break
		}
	}
	return s.closeSocket()
}

func (s *Server) closeSocket() error {
	s.closing.Lock()
	defer s.closing.Unlock()
	s.closed = true
	return s.loop.poller.Close(s.handle)
}

// Pause leaves new connections in the kernel's queue until Resume, also within a turn.
func (s *Server) Pause() { s.become(acceptsNothing) }

// Resume accepts again.
func (s *Server) Resume() { s.become(isAccepting) }

func (s *Server) become(to serverState) {
	if s.state == to || s.state == isShut {
		return
	}
	s.state = to
	_ = s.loop.poller.Watch(s.handle, to == isAccepting, false)
}

// acceptReady is the step of a listener that is ready.
type acceptReady Server

func (a *acceptReady) Run() {
	s := (*Server)(a)
	if s.ahead != nil { // it does not wait for readiness at the moment
		return
	}
	most := s.loop.flavour.AcceptsPerTurn
	for n := 0; most == 0 || n < most; n++ {
		st := s.take()
		if st == nil {
			return
		}
		s.loop.Soon((*connect)(st))
	}
	s.takeAhead()
}

// take accepts one connection, or returns nil.
func (s *Server) take() *Stream {
	if s.state != isAccepting {
		return nil
	}
	h, from, err := s.acceptOne()
	if err != nil {
		s.failed(err)
		return nil
	}
	if !s.loop.flavour.AcceptTells && s.loop.poller.Peerless(h) {
		from = netip.AddrPort{}
	}
	st := s.accept(s.loop, h, from)
	st.loop, st.handle, st.peer = s.loop, h, compact(from)
	st.steps = uint8(s.loop.flavour.AcceptSteps)
	s.loop.register(st)
	s.loop.accepted()
	return st
}

// acceptOne accepts, if there is room. As the kernel does, it looks for a descriptor first, and only then for a
// connection.
func (s *Server) acceptOne() (Handle, netip.AddrPort, error) {
	if s.loop.HasRoom != nil && !s.loop.HasRoom(s.loop.open) {
		return 0, netip.AddrPort{}, errNoRoom
	}
	return s.loop.poller.Accept(s.handle)
}

var errNoRoom = fmt.Errorf("accept: %w: %w", ErrNoResources, syscall.EMFILE)

// takeAhead accepts a connection that goes on in the next turn, by flavour.
func (s *Server) takeAhead() {
	if !s.loop.flavour.AcceptsOneAhead {
		return
	}
	if s.ahead = s.take(); s.ahead != nil {
		s.loop.Soon((*acceptedAhead)(s))
	}
}

// acceptedAhead is the step of a listener that has taken a connection ahead.
type acceptedAhead Server

func (a *acceptedAhead) Run() {
	s := (*Server)(a)
	s.loop.Soon((*connect)(s.ahead))
	s.takeAhead()
}

// failed deals with a connection that could not be taken.
func (s *Server) failed(err error) {
	if errors.Is(err, ErrAgain) {
		return
	}
	shed := errors.Is(err, ErrNoResources) && s.loop.flavour.ShedsLoad && s.loop.poller.Shed(s.handle)
	s.retry = s.loop.flavour.AcceptRest
	s.report(err, shed)
	if !shed {
		_ = s.loop.poller.Watch(s.handle, false, false)
		s.loop.After(&s.rest, s.retry, (*acceptAgain)(s))
	}
}

// RetryAfter is for onError: the listener rests for that long, instead of AcceptRest.
func (s *Server) RetryAfter(rest time.Duration) { s.retry = rest }

// recovery is the time without a failure after which the next one is reported again.
const recovery = 5 * time.Second

// report calls onError, unless the failure goes on and one report is enough.
func (s *Server) report(err error, shed bool) {
	now := s.loop.Now()
	if s.failure == 0 || now-s.failure > recovery || s.loop.flavour.TellsEachRest {
		s.onError(err, shed)
	}
	s.failure = now
}

// acceptAgain is the step that ends a listener's rest.
type acceptAgain Server

func (a *acceptAgain) Run() {
	if a.state == isAccepting {
		_ = a.loop.poller.Watch(a.handle, true, false)
	}
}

// connect is a step of a connection on its way from accept to its protocol.
type connect Stream

func (c *connect) Run() {
	s := (*Stream)(c)
	if s.steps--; s.steps > 0 {
		s.loop.Soon(c)
		return
	}
	s.input = inputIsRead
	s.protocol.ConnectionMade() // which may pause it
	s.connected = true
	if s.input == inputIsRead {
		s.watch()
	}
}
