package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// proportionalBytes is the Pss of a process.
func proportionalBytes(pid int) (int, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		var kilobytes int
		if n, _ := fmt.Sscanf(line, "Pss: %d kB", &kilobytes); n == 1 {
			return kilobytes * 1024, nil
		}
	}
	return 0, errors.New("the kernel does not report its Pss")
}

// processorTime reads a process's CPU clock, utime and stime together, in nanoseconds; /proc/PID/stat
// has it only in hundredths of a second.
func processorTime(pid int) (time.Duration, error) {
	const scheduler = 2 // CPUCLOCK_SCHED: see clock_getcpuclockid(3)
	var now unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|scheduler), &now)
	return time.Duration(now.Nano()), err
}

// bareSleep is a system call, without Go's timers.
func bareSleep(d time.Duration) {
	span := unix.NsecToTimespec(int64(d))
	_ = unix.Nanosleep(&span, nil) // a signal ends it early, which does not count as late
}
