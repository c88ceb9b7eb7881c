//go:build !unix

package supervisor

import (
	"os"
	"syscall"
)

// signalNumber finds a signal by its name without SIG. There are only two here.
func signalNumber(name string) (os.Signal, bool) {
	switch name {
	case "INT":
		return os.Interrupt, true
	case "TERM":
		return syscall.SIGTERM, true
	default:
		return nil, false
	}
}

// signalName is the inverse of signalNumber.
func signalName(sig os.Signal) string {
	switch sig {
	case os.Interrupt:
		return "INT"
	case syscall.SIGTERM:
		return "TERM"
	default:
		return ""
	}
}

// raise ends this process, without a signal.
func raise(os.Signal) { os.Exit(1) }
