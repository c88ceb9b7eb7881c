package interpreter

import (
	"sync"
	"time"
)

// Statistics is a snapshot of a lock.
type Statistics struct {
	Held    time.Duration // in total, the present holder's time included
	Waiting int           // threads that wait for it
	Holder  string        // the thread that has it; empty if it is free
	Keeps   bool          // the holder is C code, which does not let go
}

// account is what other goroutines may read of a lock.
type account struct {
	mu    sync.Mutex
	state Statistics
	since time.Duration // of the last change
}

// note is called after every change.
func (a *account) note(l *Lock, now time.Duration) {
	if l.Burner != nil {
		l.Burner.Set(l.holder != nil && l.holder.For > 0)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state.Holder != "" {
		a.state.Held += max(0, now-a.since)
	}
	a.since, a.state.Waiting = now, len(l.waiting)
	a.state.Holder, a.state.Keeps = "", false
	if l.holder != nil {
		a.state.Holder, a.state.Keeps = l.holder.By, l.holder.Keeps
	}
}

// ResetStatistics restarts Held. Any goroutine may call it.
func (l *Lock) ResetStatistics(now time.Duration) {
	a := &l.account
	a.mu.Lock()
	defer a.mu.Unlock()
	a.state.Held, a.since = 0, max(a.since, now)
}

// Statistics returns a snapshot. Any goroutine may call it.
func (l *Lock) Statistics(now time.Duration) Statistics {
	a := &l.account
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.state
	if s.Holder != "" {
		s.Held += max(0, now-a.since)
	}
	return s
}
