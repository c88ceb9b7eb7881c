package node

import (
	"fmt"
	"net/netip"
	"syscall"
)

// uncaughtText is what the process prints when its server cannot listen and nothing handles the 'error' event, without
// the frames of the stack, which name lines of Node's own files.
const uncaughtText = `%s
Error: listen %s: %s %s
Emitted 'error' event on Server instance at:
  code: '%[2]s',
  errno: %[5]d,
  syscall: 'listen',
  address: '%s',
  port: %d
}

Node.js v%s`

// uncaught is the last output of a process whose server cannot listen.
func (e *Endpoint) uncaught(errno syscall.Errno, addr netip.AddrPort) string {
	name, words := errnoNames(errno)
	v := e.version
	return fmt.Sprintf(uncaughtText, v.Throw, name, words, addr, -int(errno), addr.Addr(), addr.Port(), v.Number)
}

// errnoNames are libuv's name of an error and its words for it.
func errnoNames(errno syscall.Errno) (name, words string) {
	switch errno {
	case syscall.EADDRINUSE:
		return "EADDRINUSE", "address already in use"
	case syscall.EADDRNOTAVAIL:
		return "EADDRNOTAVAIL", "address not available"
	case syscall.EACCES:
		return "EACCES", "permission denied"
	}
	return fmt.Sprintf("Unknown system error %d", -int(errno)), errno.Error()
}
