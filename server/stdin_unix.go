//go:build unix

package server

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"

	"golang.org/x/sys/unix"
)

// inspectDescriptor asks the kernel for what the file's mode does not say.
func (in *input) inspectDescriptor(file *os.File, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && stat.Mode&syscall.S_IFMT == 0 { // Linux's anonymous files: eventfd, epoll
		in.kind = fs.ModeIrregular
	}
	conn, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		var flags int
		if flags, failed = unix.FcntlInt(fd, unix.F_GETFL, 0); failed != nil {
			return
		}
		in.readable = flags&unix.O_ACCMODE != unix.O_WRONLY
		// Both ends of a FreeBSD pipe are open for reading and writing. Unlike a FIFO, it has no link.
		bothWays := ok && stat.Nlink == 0 && runtime.GOOS != "linux"
		in.writable = flags&unix.O_ACCMODE != unix.O_RDONLY && !bothWays
		if in.kind == fs.ModeSocket {
			in.inspectSocket(int(fd))
		}
	})
	if err == nil {
		err = failed
	}
	return err
}

func (in *input) inspectSocket(fd int) {
	kind, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TYPE)
	in.stream = err == nil && kind == unix.SOCK_STREAM
	accepts, err := unix.GetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_ACCEPTCONN)
	in.listening = err == nil && accepts != 0
	_, err = unix.Getpeername(fd)
	// EAFNOSUPPORT: there is a peer, but its address is of a family that is unknown here.
	in.connected = err == nil || errors.Is(err, unix.EAFNOSUPPORT)
}
