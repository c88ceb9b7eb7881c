//go:build unix && (!linux || portable)

package eventloop

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// descriptor is a non-blocking socket of a Unix system. The loop calls the
// kernel directly, so that what it sees and takes is as with Epoll; the file
// only lends the goroutines the runtime's poller (kqueue on the BSDs).
type descriptor struct {
	fd    int
	file  *os.File
	raw   syscall.RawConn
	spare spare // a listener's
}

// Adopt takes over a listening socket that is non-blocking.
func (p *Portable) Adopt(fd int) (Handle, error) {
	d, err := newDescriptor(fd)
	if err != nil {
		return 0, err
	}
	d.spare = newSpare()
	return p.add(d), nil
}

// newDescriptor takes over a non-blocking descriptor; a failure closes it.
func newDescriptor(fd int) (*descriptor, error) {
	file := os.NewFile(uintptr(fd), "socket")
	if file == nil {
		return nil, fmt.Errorf("descriptor %d: %w", fd, unix.EBADF)
	}
	raw, err := file.SyscallConn()
	if err == nil {
		err = file.SetDeadline(time.Time{}) // fails where the runtime cannot poll, which NewFile does not tell
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("poll a socket: %w", err), file.Close())
	}
	return &descriptor{fd: fd, file: file, raw: raw, spare: -1}, nil
}

func (d *descriptor) ready(read, write bool) (canRead, canWrite bool) {
	var events int16
	if read {
		events |= unix.POLLIN
	}
	if write {
		events |= unix.POLLOUT
	}
	found := poll(d.fd, events)
	return read && found&^unix.POLLOUT != 0, write && found&^unix.POLLIN != 0
}

// await asks the kernel before it waits: the runtime hears of changes only.
func (d *descriptor) await(write bool) {
	if write {
		_ = d.raw.Write(func(fd uintptr) bool { return poll(int(fd), unix.POLLOUT) != 0 })
	} else {
		_ = awaitRead(d.raw)
	}
}

// awaitRead returns when there is something to read, or a failure, or an end.
func awaitRead(raw syscall.RawConn) error {
	return raw.Read(func(fd uintptr) bool { return poll(int(fd), unix.POLLIN) != 0 })
}

// waits tells whether there is something to read, or a failure, or an end.
func waits(raw syscall.RawConn) bool {
	found := false
	err := raw.Control(func(fd uintptr) { found = poll(int(fd), unix.POLLIN) != 0 })
	return err == nil && found
}

// poll is poll(2) for one descriptor without waiting. A failure is told as an
// error of the socket, so that somebody reads or writes and learns it.
func poll(fd int, events int16) int16 {
	set := [1]unix.PollFd{{Fd: int32(fd), Events: events}}
	for {
		_, err := unix.Poll(set[:], 0)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return unix.POLLERR
		}
		return set[0].Revents
	}
}

func (d *descriptor) accept() (socket, netip.AddrPort, error) {
	for {
		fd, sa, err := acceptFrom(d.fd)
		switch {
		case errors.Is(err, unix.EINTR), errors.Is(err, unix.ECONNABORTED):
			continue
		case err != nil:
			return nil, netip.AddrPort{}, notAccepted(err)
		}
		_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NODELAY, 1)
		s, err := newDescriptor(fd)
		if err != nil {
			return nil, netip.AddrPort{}, err
		}
		return s, addrPort(sa), nil
	}
}

func (d *descriptor) shed() { d.spare.shed(d.fd) }

func (d *descriptor) local() netip.AddrPort { return localAddr(d.fd) }

func (d *descriptor) read(b []byte) (int, error) { return transfer("read", unix.Read, d.fd, b) }

func (d *descriptor) write(b []byte) (int, error) { return transfer("write", unix.Write, d.fd, b) }

func transfer(what string, call func(int, []byte) (int, error), fd int, b []byte) (int, error) {
	for {
		n, err := call(fd, b)
		switch {
		case err == nil:
			return n, nil
		case !errors.Is(err, unix.EINTR):
			return 0, again(what, err)
		}
	}
}

func (d *descriptor) close() error { return errors.Join(d.file.Close(), d.spare.release()) }
