//go:build unix

package eventloop_test

import (
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/eventloop"
)

func TestPoller(t *testing.T) { contract(t, 0, adopt) }

// adopt gives a poller a listener.
func adopt(t *testing.T, p *eventloop.System) (eventloop.Handle, netip.AddrPort) {
	t.Helper()
	listener := listenTCP(t)
	defer listener.Close()
	addr := listener.Addr().(*net.TCPAddr).AddrPort()
	h, err := p.Adopt(descriptorOf(t, listener))
	if err != nil {
		t.Fatal(err)
	}
	return h, addr
}

// descriptorOf is a descriptor of the test's own for a listener.
func descriptorOf(t *testing.T, l *net.TCPListener) (fd int) {
	t.Helper()
	raw, err := l.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	if err := raw.Control(func(of uintptr) { fd, failed = unix.FcntlInt(of, unix.F_DUPFD_CLOEXEC, 0) }); err != nil {
		t.Fatal(err)
	}
	if failed != nil {
		t.Fatal(failed)
	}
	return fd
}
