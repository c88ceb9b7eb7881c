package server

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// mostKept is what heads that do not end may take of a worker's memory, in bytes.
const mostKept = 64 << 20

// Of the memory that a container allows, the collector is told to stay below
// heapShare, and heads that do not end may take keptShare: a process that goes
// beyond the whole is killed by the kernel, whose own part of it, for sockets and
// what they hold, is as large as ours.
const (
	heapShare = 0.5
	keptShare = 0.1
)

// allowed is the memory in bytes that the process's control group leaves to each
// of so many processes, or 0 where it sets no bound.
func allowed(processes int) int {
	limit, err := memlimit.FromCgroup()
	if err != nil || limit == 0 || limit > 1<<50 {
		return 0
	}
	return int(limit) / processes
}

// boundHeap has the collector keep below a bound, unless GOMEMLIMIT has set one.
func boundHeap(allowed int) {
	if allowed > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(float64(allowed) * heapShare))
	}
}
