//go:build unix

package driver

import (
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/eventually"
)

// serve runs a server for a test; talk gets each connection.
func serve(t *testing.T, talk func(*net.TCPConn)) (addr string, port int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go talk(conn.(*net.TCPConn))
		}
	}()
	return listener.Addr().String(), listener.Addr().(*net.TCPAddr).Port
}

func dial(t *testing.T, addr string) *Conn {
	t.Helper()
	conn, err := Dial(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Leave() })
	return conn
}

func awaitEnd(t *testing.T, conn *Conn) EventKind {
	t.Helper()
	conn.Await(5*time.Second, func([]Event) bool { return false })
	end, ok := conn.End()
	if !ok {
		t.Fatal("the connection did not end")
	}
	return end.Kind
}

func TestConnRecordsBytesAndFIN(t *testing.T) {
	addr, _ := serve(t, func(c *net.TCPConn) {
		buffer := make([]byte, 5)
		_, _ = c.Read(buffer)
		_, _ = c.Write(buffer)
		_ = c.Close()
	})
	conn := dial(t, addr)
	if err := conn.Send([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	if kind := awaitEnd(t, conn); kind != FIN {
		t.Errorf("end: got %v, want FIN", kind)
	}
	if got := string(Stream(conn.Events())); got != "hello" {
		t.Errorf("bytes: got %q, want hello", got)
	}
	if at := conn.Events()[0].At; at.Before(conn.Connected) {
		t.Errorf("bytes at %v, before the connection was established at %v", at, conn.Connected)
	}
}

func TestConnRecordsReset(t *testing.T) {
	addr, _ := serve(t, func(c *net.TCPConn) {
		_, _ = c.Read(make([]byte, 1))
		_ = c.SetLinger(0)
		_ = c.Close()
	})
	conn := dial(t, addr)
	if err := conn.Send([]byte("x")); err != nil {
		t.Fatal(err)
	}
	if kind := awaitEnd(t, conn); kind != RST {
		t.Errorf("end: got %v, want RST", kind)
	}
}

func TestWaysToPart(t *testing.T) {
	tests := []struct {
		name string
		part func(*Conn) error
		want string
	}{
		{"leave", (*Conn).Leave, "EOF"},
		{"half-close", (*Conn).HalfClose, "EOF"},
		{"reset", (*Conn).Reset, "connection reset"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			seen := make(chan error, 1)
			addr, _ := serve(t, func(c *net.TCPConn) {
				_, err := c.Read(make([]byte, 1))
				seen <- err
			})
			if err := test.part(dial(t, addr)); err != nil {
				t.Fatal(err)
			}
			if err := <-seen; err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("the server saw %v, want %s", err, test.want)
			}
		})
	}
}

func TestHalfCloseStillReads(t *testing.T) {
	addr, _ := serve(t, func(c *net.TCPConn) {
		_, _ = c.Read(make([]byte, 1))
		_, _ = c.Write([]byte("still here"))
		_ = c.Close()
	})
	conn := dial(t, addr)
	if err := conn.HalfClose(); err != nil {
		t.Fatal(err)
	}
	awaitEnd(t, conn)
	if got := string(Stream(conn.Events())); got != "still here" {
		t.Errorf("got %q", got)
	}
}

func TestFillStopsWhenNobodyReads(t *testing.T) {
	over := make(chan struct{})
	defer close(over)
	addr, _ := serve(t, func(c *net.TCPConn) {
		<-over
		_ = c.Close()
	})
	n, err := dial(t, addr).Fill(make([]byte, 64<<20), 200*time.Millisecond)
	if err != nil || n == 0 || n == 64<<20 {
		t.Errorf("filled %d, %v; want a part", n, err)
	}
}

func TestAcceptQueueAndEstablished(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	port := listener.Addr().(*net.TCPAddr).Port
	for range 3 {
		dial(t, listener.Addr().String())
	}
	queue, err := AcceptQueue(port)
	if err != nil || queue != 3 {
		t.Errorf("accept queue: got %d, %v; want 3", queue, err)
	}
	if held, err := Established(port); err != nil || held != 3 {
		t.Errorf("established: got %d, %v; want 3", held, err)
	}
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := AcceptQueue(port); err == nil {
		t.Error("a closed listener has a queue")
	}
}

