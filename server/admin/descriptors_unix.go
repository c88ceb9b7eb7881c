//go:build unix

package admin

import (
	"math"

	"golang.org/x/sys/unix"
)

// Descriptors is how many the process may have open at present (RLIMIT_NOFILE, the soft limit).
func Descriptors() int {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil || limit.Cur > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(limit.Cur)
}
