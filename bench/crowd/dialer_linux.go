package crowd

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// dialer comes from an address of its own. The port is chosen when it connects,
// not before: only then may the ports of other targets be used once more.
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
