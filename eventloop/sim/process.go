package sim

import (
	"errors"
	"net/netip"
	"runtime"
	"slices"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Process is one process of the world: the Clock and the Poller of its loop.
type Process struct {
	world    *World
	resume   chan struct{}
	deadline time.Duration // of what it waits for; below 0 for none
	asleep   bool          // sleeps, whatever becomes ready
	woken    bool
	ended    bool
	killed   bool     // its goroutine must not come back
	sockets  []socket // by handle
	active   []eventloop.Handle
	free     []eventloop.Handle
}

// socket is a listener or a connection as one process sees it.
type socket struct {
	listener    *Listener
	client      *Client
	read, write bool
	active      bool // may be ready
}

// Process returns a process that runs main when the world runs.
func (w *World) Process(main func(p *Process)) *Process {
	p := &Process{world: w, resume: make(chan struct{}), deadline: -1, woken: true}
	w.processes = append(w.processes, p)
	go func() {
		p.await()
		p.woken = false
		main(p)
		p.die()
		w.pass(p)
	}()
	return p
}

// await waits for the process's turn. If the process has been killed in the meantime,
// its goroutine ends here.
func (p *Process) await() {
	<-p.resume
	if p.killed {
		runtime.Goexit()
	}
}

// Kill ends the process wherever it is, as SIGKILL does: the kernel closes what it had
// open. Events of the world call it, not the process itself.
func (p *Process) Kill() {
	if !p.ended {
		p.killed = true
		p.die()
		close(p.resume)
	}
}

// die closes what the process has left open.
func (p *Process) die() {
	p.ended, p.deadline = true, -1
	for h := range p.sockets {
		p.release(&p.sockets[h])
	}
}

// release closes one socket.
func (p *Process) release(s *socket) {
	if s.client != nil {
		s.client.serverCloses()
	}
	if s.listener != nil {
		s.listener.disown(p)
	}
	s.client, s.listener = nil, nil
}

// canGoOn reports whether what the process waits for has come.
func (p *Process) canGoOn() bool {
	switch {
	case p.ended:
		return false
	case p.deadline >= 0 && p.deadline <= p.world.now:
		return true
	case p.asleep:
		return false
	}
	return p.woken || p.anyReady()
}

// wait gives the others their turn until the process can go on.
func (p *Process) wait(d time.Duration) {
	p.deadline = -1
	if d >= 0 {
		p.deadline = p.world.now + d
	}
	if p.world.pass(p) {
		p.await()
	}
	p.deadline = -1
}

// Await waits until done reports true, or until d has passed, and returns which it was.
// done is called after each Wake. It is for processes that play a part in the world
// instead of running a loop.
func (p *Process) Await(d time.Duration, done func() bool) bool {
	end := p.world.now + d
	for {
		p.woken = false
		switch {
		case done():
			return true
		case p.world.now >= end:
			return false
		}
		p.wait(end - p.world.now)
	}
}

// Now implements eventloop.Clock.
func (p *Process) Now() time.Time { return p.world.start.Add(p.world.now) }

// Monotonic implements eventloop.Clock.
func (p *Process) Monotonic() time.Duration { return p.world.now }

// Sleep implements eventloop.Clock. The other processes continue.
func (p *Process) Sleep(d time.Duration) {
	p.asleep = true
	p.wait(d)
	p.asleep = false
}

// Wait implements eventloop.Poller.
func (p *Process) Wait(timeout time.Duration, events []eventloop.Event) ([]eventloop.Event, error) {
	if timeout != 0 && !p.woken && !p.anyReady() {
		p.forget()
		p.wait(timeout)
	}
	p.woken = false
	return p.collect(events), nil
}

// Wake implements eventloop.Poller; here it is called by what happens in the
// world, which has but one thread of control.
func (p *Process) Wake() { p.woken = true }

// touch notes that a socket may have become ready.
func (p *Process) touch(h eventloop.Handle) {
	if s := &p.sockets[h]; !s.active {
		s.active = true
		p.active = append(p.active, h)
	}
}

func (p *Process) anyReady() bool {
	for _, h := range p.active {
		if s := &p.sockets[h]; s.write && s.writable() || s.read && s.readable() {
			return true
		}
	}
	return false
}

// forget drops the sockets that have nothing to read, so that what becomes ready
// is found in the order in which it does.
func (p *Process) forget() {
	p.active = slices.DeleteFunc(p.active, func(h eventloop.Handle) bool {
		s := &p.sockets[h]
		s.active = s.readable()
		return !s.active
	})
}

// collect lists the sockets that are ready and forgets those that are not.
func (p *Process) collect(events []eventloop.Event) []eventloop.Event {
	still := p.active[:0]
	for _, h := range p.active {
		s := &p.sockets[h]
		if e := s.event(h); e.Read || e.Write {
			events = append(events, e)
		} else if !s.readable() {
			s.active = false
			continue
		}
		still = append(still, h)
	}
	p.active = still
	return events
}

func (s *socket) event(h eventloop.Handle) eventloop.Event {
	return eventloop.Event{
		Handle: h, Read: s.read && s.readable(), Write: s.write && s.writable(),
		HangUp: s.client != nil && s.client.reset,
	}
}

func (s *socket) readable() bool {
	switch {
	case s.listener != nil:
		return len(s.listener.queue) > 0
	case s.client != nil:
		return len(s.client.toServer) > 0 || s.client.half || s.client.reset
	}
	return false
}

func (s *socket) writable() bool {
	c := s.client
	return c == nil || !c.stopped || c.room > 0 || c.reset
}

// add gives a socket a handle, of a closed one if there is one.
func (p *Process) add(s socket) eventloop.Handle {
	last := len(p.free) - 1
	if last < 0 {
		p.sockets = append(p.sockets, s)
		return eventloop.Handle(len(p.sockets) - 1)
	}
	h := p.free[last]
	p.free = p.free[:last]
	s.active = p.sockets[h].active
	p.sockets[h] = s
	p.touch(h)
	return h
}

// Adopt makes a listening socket one of this process's own.
func (p *Process) Adopt(l *Listener) eventloop.Handle {
	h := p.add(socket{listener: l})
	l.owners = append(l.owners, owner{p, h})
	return h
}

// Watch implements eventloop.Poller.
func (p *Process) Watch(h eventloop.Handle, read, write bool) error {
	s := &p.sockets[h]
	s.read, s.write = read, write
	p.touch(h)
	return nil
}

// Backlog tells what waits to be accepted, as eventloop.Server asks.
func (p *Process) Backlog(h eventloop.Handle) (waiting, limit int, err error) {
	l := p.sockets[h].listener
	return len(l.queue), l.backlog, nil
}

// Accept implements eventloop.Poller.
func (p *Process) Accept(h eventloop.Handle) (eventloop.Handle, netip.AddrPort, error) {
	l := p.sockets[h].listener
	if len(l.queue) == 0 {
		return 0, netip.AddrPort{}, eventloop.ErrAgain
	}
	c := l.queue[0]
	l.queue = l.queue[1:]
	c.Accepted = p.world.now
	c.server = owner{p, p.add(socket{client: c})}
	c.Changed()
	return c.server.handle, c.addr, nil
}

// Peerless implements eventloop.Poller. A connection always knows its client here.
func (p *Process) Peerless(eventloop.Handle) bool { return false }

// Shed implements eventloop.Poller; this world has no lack of descriptors.
func (p *Process) Shed(eventloop.Handle) bool { return true }

// LocalAddr implements eventloop.Poller.
func (p *Process) LocalAddr(eventloop.Handle) netip.AddrPort {
	return netip.AddrPortFrom(loopback, Port)
}

// Gone implements eventloop.Poller.
func (p *Process) Gone(h eventloop.Handle) bool { return p.sockets[h].client.reset }

var errReset = errors.New("connection reset by peer")

// Read implements eventloop.Poller.
func (p *Process) Read(h eventloop.Handle, b []byte) (int, error) {
	c := p.sockets[h].client
	switch {
	case len(c.toServer) > 0: // Linux gives what came before a reset
		n := copy(b, c.toServer)
		c.toServer = c.toServer[n:]
		return n, nil
	case c.reset:
		return 0, errReset
	case c.half:
		return 0, nil
	}
	return 0, eventloop.ErrAgain
}

// Write implements eventloop.Poller: clients read at once, unless they have
// stopped.
func (p *Process) Write(h eventloop.Handle, b []byte) (int, error) {
	c := p.sockets[h].client
	if c.reset {
		return 0, errReset
	}
	if n := c.take(b); n > 0 {
		return n, nil
	}
	return 0, eventloop.ErrAgain
}

// CloseWrite implements eventloop.Poller. A client takes it for the end.
func (p *Process) CloseWrite(h eventloop.Handle) error {
	p.sockets[h].client.end(false)
	return nil
}

// Close implements eventloop.Poller.
func (p *Process) Close(h eventloop.Handle) error {
	s := &p.sockets[h]
	p.release(s)
	*s = socket{active: s.active}
	p.free = append(p.free, h)
	return nil
}
