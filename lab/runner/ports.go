package runner

import (
	"errors"
	"sync"
	"syscall"
)

// The range of ports for servers.
const (
	firstPort = 18000
	lastPort  = 19999
)

// ports hands out ports one at a time, each of which was free a moment ago.
type ports struct {
	mu   sync.Mutex
	last int
}

func newPorts(offset int) *ports {
	return &ports{last: firstPort + offset%(lastPort-firstPort)}
}

func (p *ports) next() (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range lastPort - firstPort {
		p.last++
		if p.last > lastPort {
			p.last = firstPort
		}
		if isFree(p.last) {
			return p.last, nil
		}
	}
	return 0, errors.New("no free port between 18000 and 19999")
}

// isFree reports whether a server can bind the port on 127.0.0.1. It holds ForkLock because a process
// that is started meanwhile inherits the socket, and so keeps the port bound until its program runs.
func isFree(port int) bool {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return false
	}
	defer syscall.Close(socket)
	// As every server does; otherwise connections that were closed a moment ago keep the port.
	if syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1) != nil {
		return false
	}
	return syscall.Bind(socket, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}) == nil
}
