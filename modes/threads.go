package modes

import "time"

// maxIdle is how long a thread may idle: WorkerThread.MAX_IDLE_TIME of anyio.
const maxIdle = 10 * time.Second

// Thread is a name in the log; its work needs no thread of ours.
type Thread struct {
	Name   string
	Number int // counts the threads of one worker from 1; 0 is the main thread

	idleSince time.Duration
}

// MainThread is where the loop runs.
var MainThread = &Thread{Name: "MainThread"}

// Threads is the pool of anyio's asyncio backend: threads are made one by one
// when none idles, the one that finished last is taken first, and those that
// have idled for 10 s end when the next work comes, not before.
type Threads struct {
	name string
	idle []*Thread // the one that finished last stands last
	made int
	live int
}

// NewThreads returns an empty pool whose threads bear a common name.
func NewThreads(name string) *Threads { return &Threads{name: name} }

// Live is how many threads exist.
func (p *Threads) Live() int { return p.live }

// Take returns an idle thread or a new one.
func (p *Threads) Take(now time.Duration) *Thread {
	last := len(p.idle) - 1
	if last < 0 {
		p.made++
		p.live++
		return &Thread{Name: p.name, Number: p.made}
	}
	t := p.idle[last]
	p.idle = p.idle[:last]
	for len(p.idle) > 0 && now-p.idle[0].idleSince >= maxIdle {
		p.idle = p.idle[1:]
		p.live--
	}
	return t
}

// Put gives a thread back.
func (p *Threads) Put(t *Thread, now time.Duration) {
	t.idleSince = now
	p.idle = append(p.idle, t)
}
