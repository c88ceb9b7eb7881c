//go:build !linux

package supervisor

// DefaultActions does nothing here: signals that are not handled do what Go's runtime does.
func DefaultActions(...string) {}
