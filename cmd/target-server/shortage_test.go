//go:build linux

package main

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// A process without free descriptors still answers its existing connections. uvloop closes new ones;
// asyncio leaves them in the kernel's queue and accepts them when descriptors are free. Either is
// reported once, and both recover.
func TestOutOfDescriptors(t *testing.T) {
	t.Parallel()
	const allowed, clients = 64, 84 // there is room for the last 20, besides the descriptors reserved for the admin address
	for _, c := range []struct{ loop, said string }{
		{"uvloop", "new connections are accepted and closed"},
		{"asyncio", "socket.accept() out of system resource"},
	} {
		t.Run(c.loop, func(t *testing.T) {
			p := start(t, "--loop="+c.loop, "--log-format=json", "--sleep=0s")
			before := p.descriptors()
			if err := unix.Prlimit(p.cmd.Process.Pid, unix.RLIMIT_NOFILE, &unix.Rlimit{Cur: allowed, Max: allowed}, nil); err != nil {
				t.Fatal(err)
			}
			conns := make([]net.Conn, clients)
			for i := range conns {
				conns[i] = p.dial()
			}
			p.until("the shortage is said", func() bool { return strings.Contains(p.stderr.String(), c.said) })
			served, closed := ask(t, conns, 2*time.Second)
			if served < allowed/2 || served > allowed || (closed > 0) != (c.loop == "uvloop") {
				t.Errorf("at first %d are served and %d closed, of %d with room for %d", served, closed, clients, allowed)
			}
			for _, conn := range conns[:allowed] {
				conn.Close()
			}
			p.until("there is room", func() bool { return p.descriptors() <= before+clients-allowed })
			if again, _ := ask(t, conns[allowed:], 5*time.Second); (again == clients-allowed) != (c.loop == "asyncio") {
				t.Errorf("of those for whom there was no room %d are served when there is, of %d", again, clients-allowed)
			}
			if text, err := p.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
				t.Errorf("a new client got %q, %v", text, err)
			}
			if n := strings.Count(p.stderr.String(), c.said); n != 1 {
				t.Errorf("said %d times, want once:\n%s", n, p.stderr)
			}
			for _, conn := range conns {
				conn.Close()
			}
			p.recovers(before)
		})
	}
}

// ask has every client send a request, and returns how many are answered and how many closed; the
// others get no answer within the given time. asyncio tries to accept once a second.
func ask(t *testing.T, conns []net.Conn, silence time.Duration) (served, closed int) {
	t.Helper()
	for _, conn := range conns {
		say(conn, "GET /?id=1 HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	end := time.Now().Add(silence)
	for _, conn := range conns {
		_ = conn.SetReadDeadline(end)
		switch _, err := answer(bufio.NewReader(conn)); {
		case err == nil:
			served++
		case !errors.Is(err, os.ErrDeadlineExceeded):
			closed++
		}
	}
	return served, closed
}

// A reader of standard output that stalls blocks the whole server, like Uvicorn, whose loop writes the
// access lines. When it reads again, everything continues and no line is missing.
func TestReaderOfTheLogStalls(t *testing.T) {
	t.Parallel()
	const clients = 600 // their lines are more than a pipe holds
	p := command(t, "--addr=127.0.0.1:0", "--sleep=0s", "--admin-addr=127.0.0.1:0")
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	p.cmd.Stdout = write
	p.launch()
	_ = write.Close()
	conns := make([]net.Conn, clients)
	for i := range conns {
		conns[i] = p.dial()
	}
	if served, closed := ask(t, conns, 2*time.Second); served == 0 || served == clients || closed > 0 {
		t.Fatalf("with nobody reading %d are answered and %d closed, of %d", served, closed, clients)
	}
	if silent := p.dial(); !isSilent(silent) {
		t.Error("a 404 comes while the log is stuck")
	}
	lines := make(chan int)
	go func() {
		text, _ := io.ReadAll(read)
		lines <- strings.Count(string(text), `" 200 OK`)
	}()
	p.until("all are answered", func() bool { return strings.Contains(p.stats(), `"held":0,"started":600,"answered":600`) })
	p.signal(unix.SIGTERM)
	if got := <-lines; got != clients {
		t.Errorf("access lines: got %d, want %d", got, clients)
	}
}

// isSilent reports whether a request that needs no thread gets no answer.
func isSilent(conn net.Conn) bool {
	say(conn, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n")
	_ = conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	_, err := conn.Read(make([]byte, 1))
	return errors.Is(err, os.ErrDeadlineExceeded)
}

// With a full disk, log lines are lost, which is reported once, but no answer is.
func TestFullDisk(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	p := command(t, "--addr=127.0.0.1:0", "--sleep=0s", "--admin-addr=127.0.0.1:0")
	p.cmd.Stdout = full
	p.launch()
	for range 100 {
		if text, err := p.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
			t.Fatalf("got %q, %v", text, err)
		}
	}
	const said = "target-server: lines of the log are lost: write /dev/stdout: no space left on device\n"
	if got := strings.Count(p.stderr.String(), said); got != 1 {
		t.Errorf("said %d times, want once:\n%s", got, p.stderr)
	}
}
