//go:build unix

package supervisor

import (
	"os"
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
