package supervisor

import (
	"context"
	"fmt"
	"os"
	"slices"
)

// Event is what a parent has whose workers look, again and again, at an event of its: when it is set, each ends as it
// can. The parent of Hypercorn is one.
type Event struct {
	// Replaces makes the parent wake when a worker ends. One that has ended well is replaced; another ends the parent, and
	// SIGTERM the others. So it does when the event was set to end all: whoever is not the first to end is cut short.
	// Otherwise the parent waits until all have ended, of whatever.
	Replaces bool
	// Respawns replaces workers that have ended otherwise than well too.
	Respawns bool
}

// SetsEvent tells whether the parent sets its event when it gets a signal.
func (p Policy) SetsEvent(sig os.Signal) bool {
	return p.Event != nil && p.reaction(signalName(sig)).Action == Exit
}

// stopRequest is how a worker of another process learns that the event is set.
const stopRequest = "stop"

// tend is hypercorn.run.run.
func (p *Parent) tend(ctx context.Context) (int, error) {
	p.startAll()
	code := 0
	for ctx.Err() == nil && p.failure == nil {
		p.await(ctx)
		if !p.replaces() || ctx.Err() != nil {
			break
		}
		code = p.forgetEnded()
		if code != 0 && !p.policy.Event.Respawns {
			p.stopping = true
			p.setEvent(ctx)
		}
		if p.stopping {
			code = p.cutShort(ctx, code)
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

// await waits until a worker has ended, or all have, and acts upon signals as they come.
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

// setEvent tells the workers of this moment.
func (p *Parent) setEvent(ctx context.Context) {
	for _, w := range p.workers {
		if running(w) {
			go func() { _, _ = w.Call(ctx, stopRequest, nil) }() // one that does not hear it is about to end
		}
	}
}

// renew sets the event and waits for every worker's end; tend replaces them.
func (p *Parent) renew(ctx context.Context) {
	p.setEvent(ctx)
	for _, w := range p.workers {
		p.wait(ctx, w.Exited(), 0)
	}
}

// forgetEnded forgets the workers that have ended, and gives how the youngest of them did that has not ended well (_join_exited).
func (p *Parent) forgetEnded() (code int) {
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

// startMissing starts as many workers as there are to be.
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

// cutShort ends the workers that still run, and waits for them. The code is that of those which have ended by then, if
// one had not ended well before: that is what Hypercorn exits with, although it had a reason to complain.
func (p *Parent) cutShort(ctx context.Context, code int) int {
	for _, w := range p.workers {
		p.terminate(w)
	}
	if code != 0 {
		code = p.forgetEnded()
	}
	for _, w := range p.workers {
		p.wait(ctx, w.Exited(), 0)
	}
	return code & 0xff
}
