package beside

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of processor time in /proc, on every Linux (USER_HZ).
const tick = time.Second / 100

// spentBy is the processor time of a worker, or 0 if it is not a process of this machine: the process id of a worker in
// a container is another process here.
func spentBy(pid int) time.Duration {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// pid (name) state …; utime and stime are the 14th and 15th field.
	name, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	if len(fields) < 13 || !strings.Contains(name, "(target-server") && !isTarget(pid) {
		return 0
	}
	return ticks(fields[11]) + ticks(fields[12])
}

// isTarget reports whether a process that has another name, as gunicorn's workers have, runs target-server.
func isTarget(pid int) bool {
	file, err := os.Readlink(fmt.Sprintf("/proc/%d/exe", pid))
	return err == nil && strings.HasPrefix(filepath.Base(file), "target-server")
}

// spentByAll is how long the machine's processors have been busy, or 0 if that is not known.
func spentByAll() time.Duration {
	text, _ := os.ReadFile("/proc/stat")
	line, _, _ := strings.Cut(string(text), "\n")
	fields := strings.Fields(line) // cpu user nice system idle iowait irq softirq steal …
	var sum time.Duration
	for i, field := range fields {
		if i > 0 && i < 9 && i != 4 && i != 5 {
			sum += ticks(field)
		}
	}
	return sum
}

func ticks(text string) time.Duration {
	n, _ := strconv.ParseInt(text, 10, 64)
	return time.Duration(n) * tick
}
