package pacing

import (
	"net"

	"golang.org/x/sys/unix"
)

// quick has the kernel acknowledge at once what comes. A server that sends an answer in two parts, and leaves it to the
// kernel to gather small ones, would otherwise wait for 40 ms in between: that is not its computing.
func quick(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err == nil {
		_ = raw.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1) })
	}
}
