package eventloop

import (
	"sync"
	"sync/atomic"
	"time"
)

// Statistics is a snapshot of a loop.
type Statistics struct {
	// Blocked is how long the loop has stood still in total, the present block included.
	Blocked time.Duration
	// Lag is how long the last turn took or, while the loop stands still, how long the present one has if that is longer:
	// an event that comes meanwhile waits for so long. LongestLag is the longest so far.
	Lag, LongestLag time.Duration
	// Accepted counts the connections that were accepted. Open are those that have not been closed.
	Accepted int64
	Open     int
}

// statistics are what other goroutines may read of a loop. Only the loop writes to them.
type statistics struct {
	lag, longest   atomic.Int64 // nanoseconds
	accepted, open atomic.Int64

	mu       sync.Mutex // held for moments only, never while the loop stands still
	standing bool
	since    time.Duration // of standing
	turn     time.Duration // when the turn began in which the loop stands still
	stood    time.Duration // before that; negative if the statistics were reset since
}

// Standing reports whether the loop stands still, in Block or Stand, and since when, in the loop's own time. Any
// goroutine may call it.
func (l *Loop) Standing() (since time.Duration, blocked bool) {
	s := &l.statistics
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.since, s.standing
}

// Statistics returns a snapshot. Any goroutine may call it, also while the loop is blocked.
func (l *Loop) Statistics() Statistics {
	s := &l.statistics
	s.mu.Lock()
	blocked := s.stood
	var standing, turn time.Duration
	if s.standing {
		now := l.Now()
		standing, turn = max(0, now-s.since), max(0, now-s.turn)
	}
	s.mu.Unlock()
	lag := max(time.Duration(s.lag.Load()), turn)
	return Statistics{
		Blocked: blocked + standing, Lag: lag, LongestLag: max(time.Duration(s.longest.Load()), lag),
		Accepted: s.accepted.Load(), Open: int(s.open.Load()),
	}
}

// ResetStatistics restarts Blocked, LongestLag and Accepted from the present state. Any goroutine may call it.
func (l *Loop) ResetStatistics() {
	s := &l.statistics
	s.mu.Lock()
	s.stood = 0
	if s.standing {
		s.stood = s.since - l.Now()
	}
	s.mu.Unlock()
	if lock := l.published.Load(); lock != nil {
		lock.ResetStatistics(l.Now())
	}
	s.longest.Store(0)
	s.accepted.Store(s.open.Load())
}

// Stand holds the loop as Block does, and work in threads as well, until the channel
// is closed: the whole process is stopped.
func (l *Loop) Stand(until <-chan struct{}) {
	l.BeforeWait()
	l.stands()
	<-until
	l.idleUntil(l.clock.Monotonic())
	l.clock.Sleep(0) // does not return if the process has been killed in the meantime
	l.goesOn()
}

// stands notes that the loop stands still from now on.
func (l *Loop) stands() {
	s, now := &l.statistics, l.Now()
	s.mu.Lock()
	s.standing, s.since, s.turn = true, now, l.polled
	s.mu.Unlock()
}

// goesOn notes that it no longer does.
func (l *Loop) goesOn() {
	s, now := &l.statistics, l.Now()
	s.mu.Lock()
	s.standing = false
	s.stood += now - s.since
	s.mu.Unlock()
}

// turnEnded notes how long a turn took.
func (l *Loop) turnEnded(took time.Duration) {
	s := &l.statistics
	s.lag.Store(int64(took))
	if int64(took) > s.longest.Load() {
		s.longest.Store(int64(took))
	}
}

// opened and closed count a connection.
func (l *Loop) opened() {
	l.open++
	l.statistics.open.Store(int64(l.open))
	l.statistics.accepted.Add(1)
}

func (l *Loop) closed() {
	l.open--
	l.statistics.open.Store(int64(l.open))
}
