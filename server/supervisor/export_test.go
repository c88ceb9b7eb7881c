package supervisor

import (
	"context"
	"os"
)

// What the tests look at from outside.
const (
	WaitingRequests = waitingRequests
	PingRequest     = pingRequest
	StopRequest     = stopRequest
	OrphanRequest   = orphanRequest
	ConfigRequest   = configRequest
)

// SignalName names a signal without SIG.
func SignalName(sig os.Signal) string { return signalName(sig) }

// Closed tells whether a channel is closed.
func Closed(c <-chan struct{}) bool { return closed(c) }

// NewReaper makes one that reaps nothing before Run.
func NewReaper() *Reaper { return newReaper() }

// Run reaps until ctx ends.
func (r *Reaper) Run(ctx context.Context) { r.run(ctx) }

// Looks tells whether the reaper may look at the processes now.
func (r *Reaper) Looks() bool {
	if !r.mu.TryLock() {
		return false
	}
	r.mu.Unlock()
	return true
}

// Workers is how many it knows.
func (r *Reaper) Workers() int { return len(r.workers) }
