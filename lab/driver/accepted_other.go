//go:build !linux

package driver

import (
	"errors"
	"fmt"
)

func (c *Conn) accepted() (bool, error) {
	return false, fmt.Errorf("whether a connection has been accepted: %w", errors.ErrUnsupported)
}
