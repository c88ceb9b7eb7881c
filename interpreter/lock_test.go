package interpreter_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/interpreter"
)

// play is a lock whose threads carry out plans, in the time of the play.
type play struct {
	lock    interpreter.Lock
	now     time.Duration
	threads []*thread
}

// piece is what a thread computes, after a pause.
type piece struct {
	pause, length time.Duration
	keeps         bool
}

// thread asks for the lock for one piece after the other. It is the Runner of its own wishes.
type thread struct {
	play  *play
	name  string
	plan  []piece
	wakes time.Duration // when it asks next; below 0 while it has asked
	asked time.Duration // when it asked last
	did   time.Duration // what it has computed
	ended time.Duration // when it ended, or below 0
}

func newPlay(seed uint64, plans ...[]piece) *play {
	p := &play{}
	p.lock.Random = rand.New(rand.NewPCG(seed, 0))
	for i, plan := range plans {
		p.threads = append(p.threads, &thread{play: p, name: fmt.Sprint(i), plan: plan, wakes: plan[0].pause, ended: -1})
	}
	return p
}

func (t *thread) ask() {
	next := t.plan[0]
	t.wakes, t.asked = -1, t.play.now
	t.play.lock.Ask(t.play.now, interpreter.Wish{By: t.name, For: next.length, Keeps: next.keeps, Then: t})
}

// Run is what it does when a piece is done: it goes on at once if there is no pause.
func (t *thread) Run() {
	t.did += t.plan[0].length
	t.plan = t.plan[1:]
	switch {
	case len(t.plan) == 0:
		t.ended = t.play.now
	case t.plan[0].pause == 0:
		t.ask()
	default:
		t.wakes = t.play.now + t.plan[0].pause
	}
}

// step moves the play to its next moment, and reports false at the end.
func (p *play) step() bool {
	var next *thread
	for _, t := range p.threads {
		if t.wakes >= 0 && (next == nil || t.wakes < next.wakes) {
			next = t
		}
	}
	at, found := p.lock.Next()
	switch {
	case found && (next == nil || at <= next.wakes):
		p.now = max(p.now, at)
		p.lock.Advance()
	case next != nil:
		p.now = next.wakes
		next.ask()
	default:
		return false
	}
	return true
}

func (p *play) run() {
	for p.step() {
	}
}

var plans = rapid.SliceOfN(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) piece {
	ms := rapid.SampledFrom([]int{0, 0, 1, 3, 5, 20, 100})
	return piece{
		time.Duration(ms.Draw(t, "pause")) * time.Millisecond, time.Duration(ms.Draw(t, "length")) * time.Millisecond,
		rapid.IntRange(0, 9).Draw(t, "keeps") == 0,
	}
}), 1, 4), 1, 6)

// Every thread computes all that it is to; the lock is never free while somebody wants it; nobody but C code has it for
// more than two intervals while others wait; and all together take as long as their work, apart from handovers.
func TestTheLockIsSharedWhateverTheThreadsDo(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := newPlay(rapid.Uint64().Draw(t, "seed"), plans.Draw(t, "plans")...)
		work, steps, switches := time.Duration(0), 0, 0
		for _, thread := range p.threads {
			for _, piece := range thread.plan {
				work += piece.length
			}
		}
		before, since, waiting := "", time.Duration(0), time.Duration(-1)
		for p.step() {
			steps++
			s := p.lock.Statistics(p.now)
			if s.Holder == "" && s.Waiting > 0 {
				t.Fatalf("at %v, %d wait for a lock that is free", p.now, s.Waiting)
			}
			if s.Holder != before {
				before, since, waiting = s.Holder, p.now, -1
				switches++
			}
			if s.Waiting == 0 || s.Keeps {
				waiting = -1
			} else if waiting < 0 {
				waiting = p.now
			}
			if waiting >= 0 && p.now-max(since, waiting) > 2*interpreter.Interval+2*interpreter.Handover {
				t.Fatalf("%s has the lock from %v to %v, while others wait since %v", before, since, p.now, waiting)
			}
			if steps > 100_000 {
				t.Fatal("no end")
			}
		}
		for _, thread := range p.threads {
			if len(thread.plan) > 0 {
				t.Errorf("thread %s still has to do %v", thread.name, thread.plan)
			}
		}
		s := p.lock.Statistics(p.now)
		if most := work + time.Duration(switches+steps)*interpreter.Handover; s.Held < work || s.Held > most {
			t.Errorf("the lock was held for %v, and the work is %v", s.Held, work)
		}
	})
}

// Threads that compute without end take turns of a little more than the interval, in random order, which decides how long
// another waits for its turn: as long as a turn of each of them on average, but mostly less, and sometimes much more.
func TestTurnsOfManyThreads(t *testing.T) {
	const others = 15
	plans := make([][]piece, others, others+1)
	for i := range plans {
		plans[i] = []piece{{0, time.Hour, false}}
	}
	var comer []piece
	for range 500 {
		comer = append(comer, piece{50 * time.Millisecond, 0, false})
	}
	p := newPlay(1, append(plans, comer)...)
	newcomer := p.threads[others]
	var waits []time.Duration
	total := time.Duration(0)
	for len(newcomer.plan) > 0 {
		left := len(newcomer.plan)
		p.step()
		if len(newcomer.plan) < left {
			waits = append(waits, p.now-newcomer.asked)
			total += p.now - newcomer.asked
		}
	}
	slices.Sort(waits)
	mean, median, most := total/time.Duration(len(waits)), waits[len(waits)/2], waits[len(waits)*9/10]
	if mean < 60*time.Millisecond || mean > 100*time.Millisecond || median > mean*4/5 || most < 2*mean {
		t.Errorf("waits of %v on average, %v in the median, and %v in the 90th percentile", mean, median, most)
	}
}

// C code has the lock until it is done; Python code that was asked to let go then does so at once.
func TestCodeThatKeepsTheLock(t *testing.T) {
	p := newPlay(1, []piece{{0, time.Second, true}, {0, time.Second, false}}, []piece{{time.Millisecond, 0, false}})
	p.run()
	if got := p.threads[1].ended; got != time.Second+interpreter.Handover {
		t.Errorf("the other thread had the lock at %v", got)
	}
}

// A thread that is dropped gives the lock to the next, and is not called.
func TestADroppedThread(t *testing.T) {
	p := newPlay(1, []piece{{0, time.Second, true}}, []piece{{time.Millisecond, time.Millisecond, false}}, []piece{{time.Millisecond, time.Millisecond, false}})
	for range 3 {
		p.step()
	}
	p.now = 10 * time.Millisecond
	p.lock.Drop(p.now, p.threads[0])
	p.lock.Drop(p.now, p.threads[2])
	p.run()
	if p.threads[0].ended >= 0 || p.threads[1].ended != 11*time.Millisecond+interpreter.Handover {
		t.Errorf("ended at %v, %v, %v", p.threads[0].ended, p.threads[1].ended, p.threads[2].ended)
	}
}
