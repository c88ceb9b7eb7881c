package eventloop

import (
	"syscall"
	"unsafe"
)

// awaitRead returns when there is something to read, or a failure, or an end: Go waits
// with a read of no bytes, which Windows completes at that moment.
func awaitRead(raw syscall.RawConn) error {
	asked := false
	return raw.Read(func(uintptr) bool {
		defer func() { asked = true }()
		return asked
	})
}

// fionread asks ioctlsocket how many bytes wait.
const fionread = 0x4004667f

// waits reports whether bytes wait. It does not see a failure or an end; awaitRead does.
func waits(raw syscall.RawConn) bool {
	var count, length uint32
	var failed error
	err := raw.Control(func(fd uintptr) {
		failed = syscall.WSAIoctl(syscall.Handle(fd), fionread, nil, 0,
			(*byte)(unsafe.Pointer(&count)), uint32(unsafe.Sizeof(count)), &length, nil, 0)
	})
	return err == nil && failed == nil && count > 0
}
