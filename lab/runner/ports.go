package runner

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
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

func (p *ports) next(ctx context.Context) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range lastPort - firstPort {
		p.last++
		if p.last > lastPort {
			p.last = firstPort
		}
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", p.last))
		if err != nil {
			continue
		}
		if err := listener.Close(); err != nil {
			return 0, fmt.Errorf("try port %d: %w", p.last, err)
		}
		return p.last, nil
	}
	return 0, errors.New("no free port between 18000 and 19999")
}
