package supervisor

import (
	"os"
	"slices"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// fatalSignals end a process that does not handle them, except a Go program, which ignores them or prints the stacks of
// its goroutines first. The list omits those for which Go takes the default action (HUP, INT, TERM and the stop
// signals), those it needs itself (URG, PROF), and those that a fault raises.
func fatalSignals() []string {
	return []string{"QUIT", "ABRT", "USR1", "USR2", "ALRM", "VTALRM", "STKFLT", "IO", "PWR", "XCPU"}
}

// exits are the signals for which Go takes the default action by raising them again. In the first process of a
// container that has no effect, and Go's runtime exits with 2, where any other program continues.
func exits() []string { return []string{"HUP", "INT", "TERM"} }

// DefaultActions gives all fatal signals except the given ones the kernel's default action, so that this process dies
// of SIGQUIT or SIGUSR1 as any other does, with the signal in its exit status. Call it once, before signal.Notify,
// which cannot get these signals any more.
//
// os/signal cannot do this: its Reset restores the action of Go's runtime. So this function asks the kernel, bypassing
// the runtime, which does not check a handler once it is installed. The first process of a container has no default
// actions: there the kernel drops these signals.
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

// setDefault installs SIG_DFL, a structure of zeros whatever the order of its fields. If the kernel's signal set is not
// 64 bits wide (MIPS), the call fails and the signal is still handled by Go.
func setDefault(sig syscall.Signal) {
	const setSize = 8
	var action [8]uint64
	if sig != 0 {
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, setSize, 0, 0)
	}
}
