//go:build windows || portable

package eventloop

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// patience is how long the loop waits for what the system most likely does
	// at once, since net has no call that does not wait.
	patience = time.Millisecond
	// mostInFlight bounds the bytes that one connection has taken for sending and the
	// system has not. They come on top of the system's own send buffer.
	mostInFlight = 64 * 1024
	// linger is how long a closed connection may go on sending what it has taken.
	linger = 10 * time.Second
)

// netListener accepts through package net, for systems whose sockets the loop
// cannot use directly. It differs from a socket of Unix: only Accept shows that a
// connection waits, so one may have been accepted before the loop asks for it; and
// a loop that accepts all of them waits for patience before it knows that none is
// left.
type netListener struct {
	listener  *net.TCPListener
	group     *sync.WaitGroup
	accepting sync.Mutex // held in Accept

	mu     sync.Mutex
	hand   *accepted
	closed bool
}

type accepted struct {
	conn *net.TCPConn
	err  error
}

// Listen takes over a listener of package net.
func (p *Portable) Listen(l *net.TCPListener) Handle {
	return p.add(&netListener{listener: l, group: &p.waiting})
}

func (l *netListener) ready(read, _ bool) (canRead, canWrite bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return read && l.hand != nil, false
}

func (l *netListener) await(write bool) {
	if write {
		return
	}
	l.accepting.Lock()
	defer l.accepting.Unlock()
	conn, err := l.listener.AcceptTCP()
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed && conn != nil {
		_ = conn.Close()
		return
	}
	l.hand = &accepted{conn, err}
}

func (l *netListener) accept() (socket, netip.AddrPort, error) {
	l.mu.Lock()
	got := l.hand
	l.hand = nil
	l.mu.Unlock()
	if got == nil {
		got = l.acceptNow()
	}
	if got.err != nil {
		return nil, netip.AddrPort{}, got.err
	}
	c, err := newNetConn(got.conn, l.group)
	if err != nil {
		return nil, netip.AddrPort{}, errors.Join(err, got.conn.Close())
	}
	return c, addrPortOf(got.conn.RemoteAddr()), nil
}

// acceptNow takes a waiting connection, unless a goroutine is about to do so.
func (l *netListener) acceptNow() *accepted {
	if !l.accepting.TryLock() {
		return &accepted{err: ErrAgain}
	}
	defer l.accepting.Unlock()
	if err := l.listener.SetDeadline(time.Now().Add(patience)); err != nil {
		return &accepted{err: fmt.Errorf("accept: %w", err)}
	}
	conn, err := l.listener.AcceptTCP()
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = ErrAgain
	}
	return &accepted{conn, errors.Join(err, l.listener.SetDeadline(time.Time{}))}
}

// shed does nothing: the systems that need this listener do not run out of
// descriptors.
func (l *netListener) shed() bool { return false }

func (l *netListener) local() netip.AddrPort { return addrPortOf(l.listener.Addr()) }

func (l *netListener) read([]byte) (int, error) { return 0, errors.ErrUnsupported }

func (l *netListener) write([]byte) (int, error) { return 0, errors.ErrUnsupported }

func (l *netListener) closeWrite() error { return errors.ErrUnsupported }

func (l *netListener) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	err := l.listener.Close()
	if l.hand != nil && l.hand.conn != nil {
		err = errors.Join(err, l.hand.conn.Close())
	}
	return err
}

// netConn is a connection of package net. Nothing is read before the loop reads it.
// Writing differs from a socket of Unix: the system takes a write as a whole or keeps
// the caller waiting, so a goroutine writes, and the loop waits for it for patience.
// What has not been taken by then counts as sent and is in flight.
type netConn struct {
	conn     *net.TCPConn
	raw      syscall.RawConn
	group    *sync.WaitGroup
	readable atomic.Bool
	failed   error // of waiting for something to read; set before readable

	mu     sync.Mutex
	flight *flight // the last write
	ending bool    // our side is to end after it
	closed bool
}

// flight is a write that a goroutine makes.
type flight struct {
	landed chan struct{}
	err    error // set before landed is closed
}

func newNetConn(conn *net.TCPConn, group *sync.WaitGroup) (*netConn, error) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("accept: %w", err)
	}
	landed := make(chan struct{})
	close(landed)
	return &netConn{conn: conn, raw: raw, group: group, flight: &flight{landed: landed}}, nil
}

func (c *netConn) ready(read, write bool) (canRead, canWrite bool) {
	if read && !c.readable.Load() && waits(c.raw) {
		c.readable.Store(true)
	}
	return read && c.readable.Load(), write && c.last().over()
}

func (c *netConn) await(write bool) {
	if write {
		<-c.last().landed
		return
	}
	c.failed = awaitRead(c.raw)
	c.readable.Store(true)
}

func (c *netConn) last() *flight {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.flight
}

func (f *flight) over() bool {
	select {
	case <-f.landed:
		return true
	default:
		return false
	}
}

func (c *netConn) accept() (socket, netip.AddrPort, error) {
	return nil, netip.AddrPort{}, errors.ErrUnsupported
}

func (c *netConn) shed() bool { return false }

func (c *netConn) local() netip.AddrPort { return addrPortOf(c.conn.LocalAddr()) }

// read does not wait: a goroutine has seen that something is there, and nothing else
// reads it.
func (c *netConn) read(b []byte) (int, error) {
	if !c.readable.Load() {
		return 0, ErrAgain
	}
	c.readable.Store(false)
	if c.failed != nil {
		return 0, fmt.Errorf("read: %w", c.failed)
	}
	n, err := c.conn.Read(b)
	if errors.Is(err, io.EOF) {
		return 0, nil
	}
	return n, err
}

func (c *netConn) write(b []byte) (int, error) {
	switch last := c.last(); {
	case !last.over():
		return 0, ErrAgain
	case last.err != nil:
		return 0, last.err
	}
	b = b[:min(len(b), mostInFlight)]
	f := &flight{landed: make(chan struct{})}
	c.mu.Lock()
	c.flight = f
	c.mu.Unlock()
	copied := append([]byte(nil), b...)
	c.group.Go(func() { c.send(copied, f) })
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-f.landed:
		if f.err != nil {
			return 0, f.err
		}
	case <-timer.C:
	}
	return len(b), nil
}

// send is a goroutine. It carries out what was asked for in the meantime: the end of our
// side, or closing.
func (c *netConn) send(b []byte, f *flight) {
	_, f.err = c.conn.Write(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	close(f.landed)
	switch {
	case c.closed:
		_ = c.conn.Close()
	case c.ending:
		_ = c.conn.CloseWrite()
	}
}

// closeWrite lets what is in flight land first.
func (c *netConn) closeWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ending = true
	if c.flight.over() {
		return c.conn.CloseWrite()
	}
	return nil
}

// close lets what is in flight land first, as a kernel does.
func (c *netConn) close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	if c.flight.over() {
		return c.conn.Close()
	}
	now := time.Now()
	return errors.Join(c.conn.SetReadDeadline(now), c.conn.SetWriteDeadline(now.Add(linger)))
}

func addrPortOf(a net.Addr) netip.AddrPort {
	if tcp, ok := a.(*net.TCPAddr); ok {
		return tcp.AddrPort()
	}
	return netip.AddrPort{}
}
