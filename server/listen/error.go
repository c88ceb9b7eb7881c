package listen

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"time"
)

// Error is a socket that could not be bound. It unwraps to the system's own error, so that
// errors.Is(err, syscall.EADDRINUSE) works.
type Error struct {
	// Addr is the address tried, or zero if the host has none.
	Addr netip.AddrPort
	// Err is the system's error: a syscall.Errno, or the resolver's.
	Err error
}

// Error is the text of Uvicorn's Config.bind_socket, which is logged with several workers:
// "[Errno 98] Address already in use".
func (e *Error) Error() string {
	if errno, ok := errors.AsType[syscall.Errno](e.Err); ok {
		return errnoText(errno)
	}
	return resolverText(e.Err)
}

// errnoText formats an error number as Python's OSError does.
func errnoText(errno syscall.Errno) string {
	return fmt.Sprintf("[Errno %d] %s", int(errno), Strerror(errno))
}

// Strerror is the C library's text for an error number, which begins with a capital.
func Strerror(errno syscall.Errno) string {
	text := errno.Error()
	return strings.ToUpper(text[:1]) + text[1:]
}

// Attempt is the text of create_server in asyncio and uvloop, which a single worker logs:
// "[Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use".
func (e *Error) Attempt() string {
	errno, ok := errors.AsType[syscall.Errno](e.Err)
	if !ok {
		return e.Error()
	}
	return fmt.Sprintf("[Errno %d] error while attempting to bind on address %s: %s",
		int(errno), sockaddrText(e.Addr), strings.ToLower(errno.Error()))
}

// Unwrap returns the system's error.
func (e *Error) Unwrap() error { return e.Err }

// AcceptFailure is the text of asyncio's BaseSelectorEventLoop._accept_connection when resources for one more
// connection are missing, with the first and last line of the traceback. The listening socket may be inherited from a
// parent.
func AcceptFailure(fd int, addr netip.AddrPort, inherited bool, err error) string {
	family, protocol, reason := syscall.AF_INET, syscall.IPPROTO_TCP, err.Error()
	if addr.Addr().Is6() {
		family = syscall.AF_INET6
	}
	if inherited { // Config.bind_socket does not set the protocol
		protocol = 0
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		reason = errnoText(errno)
	}
	return fmt.Sprintf("socket.accept() out of system resource\n"+
		"socket: <asyncio.TransportSocket fd=%d, family=%d, type=1, proto=%d, laddr=%s>\n"+
		"Traceback (most recent call last):\nOSError: %s", fd, family, protocol, sockaddrText(addr), reason)
}

// AcceptError is the OSError of accept, as Python prints it at the end of a traceback.
func AcceptError(err error) string {
	reason := err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		reason = errnoText(errno)
	}
	return "OSError: " + reason
}

// AcceptRetry is the text of trio's _serve_one_listener for the same, with the first and last line of the traceback.
func AcceptRetry(rest time.Duration, err error) string {
	name, reason, number := "", err.Error(), err.Error()
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		name, reason, number = errnoNames[errno], Strerror(errno), errnoText(errno)
	}
	return fmt.Sprintf("accept returned %s (%s); retrying in %g seconds\nTraceback (most recent call last):\nOSError: %s",
		name, reason, rest.Seconds(), number)
}

// errnoNames are the names of the errors that mean missing resources (ACCEPT_CAPACITY_ERRNOS).
var errnoNames = map[syscall.Errno]string{
	syscall.EMFILE: "EMFILE", syscall.ENFILE: "ENFILE", syscall.ENOMEM: "ENOMEM", syscall.ENOBUFS: "ENOBUFS",
}

// sockaddrText formats an address as Python's tuple.
func sockaddrText(a netip.AddrPort) string {
	if a.Addr().Is4() {
		return fmt.Sprintf("('%s', %d)", a.Addr(), a.Port())
	}
	return fmt.Sprintf("('%s', %d, 0, 0)", a.Addr(), a.Port())
}

// resolverText formats a resolver's error with the numbers and texts of getaddrinfo.
func resolverText(err error) string {
	dns, ok := errors.AsType[*net.DNSError](err)
	switch {
	case ok && dns.IsNotFound:
		return "[Errno -2] Name or service not known"
	case ok:
		return "[Errno -3] Temporary failure in name resolution"
	default:
		return err.Error()
	}
}
