package sim

import (
	"container/heap"
	"time"
)

// World is time, network and the processes that live in them.
type World struct {
	start     time.Time
	now       time.Duration
	until     time.Duration
	agenda    agenda
	order     uint64
	processes []*Process
	ports     uint16
	over      chan struct{}
}

// NewWorld returns a world whose wall clock shows start.
func NewWorld(start time.Time) *World {
	return &World{start: start, ports: 40000, over: make(chan struct{})}
}

// SetWallClock moves the wall clock by d, forward or back. Time continues as before.
func (w *World) SetWallClock(d time.Duration) { w.start = w.start.Add(d) }

// Now is the time since the start.
func (w *World) Now() time.Duration { return w.now }

// At has f happen at a moment: what clients do. f must not wait.
func (w *World) At(t time.Duration, f func()) {
	w.order++
	heap.Push(&w.agenda, item{t, w.order, f})
}

// Run lets the world run until a moment, or until nothing can happen any more.
func (w *World) Run(until time.Duration) {
	w.until = until
	if w.pass(nil) {
		<-w.over
	}
}

// Close ends every process. It is called when the world does not run.
func (w *World) Close() {
	for _, p := range w.processes {
		p.Kill()
	}
}

// pass hands the world's one thread of control to a process that can go on. It is
// called by a process that must wait (from), or by Run; the caller's turn is
// over when it returns true, unless the next turn is its own: then false.
func (w *World) pass(from *Process) (elsewhere bool) {
	for {
		for _, p := range w.processes {
			if p.canGoOn() {
				if p == from {
					return false
				}
				p.resume <- struct{}{}
				return true
			}
		}
		if !w.advance() {
			if from == nil {
				return false
			}
			w.over <- struct{}{}
			return true
		}
	}
}

// advance moves time to the next thing that happens.
func (w *World) advance() bool {
	next := time.Duration(-1)
	if len(w.agenda) > 0 {
		next = w.agenda[0].at
	}
	for _, p := range w.processes {
		if p.deadline >= 0 && (next < 0 || p.deadline < next) {
			next = p.deadline
		}
	}
	if next < 0 || next > w.until {
		w.now = max(w.now, w.until)
		return false
	}
	w.now = max(w.now, next)
	for len(w.agenda) > 0 && w.agenda[0].at <= w.now {
		heap.Pop(&w.agenda).(item).do()
	}
	return true
}

// item is an entry of the agenda.
type item struct {
	at    time.Duration
	order uint64
	do    func()
}

// agenda is a heap of what will happen, by time and then by the order of entry.
type agenda []item

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	return a[i].at < a[j].at || a[i].at == a[j].at && a[i].order < a[j].order
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(item)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	*a = old[:len(old)-1]
	return last
}
