package crowd

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// dialer uses a given source address. The port is chosen at connect, not at bind: only then can the
// same port be used for several targets.
func dialer(from net.IP) *net.Dialer {
	return &net.Dialer{
		LocalAddr: &net.TCPAddr{IP: from},
		Control: func(_, _ string, raw syscall.RawConn) error {
			var failed error
			err := raw.Control(func(fd uintptr) {
				failed = unix.SetsockoptInt(int(fd), unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
			})
			if err != nil {
				return err
			}
			return failed
		},
	}
}
