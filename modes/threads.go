package modes

import (
	"fmt"
	"strings"
	"time"
)

// Thread is a name in the log; its work needs no thread of ours.
type Thread struct {
	Name   string
	Number int // counts the threads of one worker from 1; 0 is the main thread

	idleSince time.Duration
}

// MainThread is where the loop runs.
var MainThread = &Thread{Name: "MainThread"}

// Pool is how a server names its threads, reuses them and lets them end. Every
// pool makes a thread only when none idles.
type Pool struct {
	// Name is what threads are called; %d in it stands for the thread's number,
	// counted from First and never used again, and {address} for the address that
	// is served, which the worker puts in.
	Name  string
	First int
	// Longest: the thread that has idled longest works next, instead of the one
	// that finished last.
	Longest bool
	// MaxIdle is how long a thread may idle before it ends; 0 is for ever. It ends
	// by itself if Alone, else when the next work comes and not before.
	MaxIdle time.Duration
	Alone   bool
	// Once: a thread ends with its work (socketserver.ThreadingMixIn).
	Once bool
	// Spare is how many threads stand ready before there is any work, and always do.
	Spare int
}

// AnyIO is the pool of anyio's asyncio backend (WorkerThread, MAX_IDLE_TIME): those
// that have idled for 10 s end when the next work comes.
var AnyIO = Pool{Name: "AnyIO worker thread", MaxIdle: 10 * time.Second}

// Threads is a pool at work.
type Threads struct {
	pool Pool
	idle []*Thread // the one that finished last stands last
	made int
	live int
}

// NewThreads returns a pool with its spare threads.
func NewThreads(pool Pool) *Threads {
	p := &Threads{pool: pool}
	for range pool.Spare {
		p.idle = append(p.idle, p.make())
	}
	return p
}

func (p *Threads) make() *Thread {
	name := p.pool.Name
	if strings.Contains(name, "%d") {
		name = fmt.Sprintf(name, p.pool.First+p.made)
	}
	p.made++
	p.live++
	return &Thread{Name: name, Number: p.made}
}

// Live is how many threads exist.
func (p *Threads) Live() int { return p.live }

// Take returns an idle thread or a new one.
func (p *Threads) Take(now time.Duration) *Thread {
	if p.pool.Alone {
		p.prune(now)
	}
	if len(p.idle) == 0 {
		return p.make()
	}
	t := p.next()
	if !p.pool.Alone {
		p.prune(now)
	}
	return t
}

// next takes a thread that idles.
func (p *Threads) next() *Thread {
	last := len(p.idle) - 1
	t := p.idle[last]
	if p.pool.Longest {
		t = p.idle[0]
		p.idle = p.idle[1:]
		return t
	}
	p.idle = p.idle[:last]
	return t
}

// prune ends the threads that have idled too long.
func (p *Threads) prune(now time.Duration) {
	for p.pool.MaxIdle > 0 && len(p.idle) > 0 && p.live > p.pool.Spare && now-p.idle[0].idleSince >= p.pool.MaxIdle {
		p.idle = p.idle[1:]
		p.live--
	}
}

// Put gives a thread back.
func (p *Threads) Put(t *Thread, now time.Duration) {
	if p.pool.Once {
		p.live--
		return
	}
	t.idleSince = now
	p.idle = append(p.idle, t)
}
