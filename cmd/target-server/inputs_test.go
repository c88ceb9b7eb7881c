//go:build linux

package main

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// The kinds of standard input with which --exit-with-parent is tried.

// opened takes over a descriptor returned by a system call.
func opened(t *testing.T, fd int, err error) *os.File {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	f := os.NewFile(uintptr(fd), "")
	t.Cleanup(func() { f.Close() })
	return f
}

// at opens a path.
func at(t *testing.T, path string, flags int) *os.File {
	t.Helper()
	fd, err := unix.Open(path, flags|unix.O_CLOEXEC, 0)
	return opened(t, fd, err)
}

func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	var fds [2]int
	err := unix.Pipe2(fds[:], unix.O_CLOEXEC)
	return opened(t, fds[0], err), opened(t, fds[1], err)
}

func socketPair(t *testing.T, kind int) (theirs, ours *os.File) {
	t.Helper()
	fds, err := unix.Socketpair(unix.AF_UNIX, kind|unix.SOCK_CLOEXEC, 0)
	return opened(t, fds[0], err), opened(t, fds[1], err)
}

// socket makes one and connects it, if there is an address.
func socket(t *testing.T, domain, kind int, to unix.Sockaddr) *os.File {
	t.Helper()
	fd, err := unix.Socket(domain, kind|unix.SOCK_CLOEXEC, 0)
	if err == nil && to != nil {
		err = unix.Connect(fd, to)
	}
	return opened(t, fd, err)
}

func listening(t *testing.T, domain int) *os.File {
	t.Helper()
	f := socket(t, domain, unix.SOCK_STREAM, nil)
	if domain == unix.AF_UNIX {
		if err := unix.Bind(int(f.Fd()), &unix.SockaddrUnix{Name: filepath.Join(t.TempDir(), "s")}); err != nil {
			t.Fatal(err)
		}
	}
	if err := unix.Listen(int(f.Fd()), 1); err != nil {
		t.Fatal(err)
	}
	return f
}

func fifo(t *testing.T) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "fifo")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pty opens a terminal.
func pty(t *testing.T, flags int) (master, terminal *os.File) {
	t.Helper()
	master = at(t, "/dev/ptmx", unix.O_RDWR|unix.O_NOCTTY)
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetUint32(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	return master, at(t, fmt.Sprint("/dev/pts/", number), flags|unix.O_NOCTTY)
}

// connection is one through a listener.
func connection(t *testing.T, network, address string) (theirs *os.File, ours net.Conn) {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if ours, err = net.Dial(network, l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close() })
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if theirs, err = conn.(interface{ File() (*os.File, error) }).File(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { theirs.Close() })
	return theirs, ours
}
