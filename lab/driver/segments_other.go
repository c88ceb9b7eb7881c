//go:build !linux

package driver

import "errors"

// Segments is known on Linux only.
func (c *Conn) Segments() (int, error) {
	return 0, errors.New("segments are counted on Linux only")
}
