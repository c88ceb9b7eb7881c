package eventloop

// backlogPoller is a Poller that knows the kernel's queue of a listening socket. Any goroutine may ask, as long as the
// socket is open.
type backlogPoller interface {
	// Backlog is how many connections wait to be accepted, and for how many the kernel has room before it lets new ones
	// wait for their handshake.
	Backlog(listener Handle) (waiting, limit int, err error)
}

// Backlog is how many connections wait in the kernel to be accepted, and how many may. Processes that share the socket
// share the queue. It is unknown where the poller cannot tell, and once the socket is closed. Any goroutine may call it,
// also while the loop is blocked.
func (s *Server) Backlog() (waiting, limit int, known bool) {
	s.closing.Lock() // another socket could get the handle
	defer s.closing.Unlock()
	p, can := s.loop.poller.(backlogPoller)
	if !can || s.closed {
		return 0, 0, false
	}
	waiting, limit, err := p.Backlog(s.handle)
	return waiting, limit, err == nil
}
