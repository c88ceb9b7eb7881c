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
	crowd  int           // the most of both in this turn and, fading, in those before
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

// Calibrate sets the scale by the time that the reference program takes here, given the time that it took in the lab.
//
// It does so once, before there is any load: the lab's reference was measured on an idle machine as well, so that what the
// clients take from the processor is in the costs and must not be in the scale again.
func (m *Meter) Calibrate(reference time.Duration) {
	m.SetScale(float64(Reference()) / float64(reference))
}
