package eventloop

import (
	"errors"
	"fmt"
	"net/netip"
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
	ahead   *Stream // taken, and not on its way yet
	paused  bool
	closed  bool
}

// Serve accepts connections from a listening socket. make returns the stream
// of a new connection, with its protocol set. onError is told when accept begins
// to fail, once until it has not failed for a while, and whether who comes is shed:
// accepted and closed. Otherwise the loop tries again after AcceptRest.
func (l *Loop) Serve(h Handle, makeStream func(*Loop, Handle, netip.AddrPort) *Stream, onError func(err error, shed bool)) (*Server, error) {
	s := &Server{loop: l, handle: h, accept: makeStream, onError: onError}
	if err := l.poller.Watch(h, true, false); err != nil {
		return nil, err
	}
	l.servers = append(l.servers, s)
	return s, nil
}

// Handle returns the listening socket.
func (s *Server) Handle() Handle { return s.handle }

// Local returns the address that is listened on.
func (s *Server) Local() netip.AddrPort { return s.loop.poller.LocalAddr(s.handle) }

// Close stops accepting and closes the listening socket. Other processes may
// hold it too, so the poller is told before.
func (s *Server) Close() error {
	s.closed = true
	_ = s.loop.poller.Watch(s.handle, false, false)
	for i, other := range s.loop.servers {
		if other == s {
			s.loop.servers = append(s.loop.servers[:i], s.loop.servers[i+1:]...)
			break
		}
	}
	return s.loop.poller.Close(s.handle)
}

// Pause leaves who comes in the kernel's queue until Resume, also within a turn.
func (s *Server) Pause() { s.setPaused(true) }

// Resume takes up accepting again.
func (s *Server) Resume() { s.setPaused(false) }

func (s *Server) setPaused(on bool) {
	if s.paused == on || s.closed {
		return
	}
	s.paused = on
	_ = s.loop.poller.Watch(s.handle, !on, false)
}

// acceptReady is the step of a listener that is ready.
type acceptReady Server

func (a *acceptReady) Run() {
	s := (*Server)(a)
	if s.ahead != nil { // it does not wait for readiness now
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
	if s.closed || s.paused {
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
	return st
}

// acceptOne accepts, if there is room. As the kernel does, it looks for a descriptor before it looks whether anybody waits.
func (s *Server) acceptOne() (Handle, netip.AddrPort, error) {
	if s.loop.HasRoom != nil && !s.loop.HasRoom(s.loop.open) {
		return 0, netip.AddrPort{}, errNoRoom
	}
	return s.loop.poller.Accept(s.handle)
}

var errNoRoom = fmt.Errorf("accept: %w: %w", ErrNoResources, syscall.EMFILE)

// takeAhead accepts a connection that goes on in the next turn, where the loop
// does so.
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
	s.tell(err, shed)
	if !shed {
		_ = s.loop.poller.Watch(s.handle, false, false)
		s.loop.After(&s.rest, s.loop.flavour.AcceptRest, (*acceptAgain)(s))
	}
}

// recovery is how long accept must not have failed to be said to fail anew.
const recovery = 5 * time.Second

// tell says that accept fails, unless it has been said and once is enough.
func (s *Server) tell(err error, shed bool) {
	now := s.loop.Now()
	if s.failure == 0 || now-s.failure > recovery || s.loop.flavour.TellsEachRest {
		s.onError(err, shed)
	}
	s.failure = now
}

// acceptAgain ends the rest of a listener.
type acceptAgain Server

func (a *acceptAgain) Run() {
	if !a.closed && !a.paused {
		_ = a.loop.poller.Watch(a.handle, true, false)
	}
}

// connect is the way of a connection from accept to its protocol.
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
