package supervisor

import (
	"os"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fatalSignals end a process that does not handle them, and do something else in a Go program: it ignores them, or it
// prints the stacks of its goroutines first. Left out are those that Go treats in the default way (HUP, INT, TERM and
// the stop signals), those it needs itself (URG, PROF), and those that a fault raises.
func fatalSignals() []string {
	return []string{"QUIT", "ABRT", "USR1", "USR2", "ALRM", "VTALRM", "STKFLT", "IO", "PWR", "XCPU"}
}

// exits are the signals that Go treats in the default way by raising them anew. In the first process of a container that has
// no effect, so Go's runtime exits with 2 there, where any other program goes on.
func exits() []string { return []string{"HUP", "INT", "TERM"} }

// DefaultActions gives signals the kernel's default action, so that this process dies of SIGQUIT or SIGUSR1 as any
// other does, with the signal in its exit status. The signals given are left alone. Call it before
// signal.Notify, and once: a signal given away can no longer be had with signal.Notify.
//
// os/signal has no way to do this: its Reset goes back to what Go's runtime does. So this asks the kernel, past the
// runtime, which does not look again at a handler it has installed. The first process of a container has no default actions: the kernel
// drops these signals there.
func DefaultActions(except ...os.Signal) {
	names := fatalSignals()
	if os.Getpid() == 1 {
		names = append(names, exits()...)
	}
	for _, sig := range SignalsNamed(names...) {
		if number, ok := sig.(syscall.Signal); ok && !slices.Contains(except, sig) {
			setDefault(number)
		}
	}
}

// setDefault installs SIG_DFL, which is a structure of zeros whatever the architecture's order of the fields. Where the
// kernel's signal set is not 64 bits wide (MIPS) the call fails and the signal stays Go's.
func setDefault(sig syscall.Signal) {
	const setSize = 8
	var action [8]uint64
	if sig != 0 {
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, setSize, 0, 0)
	}
}
