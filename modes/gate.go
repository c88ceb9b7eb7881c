package modes

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/target-server/target-server/eventloop"
)

// Gate is where handlers wait that are not to end by the clock: while it is shut,
// each that begins, or comes to its end, stays in work until it is let go. It may be
// shut and opened by any goroutine, also while a handler that waits holds the loop.
// The zero value is open.
type Gate struct {
	shut atomic.Bool // changed under mu
	mu   sync.Mutex
	line []detained // in the order in which they came
}

// detained is a handler in work that waits at the gate.
type detained struct {
	job    *Job
	set    func(*eventloop.Timer, time.Duration, eventloop.Runner)
	end    eventloop.Runner
	opened chan struct{} // of one that holds the loop, instead of the others
}

// IsShut tells whether it is.
func (g *Gate) IsShut() bool { return g.shut.Load() }

// Shut keeps handlers in work from now on.
func (g *Gate) Shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut.Store(true)
}

// Open lets everybody go.
func (g *Gate) Open(l *eventloop.Loop) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.shut.Store(false)
	g.letGo(l, len(g.line))
}

// LetGo lets the n that have come first go; the gate stays as it is. It returns how
// many there were.
func (g *Gate) LetGo(l *eventloop.Loop, n int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.letGo(l, n)
}

func (g *Gate) letGo(l *eventloop.Loop, n int) int {
	n = min(n, len(g.line))
	gone := slices.Clone(g.line[:n])
	g.line = slices.Delete(g.line, 0, n)
	for _, d := range gone {
		if d.opened != nil {
			close(d.opened)
		}
	}
	l.Post(eventloop.Func(func() {
		for _, d := range gone {
			if d.opened == nil && !d.job.broken { // it may be by now
				d.job.let = true
				d.set(&d.job.timer, 0, d.end)
			}
		}
	}))
	return n
}

// stops keeps a job that would begin to sleep, or has slept, and tells whether it did.
func (g *Gate) stops(j *Job, set func(*eventloop.Timer, time.Duration, eventloop.Runner), end eventloop.Runner) bool {
	if !g.shut.Load() || j.let {
		return false
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut.Load() {
		return false
	}
	g.line = append(g.line, detained{job: j, set: set, end: end})
	return true
}

// stand holds the loop as long as a job that holds it is kept.
func (g *Gate) stand(l *eventloop.Loop, j *Job) {
	if opened := g.keepStanding(j); opened != nil {
		l.Block(0) // what waits to begin in a thread does
		l.Stand(opened)
	}
}

func (g *Gate) keepStanding(j *Job) <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.shut.Load() {
		return nil
	}
	opened := make(chan struct{})
	g.line = append(g.line, detained{job: j, opened: opened})
	return opened
}

// forget drops a job that ends otherwise.
func (g *Gate) forget(j *Job) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.line = slices.DeleteFunc(g.line, func(d detained) bool { return d.job == j })
}
