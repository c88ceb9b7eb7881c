package driver

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"

	"golang.org/x/sys/unix"
)

// The layout of linux/inet_diag.h: a request about one socket, and where the answer has the number of
// its inode, which is 0 until a process accepts the connection.
const (
	sockDiagByFamily = 20
	headerSize       = unix.SizeofNlMsghdr
	requestSize      = headerSize + 8 + 48
	inodeAt          = headerSize + 68
)

// accepted asks the kernel about the server's end of the connection. A query about one socket costs a
// few microseconds, however many sockets there are; /proc/net/tcp lists them all.
func (c *Conn) accepted() (bool, error) {
	socket, err := unix.Socket(unix.AF_NETLINK, unix.SOCK_RAW|unix.SOCK_CLOEXEC, unix.NETLINK_INET_DIAG)
	if err != nil {
		return false, fmt.Errorf("query a socket: %w", err)
	}
	defer unix.Close(socket)
	server, client := c.tcp.RemoteAddr().(*net.TCPAddr), c.tcp.LocalAddr().(*net.TCPAddr)
	if err := unix.Sendto(socket, diagRequest(server, client), 0, &unix.SockaddrNetlink{Family: unix.AF_NETLINK}); err != nil {
		return false, fmt.Errorf("query a socket: %w", err)
	}
	answer := make([]byte, 4096)
	n, _, err := unix.Recvfrom(socket, answer, 0)
	if err != nil {
		return false, fmt.Errorf("query a socket: %w", err)
	}
	kind := binary.NativeEndian.Uint16(answer[4:])
	switch {
	case kind == unix.NLMSG_ERROR && n >= headerSize+4:
		errno := unix.Errno(-int32(binary.NativeEndian.Uint32(answer[headerSize:])))
		if errors.Is(errno, unix.ENOENT) {
			return false, nil // closed, or not there yet
		}
		return false, fmt.Errorf("query a socket: %w", errno)
	case kind != sockDiagByFamily || n < inodeAt+4:
		return false, fmt.Errorf("query a socket: an answer of type %d with %d bytes", kind, n)
	}
	return binary.NativeEndian.Uint32(answer[inodeAt:]) != 0, nil
}

// diagRequest is a request about the socket at the server's end.
func diagRequest(server, client *net.TCPAddr) []byte {
	b := make([]byte, requestSize)
	binary.NativeEndian.PutUint32(b[0:], requestSize)
	binary.NativeEndian.PutUint16(b[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(b[6:], unix.NLM_F_REQUEST)
	request := b[headerSize:]
	request[0], request[1] = unix.AF_INET, unix.IPPROTO_TCP
	binary.NativeEndian.PutUint32(request[4:], 0xffffffff) // in any state
	id := request[8:]
	binary.BigEndian.PutUint16(id[0:], uint16(server.Port))
	binary.BigEndian.PutUint16(id[2:], uint16(client.Port))
	copy(id[4:8], server.IP.To4())
	copy(id[20:24], client.IP.To4())
	for i := 40; i < 48; i++ {
		id[i] = 0xff // no cookie
	}
	return b
}
