//go:build unix

package server

import (
	"context"
	"fmt"
	"os"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/server/listen"
)

// open binds the socket that cfg asks for and listens on it.
func open(ctx context.Context, cfg config.Config, p *eventloop.System) (eventloop.Handle, int, error) {
	file, err := Bind(ctx, cfg)
	if err != nil {
		return 0, 0, err
	}
	return adopt(file, cfg, p)
}

// adopt listens on a bound socket. The loop gets a duplicate of the descriptor, which it closes itself.
func adopt(file *os.File, cfg config.Config, p *eventloop.System) (eventloop.Handle, int, error) {
	defer file.Close()
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return 0, 0, fmt.Errorf("duplicate the listening socket: %w", err)
	}
	handle, err := inherit(fd, cfg, p)
	if err != nil {
		return 0, 0, err
	}
	addr, err := listen.Addr(fd)
	return handle, int(addr.Port()), err
}

// inherit listens on a bound descriptor.
func inherit(fd int, cfg config.Config, p *eventloop.System) (eventloop.Handle, error) {
	if err := listen.Listen(fd, cfg.Backlog); err != nil {
		return 0, err
	}
	return p.Adopt(fd)
}
