//go:build linux

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// residentBytes is the memory that the process has now (VmRSS), and
// mostResidentBytes the most that it ever had (VmHWM).
func (p *process) residentBytes() int {
	p.t.Helper()
	return p.memory("VmRSS")
}

func (p *process) mostResidentBytes() int {
	p.t.Helper()
	return p.memory("VmHWM")
}

func (p *process) memory(field string) int {
	p.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var kilobytes int
		if n, _ := fmt.Sscanf(line, field+": %d kB", &kilobytes); n == 1 {
			return kilobytes * 1024
		}
	}
	p.t.Fatal("no ", field)
	return 0
}

// descriptors is how many files and sockets the process has open.
func (p *process) descriptors() int {
	p.t.Helper()
	all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	return len(all)
}

// stat returns the fields of /proc/PID/stat from the state on; nil if the process has ended.
func stat(pid int) []string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil
	}
	return strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
}

// cpu is the CPU time that the process has used.
func (p *process) cpu() time.Duration {
	p.t.Helper()
	const user, system, perSecond = 11, 12, 100
	fields := stat(p.cmd.Process.Pid)
	sum := 0
	for _, field := range []int{user, system} {
		n, err := strconv.Atoi(fields[field])
		if err != nil {
			p.t.Fatal(err)
		}
		sum += n
	}
	return time.Duration(sum) * time.Second / perSecond
}

// rests fails if the process keeps using CPU time while it only has to wait. Work left over from the
// arrival of the clients, such as garbage collection, is done soon.
func (p *process) rests(t *testing.T) {
	t.Helper()
	const seconds, allowed = 10, 50 * time.Millisecond
	took := time.Duration(0)
	for range seconds {
		before := p.cpu()
		time.Sleep(time.Second)
		if took = p.cpu() - before; took <= allowed {
			return
		}
	}
	t.Errorf("at rest it computes for %v a second, %d seconds long", took, seconds)
}
