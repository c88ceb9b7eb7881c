package modes

import (
	"fmt"
	"strings"
	"time"
)

// Thread is an imitated thread: a name in the log, not a thread of this process.
type Thread struct {
	Name   string
	Number int // from 1 in each process; 0 is the main thread

	idleSince time.Duration
}

// MainThread is where the loop runs.
var MainThread = &Thread{Name: "MainThread"}

// Pool describes how a server names its threads, reuses them and ends them. Every
// pool makes a thread only when none is idle.
type Pool struct {
	// Name is the name of a thread. In it, %d stands for the thread's number, counted
	// from First and never reused, and {address} for the address that is served,
	// which the worker fills in.
	Name  string
	First int
	// Subtask, unless it is empty, is the name of a thread while it works for a task of a request's own (Job.InSubtask).
	Subtask string
	// Longest: the thread that has been idle longest is taken next, instead of the
	// one that finished last.
	Longest bool
	// MaxIdle is how long a thread may be idle before it ends; 0 means without limit. It ends by itself
	// if Alone, otherwise only when the next thread is taken.
	MaxIdle time.Duration
	Alone   bool
	// Once: a thread is never reused (socketserver.ThreadingMixIn).
	Once bool
	// Spare is how many threads exist from the start; the pool never shrinks below it.
	Spare int
}

// AnyIO is the pool of anyio's asyncio backend (WorkerThread, MAX_IDLE_TIME):
// threads that have been idle for 10 s end when the next one is taken.
var AnyIO = Pool{Name: "AnyIO worker thread", MaxIdle: 10 * time.Second}

// Threads are the threads of one pool.
type Threads struct {
	pool Pool
	idle []*Thread // in the order in which they finished
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

// Busy is how many of them are not idle.
func (p *Threads) Busy() int { return p.live - len(p.idle) }

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

// rename names a thread after what it works for.
func (p *Threads) rename(t *Thread, j *Job) {
	switch {
	case p.pool.Subtask == "":
	case j.subtask:
		t.Name = p.pool.Subtask
	default:
		t.Name = p.pool.Name
	}
}

// next takes an idle thread.
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

// prune ends the threads that have been idle for too long.
func (p *Threads) prune(now time.Duration) {
	for p.pool.MaxIdle > 0 && len(p.idle) > 0 && p.live > p.pool.Spare && now-p.idle[0].idleSince >= p.pool.MaxIdle {
		p.idle = p.idle[1:]
		p.live--
	}
}

// Put takes a thread back.
func (p *Threads) Put(t *Thread, now time.Duration) {
	if p.pool.Once {
		p.live--
		return
	}
	t.idleSince = now
	p.idle = append(p.idle, t)
}
