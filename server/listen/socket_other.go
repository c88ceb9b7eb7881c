//go:build !unix

package listen

import (
	"context"
	"errors"
	"net/netip"
	"os"
)

// Bind is not supported here: see the package's documentation.
func Bind(context.Context, string, uint16) (*os.File, error) { return nil, errors.ErrUnsupported }

// Listen is not supported here: see the package's documentation.
func Listen(int, int) error { return errors.ErrUnsupported }

// Addr is not supported here: see the package's documentation.
func Addr(int) (netip.AddrPort, error) { return netip.AddrPort{}, errors.ErrUnsupported }
