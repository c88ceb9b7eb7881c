package supervisor

import (
	"context"
	"maps"
	"os"
	"sync"
)

// Reaper reaps orphans. A process whose parent ends becomes a child of the first process of its container, and when it
// ends it stays a zombie until that process reads its exit status. No other process can.
//
// A reaper reads the status of every child that has ended, except the workers that it tracks: a status can be read only
// once, and theirs is for [Process]. So a program with a reaper must not start other children. The methods of a nil
// reaper do nothing.
type Reaper struct {
	mu      sync.Mutex // held while a worker is started: it must not be reaped before it is tracked
	workers map[int]Process
}

// Adopt starts a reaper, which runs until ctx ends, in the first process of a container. In any other process it
// returns nil: orphans go to the first.
func Adopt(ctx context.Context) *Reaper {
	if os.Getpid() != 1 {
		return nil
	}
	r := newReaper()
	go r.run(ctx)
	return r
}

func newReaper() *Reaper { return &Reaper{workers: map[int]Process{}} }

// Track wraps a spawner so that the reaper does not reap its workers.
func (r *Reaper) Track(spawn Spawner) Spawner {
	if r == nil {
		return spawn
	}
	return func(place Place) (Process, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		w, err := spawn(place)
		maps.DeleteFunc(r.workers, func(_ int, w Process) bool { return exited(w) })
		if err == nil {
			r.workers[w.PID()] = w
		}
		return w, err
	}
}

// worker is the worker with this process id, or nil. The system may reuse the id of one that has exited.
func (r *Reaper) worker(pid int) Process {
	if w, ok := r.workers[pid]; ok && !exited(w) {
		return w
	}
	return nil
}
