package eventloop

import (
	"errors"
	"net/netip"
	"time"
)

// Clock is the loop's time.
type Clock interface {
	Now() time.Time           // the wall clock, for dates and logs
	Monotonic() time.Duration // never goes back; for everything that is waited for
	Sleep(d time.Duration)    // blocks the caller
}

// Handle names a socket to its Poller.
type Handle int32

// Event is a socket that is ready.
type Event struct {
	Handle      Handle
	Read, Write bool
	// HangUp: the connection has ended both ways, as far as the system reports it.
	HangUp bool
}

// ErrAgain says that a socket is not ready for what was asked.
var ErrAgain = errors.New("not ready")

// ErrNoResources says that there is no descriptor or memory left for one more
// connection.
var ErrNoResources = errors.New("out of system resource")

// Poller is the world outside the loop: sockets and their readiness. All methods
// except Wake belong to the loop's goroutine.
type Poller interface {
	// Wait appends the sockets that are ready. It returns when there is one,
	// when Wake was called or after the timeout; below 0 it waits without limit.
	Wait(timeout time.Duration, events []Event) ([]Event, error)
	// Wake ends a Wait, from any goroutine.
	Wake()
	// Watch sets which readiness is of interest from now on.
	Watch(h Handle, read, write bool) error
	// Accept takes one waiting connection, or fails with ErrAgain or
	// ErrNoResources.
	Accept(listener Handle) (Handle, netip.AddrPort, error)
	// Peerless reports whether a connection has already been reset, so that its socket
	// no longer knows its peer.
	Peerless(h Handle) bool
	// Shed closes every waiting connection for which there are no resources. It
	// reports whether it could.
	Shed(listener Handle) bool
	// LocalAddr is the address on our side of a connection.
	LocalAddr(h Handle) netip.AddrPort
	// Gone reports whether a connection has lost its peer, as far as the system knows:
	// getpeername fails.
	Gone(h Handle) bool
	// Read returns 0 and no error at the end of the stream.
	Read(h Handle, p []byte) (int, error)
	Write(h Handle, p []byte) (int, error)
	// CloseWrite ends our side of a connection; the peer's goes on.
	CloseWrite(h Handle) error
	Close(h Handle) error
}

// SystemClock is the machine's clock.
type SystemClock struct{ start time.Time }

// NewSystemClock returns a clock whose monotonic time starts now.
func NewSystemClock() SystemClock { return SystemClock{time.Now()} }

// Now returns the wall clock's time.
func (SystemClock) Now() time.Time { return time.Now() }

// Monotonic returns the time since the clock was made.
func (c SystemClock) Monotonic() time.Duration { return time.Since(c.start) }

// Sleep blocks the caller.
func (SystemClock) Sleep(d time.Duration) { time.Sleep(d) }
