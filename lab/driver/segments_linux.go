package driver

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Segments is the number of TCP segments with data that have come so far: a server that writes head and
// body separately sends two.
func (c *Conn) Segments() (int, error) {
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("segments: %w", err)
	}
	var info *unix.TCPInfo
	var failed error
	err = raw.Control(func(fd uintptr) { info, failed = unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO) })
	if err == nil {
		err = failed
	}
	if err != nil {
		return 0, fmt.Errorf("segments: %w", err)
	}
	return int(info.Data_segs_in), nil
}
