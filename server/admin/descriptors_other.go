//go:build !unix

package admin

import "math"

// Descriptors is how many the process may have open, which is not limited here.
func Descriptors() int { return math.MaxInt32 }
