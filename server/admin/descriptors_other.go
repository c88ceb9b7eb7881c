//go:build !unix

package admin

import "math"

// Descriptors is how many the process may have open: they are not limited here.
func Descriptors() int { return math.MaxInt32 }
