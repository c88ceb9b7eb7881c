//go:build linux && !portable

package eventloop

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Epoll is the Poller of Linux: level-triggered, as asyncio and libuv use it.
// A Handle is a file descriptor. The rest of the process may take a number as soon
// as it is free, so the poller uses only descriptors that it owns: from Adopt or
// Accept until Close.
type Epoll struct {
	fd       int // -1 when released
	wakeFD   int
	wake     *os.File // wakeFD for other goroutines, which may write while it is closed
	park     *park
	quiet    bool // the last wait was long
	spare    spare
	interest []uint32 // by descriptor: the interest that the kernel knows of, or foreign
	ready    [1024]unix.EpollEvent
}

// foreign is the interest in a descriptor that the poller does not own.
const foreign = ^uint32(0)

// System is the platform's poller.
type System = Epoll

// NewPoller returns the platform's poller.
func NewPoller() (*Epoll, error) {
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("epoll_create1: %w", err)
	}
	// The descriptor is in blocking mode, which keeps Go's own poller away from it. It
	// never blocks: its count is never full, and the loop reads it when it is ready.
	wake, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("eventfd: %w", err), unix.Close(fd))
	}
	p := &Epoll{fd: fd, wakeFD: wake, wake: os.NewFile(uintptr(wake), "eventfd"), spare: newSpare()}
	event := unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(wake)}
	if err := unix.EpollCtl(fd, unix.EPOLL_CTL_ADD, wake, &event); err != nil {
		return nil, errors.Join(fmt.Errorf("watch the eventfd: %w", err), p.Release())
	}
	if p.park, err = newPark(fd); err != nil {
		return nil, errors.Join(err, p.Release())
	}
	return p, nil
}

// Release closes what is still open. After it every call fails, and Wake does
// nothing.
func (p *Epoll) Release() error {
	failed := errors.Join(unix.Close(p.fd), p.wake.Close(), p.spare.release())
	if p.park != nil {
		failed = errors.Join(failed, p.park.release())
	}
	for fd, interest := range p.interest {
		if interest != foreign {
			failed = errors.Join(failed, unix.Close(fd))
		}
	}
	p.fd, p.interest = -1, nil
	return failed
}

// Adopt takes over a listening socket that is non-blocking.
func (p *Epoll) Adopt(fd int) (Handle, error) { return p.own(fd), nil }

// own makes a descriptor one of the poller's.
func (p *Epoll) own(fd int) Handle {
	for fd >= len(p.interest) {
		p.interest = append(p.interest, foreign)
	}
	p.interest[fd] = 0
	return Handle(fd)
}

// owns reports whether a handle is the poller's.
func (p *Epoll) owns(h Handle) bool {
	return h >= 0 && int(h) < len(p.interest) && p.interest[h] != foreign
}

func closed(h Handle) error { return fmt.Errorf("handle %d: %w", h, net.ErrClosed) }

// Watch adds, changes or removes the descriptor. Without interest it is removed,
// since the kernel would keep reporting its errors and hang-ups.
func (p *Epoll) Watch(h Handle, read, write bool) error {
	if !p.owns(h) {
		return closed(h)
	}
	var want uint32
	if read {
		want |= unix.EPOLLIN
	}
	if write {
		want |= unix.EPOLLOUT
	}
	had := p.interest[h]
	p.interest[h] = want
	op := unix.EPOLL_CTL_MOD
	switch {
	case had == want:
		return nil
	case had == 0:
		op = unix.EPOLL_CTL_ADD
	case want == 0:
		op = unix.EPOLL_CTL_DEL
	}
	return unix.EpollCtl(p.fd, op, int(h), &unix.EpollEvent{Events: want, Fd: int32(h)})
}

// Wait reports what is ready. Errors and hang-ups make a socket ready for whatever is
// of interest; the read or write then returns the error.
func (p *Epoll) Wait(timeout time.Duration, events []Event) ([]Event, error) {
	n, err := p.wait(timeout)
	if err != nil {
		return events, fmt.Errorf("epoll_wait: %w", err)
	}
	for _, e := range p.ready[:n] {
		if int(e.Fd) == p.wakeFD {
			var count [8]byte
			_, _ = unix.Read(p.wakeFD, count[:])
			continue
		}
		events = append(events, Event{
			Handle: Handle(e.Fd),
			Read:   e.Events&^unix.EPOLLOUT != 0,
			Write:  e.Events&^unix.EPOLLIN != 0,
			HangUp: e.Events&unix.EPOLLHUP != 0,
		})
	}
	return events, nil
}

// wait blocks the thread, or parks the goroutine if the last wait was long: then this
// one probably is, too.
func (p *Epoll) wait(timeout time.Duration) (n int, err error) {
	if timeout == 0 {
		return p.look()
	}
	began := time.Now()
	if p.quiet && (timeout < 0 || timeout >= longWait) {
		n, err = p.park.wait(timeout, p.look)
	} else {
		n, err = p.block(timeout, began)
	}
	p.quiet = time.Since(began) >= longWait
	return n, err
}

