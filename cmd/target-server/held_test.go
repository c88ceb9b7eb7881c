//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"testing"
)

// BenchmarkHeld tells how many bytes the process grows by for each request
// that it holds, most of them in line for a thread.
func BenchmarkHeld(b *testing.B) {
	const held = 15_000
	for b.Loop() {
		p := start(b, "--sleep=1h", "--log-format=off")
		before := p.residentBytes()
		for i := range held {
			conn, err := net.Dial("tcp", p.addr)
			if err != nil {
				b.Fatalf("client %d: %v", i, err)
			}
			defer conn.Close()
			if _, err := fmt.Fprintf(conn, "GET /?id=%d HTTP/1.1\r\nHost: localhost:8080\r\nUser-Agent: bench\r\n\r\n", i); err != nil {
				b.Fatalf("client %d: %v", i, err)
			}
		}
		p.until("all are held", func() bool { return strings.Contains(p.stats(), fmt.Sprintf(`"held":%d`, held)) })
		b.ReportMetric(float64(p.residentBytes()-before)/held, "B/held")
	}
}

// residentBytes is the memory that the process has now (VmRSS), and
// mostResidentBytes the most that it ever had (VmHWM).
func (p *process) residentBytes() int     { return p.memory("VmRSS") }
func (p *process) mostResidentBytes() int { return p.memory("VmHWM") }

func (p *process) memory(field string) int {
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
	all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
	if err != nil {
		p.t.Fatal(err)
	}
	return len(all)
}
