//go:build unix

package supervisor

import (
	"os"
	"os/signal"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// signalNumber finds a signal by its name without SIG.
func signalNumber(name string) (os.Signal, bool) {
	sig := unix.SignalNum("SIG" + name)
	return sig, sig != 0
}

// signalName is the inverse of signalNumber.
func signalName(sig os.Signal) string {
	number, _ := sig.(syscall.Signal)
	return strings.TrimPrefix(unix.SignalName(number), "SIG")
}

// raise ends this process by a signal's default action.
func raise(sig os.Signal) {
	signal.Reset(sig)
	number, _ := sig.(syscall.Signal)
	setDefault(number)
	_ = unix.Kill(os.Getpid(), number)
	select {} // the signal is on its way
}
