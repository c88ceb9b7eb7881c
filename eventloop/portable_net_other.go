//go:build !unix

package eventloop

import "syscall"

// awaitRead returns when there is something to read, or a failure, or an end:
// here Go waits by a read of no bytes, which the system completes then.
func awaitRead(raw syscall.RawConn) error {
	asked := false
	return raw.Read(func(uintptr) bool {
		defer func() { asked = true }()
		return asked
	})
}
