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

// Closed reports whether a channel is closed.
func Closed(c <-chan struct{}) bool { return closed(c) }

// NewReaper returns a reaper that is idle before Run.
func NewReaper() *Reaper { return newReaper() }

// Run reaps until ctx ends.
func (r *Reaper) Run(ctx context.Context) { r.run(ctx) }

// Looks reports whether the reaper may check for zombies now.
func (r *Reaper) Looks() bool {
	if !r.mu.TryLock() {
		return false
	}
	r.mu.Unlock()
	return true
}

// Workers is how many workers it tracks.
func (r *Reaper) Workers() int { return len(r.workers) }
