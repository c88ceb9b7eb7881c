package driver

import (
	"encoding/binary"
	"fmt"
	"syscall"
	"unsafe"
)

// dataSegmentsIn is the place of tcpi_data_segs_in in the kernel's struct tcp_info.
const dataSegmentsIn = 152

// Segments is how many TCP segments with data have come so far: a server that writes head and body apart sends two.
func (c *Conn) Segments() (int, error) {
	raw, err := c.tcp.SyscallConn()
	if err != nil {
		return 0, fmt.Errorf("segments: %w", err)
	}
	var info [dataSegmentsIn + 4]byte
	size := uint32(len(info))
	var failed syscall.Errno
	err = raw.Control(func(fd uintptr) {
		_, _, failed = syscall.Syscall6(syscall.SYS_GETSOCKOPT, fd, syscall.IPPROTO_TCP, syscall.TCP_INFO,
			uintptr(unsafe.Pointer(&info[0])), uintptr(unsafe.Pointer(&size)), 0)
	})
	if err != nil {
		return 0, fmt.Errorf("segments: %w", err)
	}
	if failed != 0 {
		return 0, fmt.Errorf("segments: %w", failed)
	}
	return int(binary.NativeEndian.Uint32(info[dataSegmentsIn:])), nil
}
