//go:build !linux || portable

package eventloop

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"sync"
	"time"
)

// Portable is the Poller of systems without epoll: level-triggered like Epoll,
// on the readiness that Go's runtime knows. One goroutine waits for each
// direction of a socket that is of interest and was not ready when Wait looked;
// it only waits. What is ready stays in the system until the loop takes it.
//
// It differs from Epoll in two ways: a socket that becomes ready is seen when its
// goroutine has run, so a Wait of no length may leave it to the next one; and a
// connection that is watched costs a goroutine. For the differences on systems
// without Unix sockets see netListener and netConn.
type Portable struct {
	sockets []*entry // by handle
	free    []Handle
	look    []*entry // sockets that the next Wait checks
	looking []*entry // empty; the two take turns
	timer   *time.Timer
	bell    chan struct{}
	waiting sync.WaitGroup

	news struct {
		sync.Mutex
		ready []readiness
		woken bool
	}
}

// System is the platform's poller.
type System = Portable

// socket is a socket of the system. Goroutines of the poller call await, one at a
// time for each direction; the loop's goroutine calls everything else.
type socket interface {
	// ready reports whether reading and writing, if asked for, is possible without
	// waiting.
	ready(read, write bool) (canRead, canWrite bool)
	// await returns when reading, or writing, is possible, has failed, or the
	// socket was closed.
	await(write bool)
	accept() (socket, netip.AddrPort, error)
	shed() bool
	local() netip.AddrPort
	read(p []byte) (int, error)
	write(p []byte) (int, error)
	closeWrite() error
	// close ends every await.
	close() error
}

// entry is a socket with the poller's notes.
type entry struct {
	socket
	handle      Handle
	read, write direction
	listed      bool // in look
}

// direction is reading or writing. Its goroutine, if one waits, goes on waiting when
// interest is lost: it takes nothing from the socket.
type direction struct{ wanted, awaited bool }

// readiness is what a goroutine has waited for.
type readiness struct {
	entry *entry
	write bool
}

// NewPoller returns the platform's poller.
func NewPoller() (*Portable, error) {
	timer := time.NewTimer(0)
	timer.Stop()
	return &Portable{timer: timer, bell: make(chan struct{}, 1)}, nil
}

// Release closes what is still open and waits for every goroutine.
func (p *Portable) Release() error {
	var failed error
	for _, e := range p.sockets {
		if e != nil {
			failed = errors.Join(failed, p.Close(e.handle))
		}
	}
	p.waiting.Wait()
	return failed
}

// Watch sets what is of interest; the next Wait checks it.
func (p *Portable) Watch(h Handle, read, write bool) error {
	e, err := p.entry(h)
	if err != nil {
		return err
	}
	e.read.wanted, e.write.wanted = read, write
	p.lookAt(e)
	return nil
}

// Wait checks the sockets that may be ready, and waits for news if none is.
func (p *Portable) Wait(timeout time.Duration, events []Event) ([]Event, error) {
	if timeout == 0 {
		runtime.Gosched() // goroutines that have news may be waiting for this very processor
	}
	var over <-chan time.Time
	if timeout > 0 {
		p.timer.Reset(timeout)
		defer p.timer.Stop()
		over = p.timer.C
	}
	had := len(events)
	for {
		woken := p.listen()
		events = p.check(events)
		if len(events) > had || woken || timeout == 0 {
			return events, nil
		}
		select {
		case <-p.bell:
		case <-over:
			return events, nil
		}
	}
}

// listen takes the news and reports whether Wake was called.
func (p *Portable) listen() (woken bool) {
	p.news.Lock()
	defer p.news.Unlock()
	for i, r := range p.news.ready {
		if r.write {
			r.entry.write.awaited = false
		} else {
			r.entry.read.awaited = false
		}
		p.lookAt(r.entry)
		p.news.ready[i] = readiness{}
	}
	p.news.ready = p.news.ready[:0]
	woken, p.news.woken = p.news.woken, false
	return woken
}

