package machine

import (
	"strings"

	"golang.org/x/sys/unix"
)

// kernel names the kernel, with its version where it tells it.
func kernel() string {
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return "Linux"
	}
	release, _, _ := strings.Cut(unix.ByteSliceToString(u.Release[:]), "-")
	return "Linux " + release
}
