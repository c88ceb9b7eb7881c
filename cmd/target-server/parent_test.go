//go:build linux

package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// TestExitWithParent tries every kind of input that ends with the parent: the server runs until then,
// and afterwards no process of it is left.
func TestExitWithParent(t *testing.T) {
	for _, c := range []struct {
		name string
		args string
		open func(*testing.T) (input *os.File, parent io.Closer)
	}{
		{"pipe", "", func(t *testing.T) (*os.File, io.Closer) { return pipe(t) }},
		{"pipe of several workers", "--workers=2", func(t *testing.T) (*os.File, io.Closer) { return pipe(t) }},
		{"pipe of a master", "--stack=gunicorn-sync --workers=2", func(t *testing.T) (*os.File, io.Closer) { return pipe(t) }},
		{"FIFO to read", "", func(t *testing.T) (*os.File, io.Closer) {
			path := fifo(t)
			read := at(t, path, unix.O_RDONLY|unix.O_NONBLOCK) // otherwise it would wait for a writer
			return read, at(t, path, unix.O_WRONLY)
		}},
		{"socket pair", "", func(t *testing.T) (*os.File, io.Closer) { return socketPair(t, unix.SOCK_STREAM) }},
		{"socket pair of several workers", "--workers=2", func(t *testing.T) (*os.File, io.Closer) { return socketPair(t, unix.SOCK_STREAM) }},
		{"TCP", "", func(t *testing.T) (*os.File, io.Closer) { return connection(t, "tcp", "127.0.0.1:0") }},
		{"TCP over IPv6", "", func(t *testing.T) (*os.File, io.Closer) { return connection(t, "tcp", "[::1]:0") }},
		{"Unix socket", "", func(t *testing.T) (*os.File, io.Closer) {
			return connection(t, "unix", filepath.Join(t.TempDir(), "s"))
		}},
		{"terminal", "", func(t *testing.T) (*os.File, io.Closer) {
			master, terminal := pty(t, unix.O_RDWR)
			return terminal, master
		}},
		{"terminal to read", "", func(t *testing.T) (*os.File, io.Closer) {
			master, terminal := pty(t, unix.O_RDONLY)
			return terminal, master
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			input, parent := c.open(t)
			p := command(t, append(strings.Fields(c.args), "--addr=127.0.0.1:0", "--sleep=0s", "--exit-with-parent")...)
			p.cmd.Stdin = input
			p.launch()
			if text, err := p.get(t.Context(), "/?id=1"); err != nil || !strings.HasPrefix(text, "200 ") {
				t.Errorf("got %q, %v", text, err)
			}
			if err := parent.Close(); err != nil {
				t.Fatal(err)
			}
			if got, want := p.end(), "exit status 0"; got != want {
				t.Errorf("end: got %s, want %s\n%s", got, want, p.stderr)
			}
			p.until("the workers have ended", func() bool { return !slices.ContainsFunc(p.pids, alive) })
			p.leaves()
		})
	}
}

