//go:build linux && !portable

package eventloop

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Backlog is the length of a listening socket's accept queue, and its limit: for such a socket tcp_info has them in two
// fields that mean something else for a connection (tcp_get_info).
func (p *Epoll) Backlog(listener Handle) (waiting, limit int, err error) {
	info, err := unix.GetsockoptTCPInfo(int(listener), unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil {
		return 0, 0, fmt.Errorf("backlog: %w", err)
	}
	return int(info.Unacked), int(info.Sacked), nil
}
