//go:build linux

package main

import (
	"bufio"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A stopped process continues where it was: requests that were running or queued, or arrived meanwhile,
// are answered, even if their whole sleep passed while it was stopped.
func TestStoppedAndContinued(t *testing.T) {
	t.Parallel()
	const work = 100 * time.Millisecond
	for _, flags := range []string{"--mode=threadpool --limit=2", "--mode=async-misuse", "--mode=cooperative"} {
		t.Run(flags, func(t *testing.T) {
			p := start(t, append(strings.Fields(flags), "--sleep="+work.String())...)
			var conns []net.Conn
			come := func(n int) {
				for range n {
					conn := p.dial()
					say(conn, "GET /?id=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
					conns = append(conns, conn)
				}
			}
			come(5)
			p.until("work has begun", func() bool { return strings.Contains(p.stdout.String(), "processing") })
			due := time.Now().Add(work)
			p.signal(syscall.SIGSTOP)
			p.until("it is stopped", func() bool { return stat(p.cmd.Process.Pid)[0] == "T" })
			come(5)
			time.Sleep(time.Until(due))
			p.signal(syscall.SIGCONT)
			for i, conn := range conns {
				if text, err := answer(bufio.NewReader(conn)); err != nil || !strings.HasPrefix(text, `200 "hello`) {
					t.Errorf("client %d got %q, %v", i, text, err)
				}
			}
		})
	}
}

// load has clients send one request after the other until it is ended, and counts what they get. A
// client that is disconnected reconnects.
type load struct {
	answered, cut atomic.Int64
	stop          chan struct{}
	clients       sync.WaitGroup
}

func (p *process) load(clients int) *load {
	l := &load{stop: make(chan struct{})}
	for range clients {
		l.clients.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
				}
				if text, err := p.get(p.t.Context(), "/?id=1"); err == nil && text == `200 "hello"` {
					l.answered.Add(1)
				} else {
					l.cut.Add(1)
					time.Sleep(time.Millisecond)
				}
			}
		})
	}
	return l
}

func (l *load) end() {
	close(l.stop)
	l.clients.Wait()
}

// grows waits until n more requests are answered.
func (l *load) grows(p *process, n int64) {
	p.t.Helper()
	from := l.answered.Load()
	p.until("clients are answered", func() bool { return l.answered.Load() >= from+n })
}

// If a worker is killed under load, the requests that it held are lost, but no others.
func TestWorkerKilledUnderLoad(t *testing.T) {
	const clients = 16
	p := start(t, "--vintage=current", "--workers=2", "--sleep=1ms", "--log-format=off")
	l := p.load(clients)
	l.grows(p, 200)
	if err := syscall.Kill(p.pids[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	l.grows(p, 200)
	p.until("there are two again", func() bool {
		text := p.stats()
		return strings.Count(text, `"worker":`) == 2 && !strings.Contains(text, `"error"`)
	})
	cut := l.cut.Load()
	l.grows(p, 200)
	if more := l.cut.Load() - cut; more > 0 {
		t.Errorf("%d clients are cut off by workers that live", more)
	}
	l.end()
	if cut > clients {
		t.Errorf("%d clients were cut off, and at most %d can have been at the worker that died", cut, clients)
	}
}

// If a parent is killed under load, no process is left, and the port is free.
func TestParentKilledUnderLoad(t *testing.T) {
	for _, vintage := range []string{"2023-03", "current"} {
		t.Run(vintage, func(t *testing.T) {
			p := start(t, "--vintage="+vintage, "--workers=2", "--sleep=1ms", "--log-format=off")
			l := p.load(8)
			l.grows(p, 100)
			p.signal(syscall.SIGKILL)
			p.until("the workers have ended", func() bool { return !slices.ContainsFunc(p.pids, alive) })
			l.end()
			next := command(t, "--addr="+p.addr, "--admin-addr=127.0.0.1:0", "--sleep=0s")
			next.launch()
			if text, err := next.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
				t.Errorf("the next server's client got %q, %v", text, err)
			}
		})
	}
}

// alive reports whether a process exists and is not a zombie.
func alive(pid int) bool {
	fields := stat(pid)
	return len(fields) > 0 && fields[0] != "Z"
}
