//go:build !linux

package supervisor

import "syscall"

// DefaultActions does nothing here: signals that are not handled do what Go's runtime does.
func DefaultActions(...string) {}

func setDefault(syscall.Signal) {}
