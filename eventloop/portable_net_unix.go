//go:build unix && portable

package eventloop

import "syscall"

// waits reports whether there is something to read, or a failure, or an end.
func waits(raw syscall.RawConn) (can bool) {
	_ = raw.Control(func(fd uintptr) { can, _ = poll(int(fd), true, false) })
	return can
}
