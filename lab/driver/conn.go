package driver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// EventKind is the kind of an Event.
type EventKind int

// The kinds of event. Left means that this side closed the connection, Overflow that it did so because
// more than ConnLimit came.
const (
	Bytes EventKind = iota
	FIN
	RST
	Left
	Broken
	Overflow
)

// String returns the word used in facts.
func (k EventKind) String() string {
	return [...]string{"bytes", "FIN", "RST", "left", "broken", "overflow"}[k]
}

// Event is one thing that happened on a connection.
type Event struct {
	At   time.Time
	Kind EventKind
	Data []byte // for Bytes
}

// Conn is a TCP connection that records what arrives, up to ConnLimit. Its methods may be called from
// several goroutines.
type Conn struct {
	// Connected is when the handshake was complete.
	Connected time.Time

	tcp     *net.TCPConn
	mu      sync.Mutex
	events  []Event
	kept    budget
	changed chan struct{} // closed and replaced at every event
}

// Dial connects and starts recording. It fails if the connection is refused or ctx ends first.
func Dial(ctx context.Context, addr string) (*Conn, error) {
	var dialer net.Dialer
	raw, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", addr, err)
	}
	c := &Conn{Connected: time.Now(), tcp: raw.(*net.TCPConn), kept: ConnLimit, changed: make(chan struct{})}
	go c.record()
	return c, nil
}

// LocalPort is the port at this end.
func (c *Conn) LocalPort() int { return c.tcp.LocalAddr().(*net.TCPAddr).Port }

// Send writes all of data; it waits while the other side does not read.
func (c *Conn) Send(data []byte) error {
	if _, err := c.tcp.Write(data); err != nil {
		return fmt.Errorf("send: %w", err)
	}
	return nil
}

// Fill writes data for as long as the other side accepts it, at most d, and returns how much was
// written. The rest may be sent later.
func (c *Conn) Fill(data []byte, d time.Duration) (int, error) {
	if err := c.tcp.SetWriteDeadline(time.Now().Add(d)); err != nil {
		return 0, fmt.Errorf("fill: %w", err)
	}
	n, err := c.tcp.Write(data)
	if failed := c.tcp.SetWriteDeadline(time.Time{}); failed != nil {
		return n, fmt.Errorf("fill: %w", failed)
	}
	var late net.Error
	if errors.As(err, &late) && late.Timeout() {
		return n, nil
	}
	if err != nil {
		return n, fmt.Errorf("fill: %w", err)
	}
	return n, nil
}

// HalfClose sends a FIN and keeps reading.
func (c *Conn) HalfClose() error {
	if err := c.tcp.CloseWrite(); err != nil {
		return fmt.Errorf("half-close: %w", err)
	}
	return nil
}

// Leave closes both directions with a FIN.
func (c *Conn) Leave() error {
	if err := c.tcp.Close(); err != nil {
		return fmt.Errorf("leave: %w", err)
	}
	return nil
}

// Reset closes at once with an RST.
func (c *Conn) Reset() error {
	if err := c.tcp.SetLinger(0); err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	return c.Leave()
}

// Events returns everything recorded so far, oldest first.
func (c *Conn) Events() []Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.events[:len(c.events):len(c.events)]
}

// End returns the event that ended the connection, if it has ended.
func (c *Conn) End() (Event, bool) {
	events := c.Events()
	if n := len(events); n > 0 && events[n-1].Kind != Bytes {
		return events[n-1], true
	}
	return Event{}, false
}

// Await waits, at most d, until done returns true for the events, and reports whether it did. If the
// connection has ended, nothing more can come, and it returns at once.
func (c *Conn) Await(d time.Duration, done func([]Event) bool) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		c.mu.Lock()
		events, changed := c.events[:len(c.events):len(c.events)], c.changed
		c.mu.Unlock()
		if done(events) {
			return true
		}
		if n := len(events); n > 0 && events[n-1].Kind != Bytes {
			return false
		}
		select {
		case <-changed:
		case <-timer.C:
			return false
		}
	}
}

// Err is ErrConnLimit after an Overflow, and otherwise nil.
func (e Event) Err() error {
	if e.Kind == Overflow {
		return ErrConnLimit
	}
	return nil
}

func (c *Conn) record() {
	buffer := make([]byte, 64<<10)
	for {
		n, err := c.tcp.Read(buffer)
		now := time.Now()
		if n > 0 && !c.add(Event{At: now, Kind: Bytes, Data: append([]byte(nil), buffer[:n]...)}) {
			_ = c.tcp.Close()
			return
		}
		if errors.Is(err, os.ErrDeadlineExceeded) { // StopReading
			return
		}
		if err != nil {
			c.add(Event{At: now, Kind: EndOf(err)})
			return
		}
	}
}

// StopReading stops reading for good: what arrives from now on stays in the kernel, and the
// connection's end is not seen either.
func (c *Conn) StopReading() error {
	if err := c.tcp.SetReadDeadline(time.Now()); err != nil {
		return fmt.Errorf("stop reading: %w", err)
	}
	return nil
}

// add records an event. If that would exceed the limit, it records an Overflow instead and returns
// false.
func (c *Conn) add(e Event) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	fits := e.Kind != Bytes || c.kept.take(len(e.Data))
	if !fits {
		e = Event{At: e.At, Kind: Overflow}
	}
	c.events = append(c.events, e)
	close(c.changed)
	c.changed = make(chan struct{})
	return fits
}

// EndOf returns how a connection ended, given the error with which reading failed.
func EndOf(err error) EventKind {
	switch {
	case errors.Is(err, io.EOF):
		return FIN
	case errors.Is(err, syscall.ECONNRESET):
		return RST
	case errors.Is(err, net.ErrClosed):
		return Left
	default:
		return Broken
	}
}
