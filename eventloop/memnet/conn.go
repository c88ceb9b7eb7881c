package memnet

import (
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

// Conn is the client's end of a connection.
type Conn struct {
	*link
	linger      int // 0 closes by a reset; anything else with a FIN
	lingers     bool
	read, write deadline
}

// Read implements net.Conn. What came before a reset is read first.
func (c *Conn) Read(p []byte) (int, error) {
	l := c.link
	l.network.mu.Lock()
	defer l.network.mu.Unlock()
	for {
		switch {
		case l.gone:
			return 0, c.fails("read", net.ErrClosed)
		case c.read.over():
			return 0, c.fails("read", os.ErrDeadlineExceeded)
		case len(l.toClient.bytes) > 0, len(p) == 0:
			n := l.toClient.take(p)
			l.network.touch(l.server)
			return n, nil
		case l.cutOff:
			return 0, c.fails("read", syscall.ECONNRESET)
		case l.toClient.ended:
			return 0, io.EOF
		}
		l.changed.Wait()
	}
}

// Write implements net.Conn. The first one after the server's end is lost, and
// resets the connection.
func (c *Conn) Write(p []byte) (written int, err error) {
	l := c.link
	l.network.mu.Lock()
	defer l.network.mu.Unlock()
	for {
		switch {
		case l.gone:
			return written, c.fails("write", net.ErrClosed)
		case l.toServer.ended, l.cutOff:
			return written, c.fails("write", syscall.EPIPE)
		case c.write.over():
			return written, c.fails("write", os.ErrDeadlineExceeded)
		case l.over:
			l.cutOff = true
			l.changed.Broadcast()
			return len(p), nil
		}
		n := l.toServer.put(p[written:])
		if n > 0 {
			l.network.touch(l.server)
		}
		if written += n; written == len(p) {
			return written, nil
		}
		l.changed.Wait()
	}
}

// CloseWrite ends the client's side; the server's stays open.
func (c *Conn) CloseWrite() error {
	l := c.link
	l.network.mu.Lock()
	defer l.network.mu.Unlock()
	if l.gone {
		return c.fails("close", net.ErrClosed)
	}
	l.toServer.ended = true
	l.network.touch(l.server)
	l.changed.Broadcast()
	return nil
}

// Close implements net.Conn. It resets the connection if the client has left
// something unread.
func (c *Conn) Close() error {
	l := c.link
	l.network.mu.Lock()
	defer l.network.mu.Unlock()
	if l.gone {
		return c.fails("close", net.ErrClosed)
	}
	l.gone, l.toServer.ended = true, true
	l.broken = l.broken || len(l.toClient.bytes) > 0 || c.lingers && c.linger == 0
	l.network.touch(l.server)
	l.changed.Broadcast()
	c.read.stop()
	c.write.stop()
	return nil
}

// SetLinger with 0 has Close reset the connection, as net.TCPConn's does.
func (c *Conn) SetLinger(seconds int) error {
	c.network.mu.Lock()
	defer c.network.mu.Unlock()
	c.linger, c.lingers = seconds, seconds >= 0
	return nil
}

// LocalAddr implements net.Conn.
func (c *Conn) LocalAddr() net.Addr { return net.TCPAddrFromAddrPort(c.client) }

// RemoteAddr implements net.Conn.
func (c *Conn) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(Addr) }

// SetDeadline implements net.Conn.
func (c *Conn) SetDeadline(t time.Time) error { return c.set(t, &c.read, &c.write) }

// SetReadDeadline implements net.Conn.
func (c *Conn) SetReadDeadline(t time.Time) error { return c.set(t, &c.read) }

// SetWriteDeadline implements net.Conn.
func (c *Conn) SetWriteDeadline(t time.Time) error { return c.set(t, &c.write) }

func (c *Conn) set(t time.Time, deadlines ...*deadline) error {
	c.network.mu.Lock()
	defer c.network.mu.Unlock()
	if c.gone {
		return c.fails("set", net.ErrClosed)
	}
	for _, d := range deadlines {
		d.set(t, c.wake)
	}
	c.changed.Broadcast() // one that has passed ends what waits
	return nil
}

// wake makes waiting calls check the time.
func (c *Conn) wake() {
	c.network.mu.Lock() // it may be about to wait
	defer c.network.mu.Unlock()
	c.changed.Broadcast()
}

// fails is an error as package net has them.
func (c *Conn) fails(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}

// deadline is a moment that ends waiting.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) over() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

func (d *deadline) set(t time.Time, wake func()) {
	d.stop()
	d.at = t
	if wait := time.Until(t); !t.IsZero() && wait > 0 {
		d.timer = time.AfterFunc(wait, wake)
	}
}

func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
