//go:build windows || portable

package eventloop_test

import (
	"net"
	"net/netip"
	"testing"

	"github.com/target-server/target-server/eventloop"
)

func TestPollerOverNet(t *testing.T) {
	contract(t, 1, func(t *testing.T, p *eventloop.System) (eventloop.Handle, netip.AddrPort) {
		listener := listenTCP(t)
		return p.Listen(listener), listener.Addr().(*net.TCPAddr).AddrPort()
	})
}
