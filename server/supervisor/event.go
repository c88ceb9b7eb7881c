package supervisor

import (
	"context"
	"fmt"
	"os"
	"slices"
)

// Event describes a parent whose workers poll an event, as those of Hypercorn do: when the parent sets it, each worker
// shuts down.
type Event struct {
	// Replaces makes the parent wake when a worker ends. One that exited with 0 is replaced. After any other, or when
	// the event was set to end all, the parent ends and sends SIGTERM to the other workers: after the first worker to
	// end, none shuts down gracefully. Without Replaces the parent waits until all have ended, for whatever reason.
	Replaces bool
	// Respawns replaces workers whatever their exit code.
	Respawns bool
}

// SetsEvent reports whether the parent sets its event for a signal.
func (p Policy) SetsEvent(sig os.Signal) bool {
	return p.Event != nil && p.reaction(signalName(sig)).Action == Exit
}

// stopRequest tells a worker that the event is set.
const stopRequest = "stop"

// runEvent is hypercorn.run.run.
func (p *Parent) runEvent(ctx context.Context) (int, error) {
	p.startAll()
	code := 0
	for ctx.Err() == nil && p.failure == nil {
		p.await(ctx)
		if !p.replaces() || ctx.Err() != nil {
			break
		}
		code = p.removeEnded()
		if code != 0 && !p.policy.Event.Respawns {
			p.stopping = true
			p.setEvent(ctx)
		}
		if p.stopping {
			code = p.terminateRest(ctx, code)
			break
		}
		p.startMissing()
	}
	if ctx.Err() != nil {
		p.killAll()
		return 1, fmt.Errorf("supervisor: %w", context.Cause(ctx))
	}
	if p.failure != nil {
		p.killAll()
		return 1, fmt.Errorf("supervisor: %w", p.failure)
	}
	return code, nil
}

func (p *Parent) replaces() bool {
	return p.policy.Event.Replaces || p.policy.Event.Respawns && !p.stopping
}

// await waits until one worker has ended, or all have, and handles signals as they arrive.
func (p *Parent) await(ctx context.Context) {
	for ctx.Err() == nil {
		if p.replaces() && slices.ContainsFunc(p.workers, exited) {
			return
		}
		if !slices.ContainsFunc(p.workers, running) {
			return
		}
		p.step(ctx, nil, nil)
		stopped := p.stopping
		p.react(ctx)
		if p.stopping && !stopped {
			p.setEvent(ctx)
		}
	}
}

func running(w Process) bool { return !exited(w) }

// setEvent tells the present workers that the event is set.
func (p *Parent) setEvent(ctx context.Context) {
	for _, w := range p.workers {
		if running(w) {
			go func() { _, _ = w.Call(ctx, stopRequest, nil) }() // it can only fail if the worker is about to end
		}
	}
}

// renew sets the event and waits until every worker has ended; runEvent replaces them.
func (p *Parent) renew(ctx context.Context) {
	p.setEvent(ctx)
	for _, w := range p.workers {
		p.wait(ctx, w.Exited(), 0)
	}
}

// removeEnded removes the workers that have ended. It returns the exit code of the last started of those whose code is
// not 0, or 0 (_join_exited).
func (p *Parent) removeEnded() (code int) {
	var left []Process
	for _, w := range p.workers {
		switch {
		case running(w):
			left = append(left, w)
		case w.ExitCode() != 0:
			code = w.ExitCode()
		}
	}
	p.workers = left
	return code
}

// startMissing starts the missing workers.
func (p *Parent) startMissing() {
	workers := slices.Clone(p.workers)
	for len(workers) < p.opts.Workers {
		w := p.start()
		if w == nil {
			break
		}
		workers = append(workers, w)
	}
	p.setWorkers(workers)
}

// terminateRest ends the workers that still run, and waits for them. If code is not 0, it is replaced by that of the
// workers that have ended in the meantime, which may be 0: Hypercorn exits with that, despite the failure.
func (p *Parent) terminateRest(ctx context.Context, code int) int {
	for _, w := range p.workers {
		p.terminate(w)
	}
	if code != 0 {
		code = p.removeEnded()
	}
	for _, w := range p.workers {
		p.wait(ctx, w.Exited(), 0)
	}
	return code & 0xff
}