// check appends the listed sockets that are ready. They stay listed, since they are
// still ready if the loop does not empty them. For the others it starts goroutines.
func (p *Portable) check(events []Event) []Event {
	p.look, p.looking = p.looking[:0], p.look
	for i, e := range p.looking {
		p.looking[i] = nil
		e.listed = false
		read, write := e.read.wanted && !e.read.awaited, e.write.wanted && !e.write.awaited
		if !read && !write {
			continue
		}
		canRead, canWrite := e.ready(read, write)
		if canRead || canWrite {
			events = append(events, Event{Handle: e.handle, Read: canRead, Write: canWrite})
			p.lookAt(e)
		}
		if read && !canRead {
			e.read.awaited = true
			p.waiting.Go(func() { p.await(readiness{e, false}) })
		}
		if write && !canWrite {
			e.write.awaited = true
			p.waiting.Go(func() { p.await(readiness{e, true}) })
		}
	}
	return events
}

// lookAt has the next Wait check a socket.
func (p *Portable) lookAt(e *entry) {
	if !e.listed {
		e.listed = true
		p.look = append(p.look, e)
	}
}

// await is a goroutine.
func (p *Portable) await(r readiness) {
	r.entry.await(r.write)
	p.news.Lock()
	p.news.ready = append(p.news.ready, r)
	p.news.Unlock()
	p.ring()
}

// Wake ends a Wait.
func (p *Portable) Wake() {
	p.news.Lock()
	p.news.woken = true
	p.news.Unlock()
	p.ring()
}

func (p *Portable) ring() {
	select {
	case p.bell <- struct{}{}:
	default: // it is already ringing
	}
}

func (p *Portable) add(s socket) Handle {
	h := Handle(len(p.sockets))
	if last := len(p.free) - 1; last >= 0 {
		h, p.free = p.free[last], p.free[:last]
	} else {
		p.sockets = append(p.sockets, nil)
	}
	p.sockets[h] = &entry{socket: s, handle: h}
	return h
}

func (p *Portable) entry(h Handle) (*entry, error) {
	if h < 0 || int(h) >= len(p.sockets) || p.sockets[h] == nil {
		return nil, fmt.Errorf("handle %d: %w", h, net.ErrClosed)
	}
	return p.sockets[h], nil
}

// Accept takes one connection and sets TCP_NODELAY, as asyncio's and uvloop's
// transports do.
func (p *Portable) Accept(listener Handle) (Handle, netip.AddrPort, error) {
	e, err := p.entry(listener)
	if err != nil {
		return 0, netip.AddrPort{}, err
	}
	s, from, err := e.accept()
	if err != nil {
		return 0, netip.AddrPort{}, err
	}
	return p.add(s), from, nil
}

// Peerless is not known here.
func (p *Portable) Peerless(Handle) bool { return false }

// Shed closes the waiting connections that cannot be taken.
func (p *Portable) Shed(listener Handle) bool {
	e, err := p.entry(listener)
	return err == nil && e.shed()
}

// LocalAddr returns the address of our side.
func (p *Portable) LocalAddr(h Handle) netip.AddrPort {
	e, err := p.entry(h)
	if err != nil {
		return netip.AddrPort{}
	}
	return e.local()
}

// Gone is not known here.
func (p *Portable) Gone(Handle) bool { return false }

func (p *Portable) Read(h Handle, b []byte) (int, error) {
	e, err := p.entry(h)
	if err != nil {
		return 0, err
	}
	return e.socket.read(b)
}

func (p *Portable) Write(h Handle, b []byte) (int, error) {
	e, err := p.entry(h)
	if err != nil {
		return 0, err
	}
	return e.socket.write(b)
}

// CloseWrite sends the end of our side.
func (p *Portable) CloseWrite(h Handle) error {
	e, err := p.entry(h)
	if err != nil {
		return err
	}
	return e.closeWrite()
}

// Close closes the socket and ends the goroutines that wait for it.
func (p *Portable) Close(h Handle) error {
	e, err := p.entry(h)
	if err != nil {
		return err
	}
	e.read.wanted, e.write.wanted = false, false // it may be listed
	p.sockets[h] = nil
	p.free = append(p.free, h)
	return e.close()
}
