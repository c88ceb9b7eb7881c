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
// kernel directly, so that it sees and takes the same as with Epoll. The file only
// gives goroutines the runtime's poller (kqueue on the BSDs) to wait with.
type descriptor struct {
	fd    int
	file  *os.File
	raw   syscall.RawConn
	spare spare // only a listener has one
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
		err = file.SetDeadline(time.Time{}) // fails where the runtime cannot poll, which NewFile does not report
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("poll a socket: %w", err), file.Close())
	}
	return &descriptor{fd: fd, file: file, raw: raw, spare: -1}, nil
}

func (d *descriptor) ready(read, write bool) (canRead, canWrite bool) { return poll(d.fd, read, write) }

// await asks the kernel before it waits: the runtime learns of changes only.
func (d *descriptor) await(write bool) {
	if !write {
		_ = awaitRead(d.raw)
		return
	}
	_ = d.raw.Write(func(fd uintptr) bool {
		_, can := poll(int(fd), false, true)
		return can
	})
}

// awaitRead returns when there is something to read, or a failure, or an end.
func awaitRead(raw syscall.RawConn) error {
	return raw.Read(func(fd uintptr) bool {
		can, _ := poll(int(fd), true, false)
		return can
	})
}

// poll is poll(2) for one descriptor without waiting. Errors and hang-ups make
// it ready for whatever is asked, and so does a failure of poll: the read or write
// then returns the error.
func poll(fd int, read, write bool) (canRead, canWrite bool) {
	set := [1]unix.PollFd{{Fd: int32(fd)}}
	if read {
		set[0].Events |= unix.POLLIN
	}
	if write {
		set[0].Events |= unix.POLLOUT
	}
	_, err := unix.Poll(set[:], 0)
	for errors.Is(err, unix.EINTR) {
		_, err = unix.Poll(set[:], 0)
	}
	if err != nil {
		return read, write
	}
	found := set[0].Revents
	return read && found&^unix.POLLOUT != 0, write && found&^unix.POLLIN != 0
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

func (d *descriptor) shed() bool { return d.spare.shed(d.fd) }

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

func (d *descriptor) closeWrite() error { return unix.Shutdown(d.fd, unix.SHUT_WR) }

func (d *descriptor) close() error { return errors.Join(d.file.Close(), d.spare.release()) }
