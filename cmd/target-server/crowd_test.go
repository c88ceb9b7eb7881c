//go:build linux

package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// crowd is the number of simultaneous clients, as in the article's largest experiment.
const crowd = 10_000

// 10,000 connections: 40 requests running, all others established and queued, none refused, none lost,
// and no CPU time used while they wait. Scaled down: a request takes 5 ms instead of 800 s.
func TestTenThousandConnections(t *testing.T) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil || files.Cur < crowd+200 {
		t.Skipf("a process may open %d files here, and this needs %d (ulimit -n)", files.Cur, crowd+200)
	}
	p := start(t, "--limit=40", "--sleep=5ms")
	block := start(t, "--limit=40", "--sleep=1h", "--log-format=off")
	t.Run("all established", func(t *testing.T) {
		establish(t, block, false)
		block.rests(t)
	})
	block.kill()
	t.Run("none lost", func(t *testing.T) {
		establish(t, p, true)
		if got := strings.Count(p.stdout.String(), `" 200 OK`); got != crowd {
			t.Errorf("access lines: got %d, want %d", got, crowd)
		}
	})
}

// resetters is the number of simultaneous clients of TestCrowdOfResets on the first server.
var resetters = flag.Int("resetters", 4000, "clients that ask and reset at once")

// Thousands of clients, or as many as this process may have open, send a request and reset the
// connection while they wait: afterwards the server is in its initial state. Other stacks are tried
// with fewer clients.
func TestCrowdOfResets(t *testing.T) {
	var files syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &files); err != nil {
		t.Fatal(err)
	}
	for args, clients := range map[string]int{"--limit=40": *resetters, "--stack=hypercorn --workers=2 --backlog=2048": 2000, "--stack=tomcat": 2000} {
		t.Run(args, func(t *testing.T) {
			clients := min(clients, int(files.Cur)-200)
			p := start(t, append(strings.Fields(args), "--sleep=1ms", "--log-format=off")...)
			before, conns := p.descriptors(), make([]net.Conn, 0, clients)
			for i := range clients {
				conn, err := net.DialTimeout("tcp", p.addr, 3*time.Second)
				if err != nil {
					break // the kernel's queue is full: the clients so far are enough
				}
				say(conn, "GET /?id=%d HTTP/1.1\r\nHost: x\r\n\r\n", i)
				conns = append(conns, conn)
			}
			for _, conn := range conns {
				reset(conn)
			}
			if len(conns) < 1_000 {
				t.Errorf("%d clients have come", len(conns))
			}
			p.until("nothing is held", func() bool {
				text := p.stats()
				return strings.Count(text, `"held":0,`) == len(p.pids) && strings.Count(text, `"borrowed":0,"waiting":0,`) == len(p.pids)
			})
			p.asker.CloseIdleConnections()
			p.until("every connection is closed", func() bool { return p.descriptors() <= before })
			if text, err := p.get(t.Context(), "/?id=1"); err != nil || !strings.HasPrefix(text, "200 ") {
				t.Errorf("a client like any other got %q, %v", text, err)
			}
		})
	}
}

// establish connects the clients, has all of them send a request, and reads the answers.
func establish(t *testing.T, p *process, answers bool) {
	t.Helper()
	conns := make([]net.Conn, crowd)
	for i := range conns {
		conn, err := net.Dial("tcp", p.addr)
		if err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
		defer conn.Close()
		conns[i] = conn
		if _, err := fmt.Fprintf(conn, "GET /?id=%d HTTP/1.1\r\nHost: x\r\n\r\n", i); err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
	}
	if !answers {
		p.until("40 are in work and the rest waits", func() bool {
			text := p.stats()
			return strings.Contains(text, `"borrowed":40,"waiting":9960`)
		})
		return
	}
	for i, conn := range conns {
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("client %d: %v", i, err)
		}
		body, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != http.StatusOK || string(body) != `"hello"` {
			t.Fatalf("client %d: got %d %s %v", i, answer.StatusCode, body, err)
		}
	}
}
