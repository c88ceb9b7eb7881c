package supervisor

import (
	"context"
	"maps"
	"os"
	"sync"
)

// Reaper buries orphans. A process whose parent ends becomes a child of the first process of its container, and stays
// in the table of processes as a zombie until that one asks for its exit status. Nobody else will.
//
// A reaper asks for the status of every child that has ended but for the workers that it minds: theirs belong to
// [Process], and what is asked for once is gone. So a program with a reaper starts no other children. The methods of a
// nil reaper do nothing.
type Reaper struct {
	mu   sync.Mutex // held while a worker is started, which must not be buried before it is known
	ours map[int]Process
}

// Adopt gives the first process of a container a reaper, which works until ctx ends. Other processes get nil: their
// orphans are for the first.
func Adopt(ctx context.Context) *Reaper {
	if os.Getpid() != 1 {
		return nil
	}
	r := newReaper()
	go r.run(ctx)
	return r
}

func newReaper() *Reaper { return &Reaper{ours: map[int]Process{}} }

// Minding is the spawner given, with its workers known to the reaper.
func (r *Reaper) Minding(spawn Spawner) Spawner {
	if r == nil {
		return spawn
	}
	return func(serial int) (Process, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		w, err := spawn(serial)
		maps.DeleteFunc(r.ours, func(_ int, w Process) bool { return exited(w) })
		if err == nil {
			r.ours[w.PID()] = w
		}
		return w, err
	}
}

// owner is the worker that has this process id, or nil. An id may come back once its worker has been waited for.
func (r *Reaper) owner(pid int) Process {
	if w, ok := r.ours[pid]; ok && !exited(w) {
		return w
	}
	return nil
}
