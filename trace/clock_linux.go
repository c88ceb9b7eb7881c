package trace

import (
	"time"

	"golang.org/x/sys/unix"
)

// Now is the time of Perfetto's usual clock, which all processes of a machine share: the time since it was booted.
func Now() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		return time.Duration(time.Now().UnixNano())
	}
	return time.Duration(t.Nano())
}
