//go:build linux && !portable

package eventloop_test

import (
	"net"
	"net/netip"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/internal/eventually"
)

// What the kernel holds can be read while the loop takes none.
func TestBacklog(t *testing.T) {
	poller, err := eventloop.NewPoller()
	if err != nil {
		t.Fatal(err)
	}
	loop := eventloop.New(eventloop.Uvloop017, eventloop.NewSystemClock(), poller)
	defer loop.Abandon()
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := unix.Listen(fd, 17); err != nil {
		t.Fatal(err)
	}
	handle, err := poller.Adopt(fd)
	if err != nil {
		t.Fatal(err)
	}
	server, err := loop.Serve(handle, func(*eventloop.Loop, eventloop.Handle, netip.AddrPort) *eventloop.Stream { return nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		conn, err := net.Dial("tcp", server.Local().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
	}
	eventually.True(t, "three wait", func() bool {
		waiting, _, _ := server.Backlog()
		return waiting == 3
	})
	_, limit, known := server.Backlog()
	check.Equal(t, "limit", limit, 17)
	check.Equal(t, "known", known, true)
	if err := server.Close(); err != nil {
		t.Fatal(err)
	}
	_, _, known = server.Backlog()
	check.Equal(t, "known once it is closed", known, false)
}
