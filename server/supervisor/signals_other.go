//go:build !linux

package supervisor

import (
	"os"
	"syscall"
)

// DefaultActions does nothing here: signals that are not handled do what Go's runtime does.
func DefaultActions(...os.Signal) {}

func setDefault(syscall.Signal) {}
