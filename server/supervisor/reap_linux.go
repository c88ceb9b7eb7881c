package supervisor

import (
	"context"
	"encoding/binary"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// run reaps the orphans that have ended, and then each that ends.
func (r *Reaper) run(ctx context.Context) {
	came := make(chan os.Signal, 1) // one is enough: reapAll takes all
	signal.Notify(came, syscall.SIGCHLD)
	defer signal.Stop(came)
	for {
		r.reapAll(ctx)
		select {
		case <-came:
		case <-ctx.Done():
			return
		}
	}
}

// reapAll reaps the orphans that have ended. A worker that has ended hides other processes until it has been waited
// for.
func (r *Reaper) reapAll(ctx context.Context) {
	for w := r.reapOrphans(); w != nil; w = r.reapOrphans() {
		select {
		case <-w.Exited():
		case <-ctx.Done():
			return
		}
	}
}

// reapOrphans reaps orphans until none is left, or until a worker is next, which it returns.
func (r *Reaper) reapOrphans() Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	for pid := ended(); pid != 0; pid = ended() {
		if w := r.worker(pid); w != nil {
			return w
		}
		for {
			if _, err := unix.Wait4(pid, nil, unix.WNOHANG, nil); !errors.Is(err, unix.EINTR) {
				break
			}
		}
	}
	return nil
}

// ended is the process id of a zombie child, or 0. The child stays a zombie.
func ended() int {
	var info unix.Siginfo
	for {
		err := unix.Waitid(unix.P_ALL, 0, &info, unix.WEXITED|unix.WNOHANG|unix.WNOWAIT, nil)
		switch {
		case err == nil:
			return pidOf(&info)
		case !errors.Is(err, unix.EINTR):
			return 0 // it has no children
		}
	}
}

// pidOf is si_pid, for which unix.Siginfo has no field: it comes first in a union after three integers, which is
// aligned like a pointer.
func pidOf(info *unix.Siginfo) int {
	const (
		word = unsafe.Sizeof(uintptr(0))
		at   = (3*4 + word - 1) / word * word
	)
	raw := (*[unsafe.Sizeof(unix.Siginfo{})]byte)(unsafe.Pointer(info))
	return int(int32(binary.NativeEndian.Uint32(raw[at:])))
}
