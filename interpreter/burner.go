package interpreter

import (
	"runtime"
	"sync/atomic"
	"time"
)

// Burner really uses a processor for what a lock only simulates, so that those who go by processor time see it.
type Burner struct {
	on    atomic.Bool
	until atomic.Pointer[time.Time]
	ended atomic.Bool
	wake  chan struct{}
}

// NewBurner returns a burner that is off, with a goroutine that burns until Stop is called.
func NewBurner() *Burner {
	b := &Burner{wake: make(chan struct{}, 1)}
	go b.run()
	return b
}

// Set turns it on or off.
func (b *Burner) Set(on bool) {
	if b.on.Swap(on) != on && on {
		b.stir()
	}
}

// For burns for d, on or off.
func (b *Burner) For(d time.Duration) {
	until := time.Now().Add(d)
	b.until.Store(&until)
	b.stir()
}

// Stop ends it for good.
func (b *Burner) Stop() {
	b.ended.Store(true)
	b.stir()
}

func (b *Burner) stir() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

func (b *Burner) run() {
	const aWhile = 20 * time.Microsecond
	for range b.wake {
		for b.burns() {
			for end := time.Now().Add(aWhile); time.Now().Before(end); {
			}
			runtime.Gosched() // the loop may have to share the only processor
		}
		if b.ended.Load() {
			return
		}
	}
}

func (b *Burner) burns() bool {
	until := b.until.Load()
	return !b.ended.Load() && (b.on.Load() || until != nil && time.Now().Before(*until))
}
