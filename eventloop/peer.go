package eventloop

import "net/netip"

// peer is an address in few bytes.
type peer struct {
	addr [16]byte
	port uint16
	v4   bool
}

func compact(a netip.AddrPort) peer {
	return peer{addr: a.Addr().As16(), port: a.Port(), v4: a.Addr().Is4()}
}

func (p peer) addrPort() netip.AddrPort {
	if p.port == 0 { // had none: no client connects from port 0
		return netip.AddrPort{}
	}
	a := netip.AddrFrom16(p.addr)
	if p.v4 {
		a = a.Unmap()
	}
	return netip.AddrPortFrom(a, p.port)
}
