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

// run buries whoever has ended, and then whoever ends.
func (r *Reaper) run(ctx context.Context) {
	came := make(chan os.Signal, 1) // one is enough: each look takes all
	signal.Notify(came, syscall.SIGCHLD)
	defer signal.Stop(came)
	for {
		r.look(ctx)
		select {
		case <-came:
		case <-ctx.Done():
			return
		}
	}
}

// look buries the orphans that have ended. A worker among them hides those behind it until it has been waited for.
func (r *Reaper) look(ctx context.Context) {
	for w := r.bury(); w != nil; w = r.bury() {
		select {
		case <-w.Exited():
		case <-ctx.Done():
			return
		}
	}
}

// bury buries orphans until none is left, or until a worker comes first, which it gives.
func (r *Reaper) bury() Process {
	r.mu.Lock()
	defer r.mu.Unlock()
	for pid := ended(); pid != 0; pid = ended() {
		if w := r.owner(pid); w != nil {
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

// ended is the process id of a child that has ended and that nobody has waited for, or 0. It leaves it so.
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

// pidOf is si_pid, for which unix.Siginfo has no name: it is the first of a union behind three integers, which is
// aligned as a pointer is.
func pidOf(info *unix.Siginfo) int {
	const (
		word = unsafe.Sizeof(uintptr(0))
		at   = (3*4 + word - 1) / word * word
	)
	raw := (*[unsafe.Sizeof(unix.Siginfo{})]byte)(unsafe.Pointer(info))
	return int(int32(binary.NativeEndian.Uint32(raw[at:])))
}
