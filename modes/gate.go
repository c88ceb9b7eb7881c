package modes

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Gate holds handlers back while it is shut: each that begins or has slept keeps
// running until it is released. Any goroutine may shut and open it, even while a
// held handler blocks the loop. The zero value is open.
type Gate struct {
	shut atomic.Bool // written under mu
	mu   sync.Mutex
	held []held // in order of arrival
}

// held is a running handler that waits at the gate.
type held struct {
	job *Job
	// The gate releases it by a timer, as set and end say, or by closing opened if
	// it blocks the loop.
	set    setTimer
	end    eventloop.Runner
	opened chan struct{}
}

// setTimer is a method of a loop: After, or Beside for work in a thread.
type setTimer func(*eventloop.Timer, time.Duration, eventloop.Runner)

// IsShut reports whether the gate is shut.
func (g *Gate) IsShut() bool { return g.shut.Load() }

// Shut makes the gate hold handlers from now on.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut.Store(true)
}

// Open opens the gate and releases every handler.
func (g *Gate) Open(l *eventloop.Loop) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut.Store(false)
	g.release(l, len(g.held))
}

// Release releases the n handlers that have waited longest, or all if there are
// fewer; the gate stays shut or open. It returns how many it released.
func (g *Gate) Release(l *eventloop.Loop, n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.release(l, n)
}

func (g *Gate) release(l *eventloop.Loop, n int) int {
	n = min(n, len(g.held))
	released := slices.Clone(g.held[:n])
	g.held = slices.Delete(g.held, 0, n)
	for _, h := range released {
		if h.opened != nil {
			close(h.opened)
		}
	}
	l.Post(eventloop.Func(func() {
		for _, h := range released {
			if h.opened == nil && !h.job.aborted { // it may have been aborted since
				h.job.released = true
				h.set(&h.job.timer, 0, h.end)
			}
		}
	}))
	return n
}

// hold keeps a job that is about to sleep, or has slept, if the gate is shut. It
// reports whether it did.
func (g *Gate) hold(j *Job, set setTimer, end eventloop.Runner) bool {
	if !g.shut.Load() || j.released {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut.Load() {
		return false
	}
	g.held = append(g.held, held{job: j, set: set, end: end})
	return true
}

// blockLoop holds a job that blocks the loop: the loop stays blocked until the job is
// released.
func (g *Gate) blockLoop(l *eventloop.Loop, j *Job) {
	if opened := g.holdBlocking(j); opened != nil {
		l.Block(0) // lets threads start first
		l.Stand(opened)
	}
}

func (g *Gate) holdBlocking(j *Job) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut.Load() {
		return nil
	}
	opened := make(chan struct{})
	g.held = append(g.held, held{job: j, opened: opened})
	return opened
}

// drop forgets a job that was aborted.
func (g *Gate) drop(j *Job) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.held = slices.DeleteFunc(g.held, func(h held) bool { return h.job == j })
}
