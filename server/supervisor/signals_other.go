//go:build !linux

package supervisor

import (
	"os"
	"syscall"
)

// DefaultActions does nothing here: Go's runtime decides what unhandled signals do.
func DefaultActions(...os.Signal) {}

func setDefault(syscall.Signal) {}
