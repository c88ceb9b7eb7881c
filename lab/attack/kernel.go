package attack

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// process is what the kernel reports about a process.
type process struct {
	pid, parent int
	state       string // one letter; Z is a zombie
	ticks       int    // of processor time
	descriptors int
	resident    int // bytes
	peak        int // bytes, the most that were ever resident
}

// group lists the processes of a process group by their number.
func group(id int) []process {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	var all []process
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		if p, of := look(pid); of == id {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b process) int { return a.pid - b.pid })
	return all
}

// look returns a process and its group, which is 0 if the process has ended.
func look(pid int) (process, int) {
	const state, parent, groupID, user, system = 0, 1, 2, 11, 12 // after the name, see proc(5)
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return process{}, 0
	}
	words := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(words) <= system {
		return process{}, 0
	}
	number := func(i int) int {
		n, _ := strconv.Atoi(words[i]) // the kernel writes numbers
		return n
	}
	return process{pid: pid, state: words[state], parent: number(parent), ticks: number(user) + number(system)}, number(groupID)
}

// weigh reads the memory of a process. It fails if the process has ended.
func (p *process) weigh() bool {
	files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.pid))
	if err != nil {
		return false
	}
	p.descriptors = len(files)
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.pid))
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		kilobytes := 0
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kilobytes); n == 1 {
			p.resident = kilobytes << 10
		}
		if n, _ := fmt.Sscanf(line, "VmHWM: %d kB", &kilobytes); n == 1 {
			p.peak = kilobytes << 10
		}
	}
	return true
}

// descriptorsOf lists what a process has open.
func descriptorsOf(pid int) []string {
	var all []string
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	entries, _ := os.ReadDir(dir) // a process that has ended has none
	for _, e := range entries {
		if to, err := os.Readlink(dir + "/" + e.Name()); err == nil {
			all = append(all, e.Name()+" "+to)
		}
	}
	return all
}
