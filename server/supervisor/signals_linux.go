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
// the runtime, which does not check a handler once it is installed.
//
// The first process of a container has no default actions: there the kernel drops these signals, but only while the main
// thread does not block them, and the goroutine in which os/signal blocks nearly every signal may run on that thread. So
// that process ignores them instead, which has the same effect without the gap.
func DefaultActions(except ...os.Signal) {
	names, action := fatalSignals(), uint64(sigDefault)
	if os.Getpid() == 1 {
		names, action = append(names, exits()...), sigIgnore
	}
	for _, sig := range SignalsNamed(names...) {
		if number, ok := sig.(syscall.Signal); ok && !slices.Contains(except, sig) {
			setAction(number, action)
		}
	}
}

// The two actions of the kernel that need no handler.
const (
	sigDefault = 0 // SIG_DFL
	sigIgnore  = 1 // SIG_IGN
)

// setDefault gives a signal its default action.
func setDefault(sig syscall.Signal) { setAction(sig, sigDefault) }

// setAction installs SIG_DFL or SIG_IGN. The handler is the first field of the kernel's structure, and the rest are zeros.
// On MIPS the flags are first, but there the kernel's signal set is not 64 bits wide: the call fails, and the signal is
// still handled by Go. Child processes do not inherit SIG_IGN: between fork and exec, Go's runtime resets all signals it
// has installed a handler for.
func setAction(sig syscall.Signal, handler uint64) {
	const setSize = 8
	action := [8]uint64{handler}
	if sig != 0 {
		_, _, _ = unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(sig), uintptr(unsafe.Pointer(&action)), 0, setSize, 0, 0)
	}
}
