//go:build linux

package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
)

// crowd is how many clients come at once, as in the article's extreme.
const crowd = 10_000

// 10,000 connections: 40 in work, all others established and waiting, none
// refused, none lost, and no time computed while they wait. Scaled in time: a
// request takes 5 ms instead of 800 s.
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

// establish connects the crowd, has everybody ask, and reads the answers.
func establish(t *testing.T, p *process, answers bool) {
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
