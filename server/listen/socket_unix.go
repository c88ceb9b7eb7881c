//go:build unix

package listen

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// Bind opens a TCP socket and binds it, without listening: clients are refused until [Listen] is called on it. It fails
// if another socket listens on the port. A host with a colon is an IPv6 address; the empty host is 0.0.0.0; a name is
// resolved for IPv4. Port 0 picks a free port, which [Addr] returns. A failure is an [*Error].
//
// The file is in blocking mode; Listen changes that for every process that shares the socket.
func Bind(ctx context.Context, host string, port uint16) (*os.File, error) {
	addr, err := resolve(ctx, host)
	if err != nil {
		return nil, &Error{Err: err}
	}
	where := netip.AddrPortFrom(addr, port)
	fd, err := bind(where)
	if err != nil {
		return nil, &Error{Addr: where, Err: err}
	}
	return os.NewFile(uintptr(fd), "tcp "+where.String()), nil
}

// Listen has the kernel queue connections, as many as backlog or net.core.somaxconn allows, and makes the socket
// non-blocking. A second call only changes the backlog, so every worker may call it.
func Listen(fd, backlog int) error {
	if err := unix.SetNonblock(fd, true); err != nil {
		return fmt.Errorf("make the listening socket non-blocking: %w", err)
	}
	if err := unix.Listen(fd, backlog); err != nil {
		return fmt.Errorf("listen with a backlog of %d: %w", backlog, err)
	}
	return nil
}

// Addr returns the address that a socket is bound to.
func Addr(fd int) (netip.AddrPort, error) {
	sa, err := unix.Getsockname(fd)
	if err != nil {
		return netip.AddrPort{}, fmt.Errorf("read the socket's address: %w", err)
	}
	switch sa := sa.(type) {
	case *unix.SockaddrInet4:
		return netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port)), nil
	case *unix.SockaddrInet6:
		return netip.AddrPortFrom(netip.AddrFrom16(sa.Addr), uint16(sa.Port)), nil
	default:
		return netip.AddrPort{}, fmt.Errorf("read the socket's address: %w", unix.EAFNOSUPPORT)
	}
}

func resolve(ctx context.Context, host string) (netip.Addr, error) {
	switch {
	case host == "":
		return netip.IPv4Unspecified(), nil
	case strings.Contains(host, ":"):
		return netip.ParseAddr(host)
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip4", host)
	if err != nil {
		return netip.Addr{}, err
	}
	return found[0].Unmap(), nil
}

func bind(where netip.AddrPort) (int, error) {
	family, sa, err := sockaddr(where)
	if err != nil {
		return -1, err
	}
	fd, err := openSocket(family)
	if err != nil {
		return -1, err
	}
	if err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err == nil {
		err = unix.Bind(fd, sa)
	}
	if err != nil {
		_ = unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

// openSocket holds the fork lock until the descriptor is close-on-exec, since not every Unix can open it so.
func openSocket(family int) (int, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	fd, err := unix.Socket(family, unix.SOCK_STREAM, 0)
	if err != nil {
		return -1, err
	}
	unix.CloseOnExec(fd)
	return fd, nil
}

func sockaddr(where netip.AddrPort) (int, unix.Sockaddr, error) {
	if where.Addr().Is4() {
		return unix.AF_INET, &unix.SockaddrInet4{Addr: where.Addr().As4(), Port: int(where.Port())}, nil
	}
	sa := &unix.SockaddrInet6{Addr: where.Addr().As16(), Port: int(where.Port())}
	if zone := where.Addr().Zone(); zone != "" {
		link, err := net.InterfaceByName(zone)
		if err != nil {
			return 0, nil, err
		}
		sa.ZoneId = uint32(link.Index)
	}
	return unix.AF_INET6, sa, nil
}
