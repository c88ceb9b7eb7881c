package server

import (
	"os"
	"runtime/debug"

	"github.com/KimMachineGun/automemlimit/memlimit"
)

// maxBuffered is how many bytes of incomplete heads a worker buffers for all its connections.
const maxBuffered = 64 << 20

// Shares of the memory that a container allows: the collector is told to keep the heap below heapShare, and incomplete
// heads may take up bufferShare. The kernel kills a process that goes beyond the whole, and counts sockets and their
// buffers too, which may need as much as we do.
const (
	heapShare   = 0.5
	bufferShare = 0.1
)

// memoryLimit is the memory in bytes that the process's control group leaves to each of so many processes, or 0 where
// it sets no bound.
func memoryLimit(processes int) int {
	limit, err := memlimit.FromCgroup()
	if err != nil || limit == 0 || limit > 1<<50 {
		return 0
	}
	return int(limit) / processes
}

// boundHeap makes the collector keep the heap below its share of a memory limit, unless GOMEMLIMIT is set.
func boundHeap(limit int) {
	if limit > 0 && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(int64(float64(limit) * heapShare))
	}
}
