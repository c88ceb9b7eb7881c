package pace

import (
	"math"
	"sync/atomic"
	"time"
)

// Meter charges the steps of one worker to its loop. A nil Meter charges nothing. It belongs to the loop's goroutine.
type Meter struct {
	loop   Loop
	costs  Costs
	factor float64       // times what was measured
	scale  atomic.Uint64 // times that, on this machine: the bits of a float64, which any goroutine may read
	held   func() int    // requests in progress, apart from those of this turn
	read   int           // requests in this turn
	follow follower
	crowd  int // the most of both in this turn and, fading, in those before
	turn   time.Duration
}

// Loop is what a meter charges.
type Loop interface {
	Spend(d time.Duration)
	Polled() time.Duration // another time in each turn
}

// NewMeter returns a meter for costs, times a factor. held tells how many requests are in progress.
func NewMeter(l Loop, c Costs, factor float64, held func() int) *Meter {
	m := &Meter{loop: l, costs: c, factor: factor, held: held}
	m.SetScale(1)
	return m
}

// The bounds of a scale: no machine differs by more, but one that stood still while it was measured may seem to.
const (
	leastScale = 0.1
	mostScale  = 10
)

// SetScale says how many times as long as the lab's this machine takes.
func (m *Meter) SetScale(scale float64) {
	m.scale.Store(math.Float64bits(min(max(scale, leastScale), mostScale)))
}

// Scale is the scale that was set, or 1; 0 without a meter.
func (m *Meter) Scale() float64 {
	if m == nil {
		return 0
	}
	return math.Float64frombits(m.scale.Load())
}

// spend charges a part of one step.
func (m *Meter) spend(c *Cost, part float64) {
	m.loop.Spend(time.Duration(float64(c.At(m.crowd)) * m.factor * m.Scale() * part))
}

// Accept charges a new connection.
func (m *Meter) Accept() {
	if m != nil {
		m.spend(&m.costs.Accept, 1)
	}
}

// Request charges a request that has been read.
func (m *Meter) Request() {
	if m == nil {
		return
	}
	if turn := m.loop.Polled(); turn != m.turn {
		m.turn, m.read = turn, 0
		m.crowd -= m.crowd / 4
	}
	m.read++
	m.follow.sample(m)
	m.crowd = max(m.crowd, m.held()+m.read)
	m.spend(&m.costs.Request, 1)
}

// Answer charges an answer.
func (m *Meter) Answer() {
	if m != nil {
		m.spend(&m.costs.Answer, 1)
	}
}

// HalfHop charges a way to a thread, or the way back.
func (m *Meter) HalfHop() {
	if m != nil {
		m.spend(&m.costs.Hop, 0.5)
	}
}

// Wake charges the end of a sleep in a thread.
func (m *Meter) Wake() {
	if m != nil {
		m.spend(&m.costs.Wake, 1)
	}
}

// Timer charges the end of an awaited sleep.
func (m *Meter) Timer() {
	if m != nil {
		m.spend(&m.costs.Timer, 1)
	}
}

// Line charges a line that a function prints.
func (m *Meter) Line() {
	if m != nil {
		m.spend(&m.costs.Line, 1)
	}
}

// Sleep is how long a thread sleeps that is to sleep for d.
func (m *Meter) Sleep(d time.Duration) time.Duration {
	if m == nil {
		return d
	}
	return m.late(d, m.costs.LateSleep)
}

// Await is how long an awaited sleep of d lasts.
func (m *Meter) Await(d time.Duration) time.Duration {
	if m == nil {
		return d
	}
	return m.late(d, m.costs.LateTimer)
}

func (m *Meter) late(d time.Duration, by Micro) time.Duration {
	late := time.Duration(float64(by.Duration()) * m.factor * m.Scale())
	if d <= 0 || d > math.MaxInt64-late {
		return d
	}
	return d + late
}

// follower keeps a scale up to date while the machine's speed changes, because others use it.
type follower struct {
	reference time.Duration // 0 follows nothing
	last      time.Time
}

// How often it looks, and by how much one look counts.
const (
	lookEvery = 100 * time.Millisecond
	weight    = 0.1
	mostJump  = 3 // more than that, and the look itself was interrupted
)

// Follow sets the scale by the time that the reference program takes here, given the time that it took in the lab, and
// keeps it up to date: the program runs now and then while a request is read, which costs the real server more than that.
func (m *Meter) Follow(reference time.Duration) {
	m.follow.reference = reference
	m.SetScale(float64(Reference()) / float64(reference))
}

func (f *follower) sample(m *Meter) {
	if f.reference == 0 {
		return
	}
	now := time.Now()
	if now.Sub(f.last) < lookEvery {
		return
	}
	f.last = now
	_ = work(0) // loads what it needs: others have had the caches
	took := time.Duration(math.MaxInt64)
	for range 2 {
		began := time.Now()
		_ = work(0)
		took = min(took, time.Since(began))
	}
	seen := float64(took) / float64(f.reference)
	m.SetScale((1-weight)*m.Scale() + weight*min(seen, mostJump*m.Scale()))
}
