//go:build unix

package eventloop

import (
	"errors"
	"fmt"
	"net/netip"
	"syscall"

	"golang.org/x/sys/unix"
)

func addrPort(sa unix.Sockaddr) netip.AddrPort {
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port))
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr), uint16(sa.Port))
	}
	return netip.AddrPort{}
}

// localAddr returns the address that a descriptor is bound to.
func localAddr(fd int) netip.AddrPort {
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return netip.AddrPort{}
	}
	return addrPort(sa)
}

// again is ErrAgain for a socket that is not ready, or else the error with its call.
func again(what string, err error) error {
	if errors.Is(err, unix.EAGAIN) {
		return ErrAgain
	}
	return fmt.Errorf("%s: %w", what, err)
}

// notAccepted is again for accept, which may also lack resources.
func notAccepted(err error) error {
	for _, lack := range []error{unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM} {
		if errors.Is(err, lack) {
			return fmt.Errorf("accept: %w: %w", ErrNoResources, err)
		}
	}
	return again("accept", err)
}

// acceptFrom takes one connection, non-blocking and close-on-exec. It holds off forks
// until the descriptor is marked, because not every Unix can mark it at creation.
func acceptFrom(listener int) (int, unix.Sockaddr, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, sa, err := unix.Accept(listener)
	if err != nil {
		return -1, nil, err
	}
	unix.CloseOnExec(fd)
	if err := unix.SetNonblock(fd, true); err != nil {
		return -1, nil, errors.Join(err, unix.Close(fd))
	}
	return fd, sa, nil
}

// spare is a descriptor to give up when no other is left; -1 is none.
type spare int

func newSpare() spare {
	fd, err := unix.Open("/dev/null", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1 // no connection can be shed then
	}
	return spare(fd)
}

func (s spare) release() error {
	if s < 0 {
		return nil
	}
	return unix.Close(int(s))
}

// shed gives the descriptor up for as long as it takes to accept and close what waits.
// It reports false if there is none to give up.
func (s *spare) shed(listener int) bool {
	if *s < 0 {
		if *s = newSpare(); *s < 0 {
			return false
		}
	}
	_ = s.release()
	for {
		fd, _, err := acceptFrom(listener)
		if err == nil {
			_ = unix.Close(fd)
		} else if !errors.Is(err, unix.EINTR) && !errors.Is(err, unix.ECONNABORTED) {
			break
		}
	}
	*s = newSpare()
	return true
}