// TestExitWithNoParent tries every kind of input that cannot show the end of a parent: it is refused
// like other wrong input, also with several workers.
func TestExitWithNoParent(t *testing.T) {
	const messages = "a socket of messages, which does not end with its peer"
	for _, c := range []struct {
		name, said string
		open       func(*testing.T) *os.File
	}{
		{"/dev/null", "/dev/null", func(t *testing.T) *os.File { return at(t, "/dev/null", unix.O_RDWR) }},
		{"/dev/zero", "/dev/zero", func(t *testing.T) *os.File { return at(t, "/dev/zero", unix.O_RDONLY) }},
		{"/dev/full", "/dev/full", func(t *testing.T) *os.File { return at(t, "/dev/full", unix.O_RDONLY) }},
		{"/dev/urandom", "/dev/urandom", func(t *testing.T) *os.File { return at(t, "/dev/urandom", unix.O_RDONLY) }},
		{"file", "a file", func(t *testing.T) *os.File {
			return at(t, filepath.Join(t.TempDir(), "file"), unix.O_CREAT|unix.O_RDWR)
		}},
		{"directory", "a directory", func(t *testing.T) *os.File { return at(t, t.TempDir(), unix.O_RDONLY) }},
		{"writing end", "the writing end of a pipe", func(t *testing.T) *os.File {
			_, write := pipe(t)
			return write
		}},
		{"FIFO for both", "a pipe that is open for writing too", func(t *testing.T) *os.File { return at(t, fifo(t), unix.O_RDWR) }},
		{"terminal to write", "a terminal that is not open for reading", func(t *testing.T) *os.File {
			_, terminal := pty(t, unix.O_WRONLY)
			return terminal
		}},
		{"UDP", messages, func(t *testing.T) *os.File { return socket(t, unix.AF_INET, unix.SOCK_DGRAM, nil) }},
		{"connected UDP", messages, func(t *testing.T) *os.File {
			return socket(t, unix.AF_INET, unix.SOCK_DGRAM, &unix.SockaddrInet4{Port: 9, Addr: [4]byte{127, 0, 0, 1}})
		}},
		{"datagrams", messages, func(t *testing.T) *os.File {
			theirs, _ := socketPair(t, unix.SOCK_DGRAM)
			return theirs
		}},
		{"packets", messages, func(t *testing.T) *os.File {
			theirs, _ := socketPair(t, unix.SOCK_SEQPACKET)
			return theirs
		}},
		{"listening TCP", "a listening socket", func(t *testing.T) *os.File { return listening(t, unix.AF_INET) }},
		{"listening Unix socket", "a listening socket", func(t *testing.T) *os.File { return listening(t, unix.AF_UNIX) }},
		{"new TCP socket", "a socket that is not connected", func(t *testing.T) *os.File { return socket(t, unix.AF_INET, unix.SOCK_STREAM, nil) }},
		{"eventfd", "not a stream", func(t *testing.T) *os.File {
			fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
			return opened(t, fd, err)
		}},
		{"epoll", "not a stream", func(t *testing.T) *os.File {
			fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
			return opened(t, fd, err)
		}},
		{"signalfd", "not a stream", func(t *testing.T) *os.File {
			fd, err := unix.Signalfd(-1, &unix.Sigset_t{}, unix.SFD_CLOEXEC)
			return opened(t, fd, err)
		}},
		{"closed", "/dev/null", nil}, // which Go's runtime opens
	} {
		for _, workers := range []string{"1", "2"} {
			t.Run(c.name+", workers "+workers, func(t *testing.T) {
				p := command(t, "--addr=127.0.0.1:0", "--workers="+workers, "--exit-with-parent")
				if c.open != nil {
					p.cmd.Stdin = c.open(t)
				} else {
					p.cmd.Path, p.cmd.Args = "/bin/sh", append([]string{"sh", "-c", `exec "$0" "$@" <&-`}, p.cmd.Args...)
				}
				if err := p.cmd.Start(); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(p.kill)
				late := time.AfterFunc(10*time.Second, func() { _ = p.cmd.Process.Kill() })
				defer late.Stop()
				if got, want := p.end(), "exit status 2"; got != want {
					t.Errorf("end: got %s, want %s", got, want)
				}
				want := "target-server: --exit-with-parent: standard input is " + c.said
				if got := p.stderr.String(); !strings.HasPrefix(got, want) || !strings.Contains(got, "; accepted: ") || strings.Count(got, "\n") != 1 {
					t.Errorf("stderr: got\n%swant one line that begins with\n%s", got, want)
				}
			})
		}
	}
}

// A parent that sends endless data is read from, costs little, and still ends the server when it ends.
func TestExitWithParentThatTalks(t *testing.T) {
	t.Parallel()
	read, write := pipe(t)
	p := command(t, "--addr=127.0.0.1:0", "--exit-with-parent")
	p.cmd.Stdin = read
	p.launch()
	before, begin, sent := p.cpu(), time.Now(), 0
	for time.Since(begin) < time.Second {
		n, err := write.Write(make([]byte, 64*1024))
		if err != nil {
			t.Fatal(err)
		}
		sent += n
	}
	if sent < 1<<20 {
		t.Errorf("%d bytes were taken in a second", sent)
	}
	if took := p.cpu() - before; took > time.Since(begin)/4 {
		t.Errorf("it computes for %v of %v", took, time.Since(begin))
	}
	if got := p.residentBytes(); got > 100<<20 {
		t.Errorf("it has %d bytes of memory", got)
	}
	write.Close()
	if got, want := p.end(), "exit status 0"; got != want {
		t.Errorf("end: got %s, want %s", got, want)
	}
}

// A child of the parent that inherits its end of the pipe keeps the server up after the parent, as docs/fixture.md says.
func TestExitWithTheParentsLastChild(t *testing.T) {
	read, write := pipe(t)
	p := command(t, "--addr=127.0.0.1:0", "--sleep=0s", "--exit-with-parent")
	p.cmd.Stdin = read
	p.launch()
	child := exec.Command("/bin/sh", "-c", "read line")
	child.ExtraFiles = []*os.File{write}
	ends, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	write.Close()
	if text, err := p.get(t.Context(), "/?id=1"); err != nil || text != `200 "hello"` {
		t.Errorf("got %q, %v while the child lives", text, err)
	}
	ends.Close()
	_ = child.Wait() // read fails at the end of its input
	if got, want := p.end(), "exit status 0"; got != want {
		t.Errorf("end: got %s, want %s", got, want)
	}
}
