package venue

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/scenarios"
)

// Real is a server running on this machine.
type Real struct {
	*driver.Process
	over <-chan struct{} // closed when the time for the scenario is up
	dial func(time.Duration) (*driver.Conn, error)
	port int
}

// NewReal is the venue of a process that accepts, or will accept, connections on a loopback port. The
// time for the scenario is up when ctx ends.
func NewReal(ctx context.Context, process *driver.Process, port int) *Real {
	dial := func(within time.Duration) (*driver.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, within)
		defer cancel()
		return driver.Dial(ctx, fmt.Sprintf("127.0.0.1:%d", port))
	}
	return &Real{Process: process, over: ctx.Done(), dial: dial, port: port}
}

// Now is the machine's time.
func (r *Real) Now() time.Time { return time.Now() }

// Sleep lets d pass.
func (r *Real) Sleep(d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-r.over:
		return scenarios.ErrOver
	}
}

// Dial connects within the given time.
func (r *Real) Dial(within time.Duration) (scenarios.Conn, error) {
	conn, err := r.dial(within)
	if err != nil {
		return nil, err
	}
	return conn, nil
}

// Port is the server's port.
func (r *Real) Port() int { return r.port }

// AcceptQueue is the number of connections that no process has accepted.
func (r *Real) AcceptQueue() (int, error) { return driver.AcceptQueue(r.port) }

// Established is the number of connections, accepted or not.
func (r *Real) Established() (int, error) { return driver.Established(r.port) }

// SignalPid sends a signal to one process.
func (r *Real) SignalPid(pid int, signal syscall.Signal) error {
	if err := syscall.Kill(pid, signal); err != nil {
		return fmt.Errorf("signal %v to process %d: %w", signal, pid, err)
	}
	return nil
}