func TestSegments(t *testing.T) {
	addr, _ := serve(t, func(c *net.TCPConn) {
		_, _ = c.Write([]byte("head"))
		time.Sleep(20 * time.Millisecond)
		_, _ = c.Write([]byte("body"))
	})
	conn := dial(t, addr)
	conn.Await(5*time.Second, func(es []Event) bool { return len(Stream(es)) == 8 })
	if n, err := conn.Segments(); err != nil || n != 2 {
		t.Errorf("got %d, %v; want 2 segments", n, err)
	}
}

func TestProcessRecordsLinesAndExit(t *testing.T) {
	p, err := Start(t.Context(), Command{Args: []string{"sh", "-c", "echo $WORD; echo two >&2; exit 3"}, Env: []string{"WORD=one"}})
	if err != nil {
		t.Fatal(err)
	}
	exit, ok := p.AwaitExit(10 * time.Second)
	if !ok || exit.Text != "exit 3" {
		t.Errorf("exit: got %q, %v; want exit 3", exit.Text, ok)
	}
	if !p.AwaitLines(5*time.Second, func(lines []Line) bool { return len(lines) == 2 }) {
		t.Fatalf("lines: got %v, want two", p.Lines())
	}
	for _, line := range p.Lines() {
		if want := map[Output]string{Stdout: "one", Stderr: "two"}[line.Output]; line.Text != want {
			t.Errorf("%s: got %q, want %q", line.Output, line.Text, want)
		}
	}
	if err := p.Kill(); err != nil {
		t.Error(err)
	}
}

func TestProcessKilledWithItsChildren(t *testing.T) {
	p, err := Start(t.Context(), Command{Args: []string{"sh", "-c", "sleep 60 & echo up; wait"}})
	if err != nil {
		t.Fatal(err)
	}
	p.AwaitLines(5*time.Second, func(lines []Line) bool { return len(lines) == 1 })
	if err := p.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if exit, ok := p.AwaitExit(5 * time.Second); !ok || exit.Text != "killed by terminated" {
		t.Errorf("exit: got %q, %v", exit.Text, ok)
	}
	if err := p.Kill(); err != nil {
		t.Error(err)
	}
	eventually.True(t, "the child has ended", func() bool { return syscall.Kill(-p.Pid(), 0) != nil })
}

// The kernel knows which process has accepted a connection, or that none has.
func TestOwners(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := dial(t, listener.Addr().String())
	accepted, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	waiting := dial(t, listener.Addr().String())
	if _, ok, err := taken.AwaitAccepted(time.Second); !ok || err != nil {
		t.Errorf("the accepted connection: %v, %v", ok, err)
	}
	if at, ok, err := waiting.AwaitAccepted(50 * time.Millisecond); ok || err != nil {
		t.Errorf("the waiting connection was accepted at %v, %v", at, err)
	}
	owners, err := Owners(listener.Addr().(*net.TCPAddr).Port)
	if err != nil {
		t.Fatal(err)
	}
	if pid, ok := owners[waiting.LocalPort()]; !ok || pid != NotAccepted {
		t.Errorf("the waiting connection belongs to %d, %v; want no process", pid, ok)
	}
	if pid := owners[taken.LocalPort()]; pid != os.Getpid() {
		t.Errorf("the accepted connection belongs to %d, want %d", pid, os.Getpid())
	}
}

// SIGHUP has its default action in a server even if the process that started it ignores SIGHUP.
func TestHangupIsNotIgnored(t *testing.T) {
	signal.Ignore(syscall.SIGHUP)
	defer signal.Reset(syscall.SIGHUP)
	process, err := Start(t.Context(), Command{Args: []string{"sh", "-c", "kill -HUP $$; echo alive"}})
	if err != nil {
		t.Fatal(err)
	}
	defer process.Kill()
	if exit, ok := process.AwaitExit(5 * time.Second); !ok || exit.Text != "killed by hangup" {
		t.Errorf("got %q, %v; want killed by hangup", exit.Text, ok)
	}
}
