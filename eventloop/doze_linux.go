//go:build linux && !portable

package eventloop

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// longDoze is a wait of which Go's runtime has to know: while it lasts, it collects no garbage.
const longDoze = 2 * time.Millisecond

// Doze blocks the thread for d, or for less. Go's own sleep is up to a millisecond late, and the kernel's up to 50 µs
// unless the thread asks for less.
func (*Epoll) Doze(d time.Duration) {
	if d > longDoze {
		time.Sleep(d - longDoze)
		return
	}
	_, _, _ = unix.RawSyscall(unix.SYS_PRCTL, unix.PR_SET_TIMERSLACK, 1, 0) // without it, a wait is only less exact
	ts := unix.NsecToTimespec(int64(d))
	_, _, _ = unix.RawSyscall(unix.SYS_NANOSLEEP, uintptr(unsafe.Pointer(&ts)), 0, 0) // a signal ends it early
}
