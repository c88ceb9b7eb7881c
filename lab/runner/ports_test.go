package runner

import (
	"fmt"
	"net"
	"os/exec"
	"sync"
	"testing"
)

func TestPortsAreFreeAndDiffer(t *testing.T) {
	p := newPorts(4711)
	seen := map[int]bool{}
	for range 20 {
		port, err := p.next()
		if err != nil {
			t.Fatal(err)
		}
		if seen[port] || port < firstPort || port > lastPort {
			t.Errorf("port %d", port)
		}
		seen[port] = true
	}
}

// Servers are started while ports are handed out: a process that is being started must not keep a port
// bound that was only tried.
func TestPortIsFreeWhileProcessesStart(t *testing.T) {
	done := make(chan struct{})
	var starters sync.WaitGroup
	for range 4 {
		starters.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := exec.CommandContext(t.Context(), "true").Run(); err != nil {
					t.Errorf("true: %v", err)
					return
				}
			}
		})
	}
	p := newPorts(1000)
	for range 1000 {
		port, err := p.next()
		if err != nil {
			t.Fatal(err)
		}
		listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err != nil {
			t.Errorf("the port is not free: %v", err)
			break
		}
		listener.Close()
	}
	close(done)
	starters.Wait()
}
