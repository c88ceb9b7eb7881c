//go:build !linux

package crowd

import "net"

// dialer uses the default source address: systems other than Linux have only one loopback address.
func dialer(net.IP) *net.Dialer { return &net.Dialer{} }
