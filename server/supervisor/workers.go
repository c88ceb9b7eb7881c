package supervisor

import (
	"context"
	"fmt"
	"os"
	"slices"
	"syscall"
)

func (p *Parent) startAll() {
	p.wants(p.opts.Workers)
	for range p.opts.Workers {
		if w := p.start(); w != nil {
			p.setWorkers(append(p.workers, w))
		}
	}
}

// start starts a worker, without adding it to p.workers. It returns nil if no worker can be started any more.
func (p *Parent) start() Process { return p.startAs(p.freeNumber()) }

// wants notes how many workers there are to be.
func (p *Parent) wants(workers int) { p.places = max(p.places, workers) }

// freeNumber is the lowest number that no running worker has.
func (p *Parent) freeNumber() int {
	taken := make([]bool, len(p.started)+2)
	for _, w := range p.started {
		if n := w.Number(); n < len(taken) && !exited(w) {
			taken[n] = true
		}
	}
	return 1 + slices.Index(taken[1:], false)
}

// startAs starts a worker with a number.
func (p *Parent) startAs(number int) Process {
	if p.failure != nil {
		return nil
	}
	w, err := p.opts.Spawn(Place{p.spawned, number})
	if err != nil {
		p.failure = fmt.Errorf("start a worker: %w", err)
		p.stopping = true
		return nil
	}
	p.spawned++
	p.restarts.Store(int64(max(0, p.spawned-p.places)))
	p.started = append(slices.DeleteFunc(p.started, exited), w)
	go p.follow(w)
	return w
}

// follow notifies the parent's goroutine when a worker becomes ready, if it does, and when it has ended.
func (p *Parent) follow(w Process) {
	select {
	case <-w.Ready():
		p.notify(p.ready)
	case <-w.Exited():
	case <-p.over:
		return
	}
	select {
	case <-w.Exited():
		p.notify(p.ended)
	case <-p.over:
	}
}

func (p *Parent) notify(news chan<- struct{}) {
	select {
	case news <- struct{}{}:
	case <-p.over:
	}
}

func (p *Parent) setWorkers(workers []Process) {
	p.workers = workers
	now := slices.Clone(workers)
	p.snapshot.Store(&now)
	p.announce()
}

func (p *Parent) replace(i int, w Process) {
	workers := slices.Clone(p.workers)
	workers[i] = w
	p.setWorkers(workers)
}

// announce calls OnReady if every worker is ready and the set has changed.
func (p *Parent) announce() {
	if p.opts.OnReady == nil || p.stopping || p.spawned < p.opts.Workers {
		return
	}
	if p.policy.Arbiter != nil && len(p.workers) != p.arbiter.target {
		return
	}
	var pids []int
	for _, w := range p.workers {
		if !ready(w) || exited(w) {
			return
		}
		pids = append(pids, w.PID())
	}
	if !slices.Equal(pids, p.announced) {
		p.announced = pids
		p.opts.OnReady(slices.Clone(pids))
	}
}

// replaceDead checks each worker in turn, by a ping if the policy has one, and replaces it if it is dead. A worker that
// hangs delays everything else for the whole of HealthCheck.
func (p *Parent) replaceDead(ctx context.Context) {
	if !p.policy.RespawnDead {
		return
	}
	for i, w := range p.workers {
		if p.done(ctx) {
			return
		}
		if p.healthy(ctx, w) || ctx.Err() != nil {
			continue
		}
		p.kill(ctx, w)
		if p.policy.StartupFailure != 0 && w.ExitCode() == p.policy.StartupFailure {
			p.error(p.policy.Messages.Failed, w.PID())
			p.stopping = true
			return
		}
		p.info(p.policy.Messages.Died, w.PID())
		if fresh := p.startAs(w.Number()); fresh != nil {
			p.replace(i, fresh)
		}
	}
}

func (p *Parent) healthy(ctx context.Context, w Process) bool {
	if exited(w) {
		return false
	}
	return p.policy.HealthCheck <= 0 || p.answers(ctx, w)
}

// answers pings a worker. It waits for the whole of HealthCheck even if the worker dies meanwhile: Uvicorn holds both
// ends of the worker's pipe, and so never sees it close.
func (p *Parent) answers(ctx context.Context, w Process) bool {
	call, cancel := context.WithTimeout(ctx, p.policy.HealthCheck)
	defer cancel()
	answered := make(chan struct{})
	go func() {
		if _, err := w.Call(call, pingRequest, nil); err == nil {
			close(answered)
		}
	}()
	p.wait(call, answered, 0)
	select {
	case <-answered:
		return true
	default:
		return false
	}
}

// stopAll stops all workers, at once or in turn.
func (p *Parent) stopAll(ctx context.Context) {
	if !p.policy.StopInTurn && ctx.Err() == nil {
		for _, w := range p.workers {
			p.terminate(w)
		}
	}
	for _, w := range p.workers {
		if ctx.Err() != nil {
			return
		}
		if p.policy.StopInTurn {
			p.terminate(w)
		}
		p.join(ctx, w)
	}
}

// killAll kills every worker that still runs.
func (p *Parent) killAll() {
	for _, w := range p.started {
		_ = w.Signal(os.Kill)
	}
	for _, w := range p.started {
		<-w.Exited()
	}
}

// terminate asks a worker to stop, unless it has ended.
func (p *Parent) terminate(w Process) {
	if exited(w) {
		return
	}
	_ = w.Signal(syscall.SIGTERM) // it can only fail if the worker has just ended
	p.info(p.policy.Messages.Terminated, w.PID())
}

func (p *Parent) kill(ctx context.Context, w Process) {
	if !exited(w) {
		_ = w.Signal(os.Kill)
	}
	p.join(ctx, w)
}

// join waits for a worker to end.
func (p *Parent) join(ctx context.Context, w Process) {
	if ctx.Err() != nil {
		return
	}
	p.info(p.policy.Messages.Waiting, w.PID())
	p.wait(ctx, w.Exited(), 0)
}

func exited(w Process) bool { return closed(w.Exited()) }

func ready(w Process) bool { return closed(w.Ready()) }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