// look reports what is ready now.
func (p *Epoll) look() (int, error) { return p.kernelWait(0) }

// block continues after a signal, as Python does (PEP 475).
func (p *Epoll) block(timeout time.Duration, began time.Time) (int, error) {
	n, err := p.kernelWait(timeout)
	for errors.Is(err, unix.EINTR) {
		left := timeout
		if timeout > 0 {
			left = max(0, timeout-time.Since(began))
		}
		n, err = p.kernelWait(left)
	}
	return n, err
}

// kernelWait uses epoll_pwait2, whose timeout is exact to the nanosecond: a sleep
// that ends must not be late by a rounded millisecond. A kernel older than
// 5.11 does not have it.
func (p *Epoll) kernelWait(timeout time.Duration) (int, error) {
	first := uintptr(unsafe.Pointer(&p.ready[0]))
	if timeout == 0 {
		n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(p.fd), first, uintptr(len(p.ready)), 0, 0, 0)
		return result(n, errno)
	}
	var limit *unix.Timespec
	if timeout > 0 {
		ts := unix.NsecToTimespec(int64(timeout))
		limit = &ts
	}
	n, _, errno := unix.Syscall6(unix.SYS_EPOLL_PWAIT2, uintptr(p.fd), first, uintptr(len(p.ready)),
		uintptr(unsafe.Pointer(limit)), 0, 0)
	if errno == unix.ENOSYS || errno == unix.EPERM { // an old kernel, or a sandbox that knows no newer call
		millis := -1
		if timeout > 0 {
			millis = int((timeout + time.Millisecond - 1) / time.Millisecond)
		}
		return unix.EpollWait(p.fd, p.ready[:], millis)
	}
	return result(n, errno)
}

func result(n uintptr, errno unix.Errno) (int, error) {
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}

// Wake ends a Wait. The file keeps the descriptor from being closed during the
// write, and refuses the write after that.
func (p *Epoll) Wake() {
	one := [8]byte{1}
	_, _ = p.wake.Write(one[:])
}

// Accept takes one connection and sets TCP_NODELAY, as asyncio's and uvloop's
// transports do. If the client has already reset it, it has no address: both loops
// ask the socket, which no longer knows it.
func (p *Epoll) Accept(l Handle) (Handle, netip.AddrPort, error) {
	if !p.owns(l) {
		return 0, netip.AddrPort{}, closed(l)
	}
	for {
		fd, sa, err := unix.Accept4(int(l), unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.ECONNABORTED):
			continue
		case err != nil:
			return 0, netip.AddrPort{}, notAccepted(err)
		}
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		return p.own(fd), addrPort(sa), nil
	}
}

// Peerless asks the socket, as a Python program does to get the address.
func (p *Epoll) Peerless(h Handle) bool { return p.Gone(h) }

// Shed closes the waiting connections that cannot be taken.
func (p *Epoll) Shed(l Handle) bool { return p.owns(l) && p.spare.shed(int(l)) }

// LocalAddr returns the address of our side.
func (p *Epoll) LocalAddr(h Handle) netip.AddrPort {
	if !p.owns(h) {
		return netip.AddrPort{}
	}
	return localAddr(int(h))
}

// Gone asks the socket for its peer.
func (p *Epoll) Gone(h Handle) bool {
	if !p.owns(h) {
		return true
	}
	_, err := unix.Getpeername(int(h))
	return errors.Is(err, unix.ENOTCONN)
}

// The calls below go to the kernel directly, without telling Go's scheduler:
// on a non-blocking socket they return at once.

func (p *Epoll) Read(h Handle, b []byte) (int, error) {
	if !p.owns(h) {
		return 0, closed(h)
	}
	return transfer("read", unix.SYS_RECVFROM, h, b)
}

func (p *Epoll) Write(h Handle, b []byte) (int, error) {
	if !p.owns(h) {
		return 0, closed(h)
	}
	return transfer("write", unix.SYS_SENDTO, h, b)
}

// transfer is a system call of sockets. Unlike read and write it does not go through
// the kernel's code for files.
func transfer(what string, call uintptr, h Handle, b []byte) (int, error) {
	for {
		n, _, errno := unix.RawSyscall6(call, uintptr(h),
			uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)), 0, 0, 0)
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
			continue
		case unix.EAGAIN:
			return 0, ErrAgain
		default:
			return 0, fmt.Errorf("%s: %w", what, errno)
		}
	}
}

// CloseWrite sends the end of our side.
func (p *Epoll) CloseWrite(h Handle) error {
	if !p.owns(h) {
		return closed(h)
	}
	return unix.Shutdown(int(h), unix.SHUT_WR)
}

// Close closes the descriptor, which also removes it from epoll.
func (p *Epoll) Close(h Handle) error {
	if !p.owns(h) {
		return closed(h)
	}
	p.interest[h] = foreign
	return unix.Close(int(h))
}
