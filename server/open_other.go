//go:build !unix

package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/listen"
)

// open binds the socket that cfg asks for and listens on it. Here Go does both at once and chooses the backlog itself:
// cfg.Backlog has no effect.
func open(ctx context.Context, cfg config.Config, p *eventloop.System) (eventloop.Handle, int, error) {
	network := "tcp4"
	if host, _, _ := net.SplitHostPort(cfg.Addr); isIPv6(host) {
		network = "tcp6"
	}
	addr, err := net.ResolveTCPAddr(network, cfg.Addr)
	if err != nil {
		return 0, 0, &listen.Error{Err: err}
	}
	options := net.ListenConfig{KeepAlive: -1} // the imitated servers do not enable keep-alive probes
	opened, err := options.Listen(ctx, network, addr.String())
	var errno syscall.Errno
	switch {
	case errors.As(err, &errno):
		tried := netip.AddrPortFrom(addr.AddrPort().Addr().Unmap(), uint16(addr.Port))
		return 0, 0, &listen.Error{Addr: tried, Err: errno}
	case err != nil:
		return 0, 0, err
	}
	listener, ok := opened.(*net.TCPListener)
	if !ok {
		return 0, 0, errors.Join(fmt.Errorf("listen on %s: %w", addr, errors.ErrUnsupported), opened.Close())
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return p.Listen(listener), port, nil
}

func isIPv6(host string) bool {
	ip := net.ParseIP(host)
	return ip != nil && ip.To4() == nil
}

// inherit fails: here a parent cannot hand a socket to its workers.
func inherit(int, config.Config, *eventloop.System) (eventloop.Handle, error) {
	return 0, fmt.Errorf("inherit a listening socket: %w", errors.ErrUnsupported)
}
