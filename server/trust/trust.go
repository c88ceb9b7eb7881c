// Package trust decides which peers may say where a request comes from: the option forwarded_allow_ips of Uvicorn and
// gunicorn.
//
//	trust.Networks("127.0.0.1, 10.0.0.0/8").Has("10.1.2.3") // true
package trust

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// List is a list of trusted addresses.
type List struct {
	// All: everything is trusted, even what is no address.
	All      bool
	literals []string
	networks []netip.Prefix
	// compares: addresses are compared by their value, so that ::1 is 0:0:0:0:0:0:0:1.
	compares bool
}

// Literal trusts the addresses that are written as in the list, and all if a * is in it (Uvicorn 0.21.1, gunicorn 20.1).
func Literal(text string) List {
	l := List{literals: split(text)}
	l.All = slices.Contains(l.literals, "*")
	return l
}

// Hosts trusts addresses and networks by their value, and other names as they are written; a * counts only if it is alone
// (Uvicorn 0.54).
func Hosts(text string) List {
	if text == "*" {
		return List{All: true}
	}
	l := List{compares: true}
	for _, item := range split(text) {
		if network, ok := Network(item); ok {
			l.networks = append(l.networks, network)
		} else {
			l.literals = append(l.literals, item)
		}
	}
	return l
}

// Networks is the same for a server that refuses names, and trusts all if a * is in the list (gunicorn 27).
func Networks(text string) List {
	l := Hosts(text)
	l.All = slices.Contains(split(text), "*")
	return l
}

// split is the list's items without white space at their ends.
func split(text string) []string {
	items := strings.Split(text, ",")
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
	}
	return items
}

// Network reads an address or a network as Python's ipaddress.ip_network does: no bit may be set beyond the mask, which
// may also be written as an address.
func Network(text string) (netip.Prefix, bool) {
	if address, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(address.WithZone(""), address.BitLen()), true
	}
	host, mask, _ := strings.Cut(text, "/")
	if ip := net.ParseIP(mask).To4(); ip != nil && strings.Contains(mask, ".") {
		ones, bits := net.IPMask(ip).Size()
		address, err := netip.ParseAddr(host)
		network := netip.PrefixFrom(address, ones)
		return network, err == nil && bits > 0 && address.Is4() && network.Masked() == network
	}
	network, err := netip.ParsePrefix(text)
	return network, err == nil && network.Masked() == network
}

// Has reports whether a host, written as an address or in any other way, is trusted.
func (l *List) Has(host string) bool {
	switch {
	case l.All:
		return true
	case host == "" && l.compares:
		return false
	case l.compares:
		if address, err := netip.ParseAddr(host); err == nil {
			return slices.ContainsFunc(l.networks, func(n netip.Prefix) bool { return n.Contains(address) })
		}
	}
	return slices.Contains(l.literals, host)
}
