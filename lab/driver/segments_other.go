//go:build !linux

package driver

import "errors"

// Segments is available only on Linux.
func (c *Conn) Segments() (int, error) {
	return 0, errors.New("counting segments works only on Linux")
}
