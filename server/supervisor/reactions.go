package supervisor

import (
	"context"
	"os"
	"slices"
	"time"
)

// react handles the pending signals, in order. Those that arrive meanwhile wait for the next call.
func (p *Parent) react(ctx context.Context) {
	pending := p.pending
	p.pending = nil
	for _, sig := range pending {
		reaction := p.policy.reaction(signalName(sig))
		p.say(reaction.Line)
		switch reaction.Action {
		case Ignore:
		case Exit:
			p.stopping = true
		case Restart:
			p.restart(ctx)
		case Grow:
			p.grow()
		case Shrink:
			p.shrink(ctx)
		case Die:
			p.die(ctx, sig)
		case Renew:
			p.renew(ctx)
		default:
			if p.reactAsArbiter(ctx, reaction.Action, sig); p.stopping {
				return
			}
		}
	}
}

// orphanTimeout is how long workers may take to confirm that they keep serving.
const orphanTimeout = time.Second

// die ends the process by a signal. It tells the workers first: otherwise they would end, as with a parent that is
// killed.
func (p *Parent) die(ctx context.Context, sig os.Signal) {
	ctx, cancel := context.WithTimeout(ctx, orphanTimeout)
	defer cancel()
	for _, w := range p.started {
		_, _ = w.Call(ctx, orphanRequest, nil) // a worker that does not get it ends
	}
	raise(sig)
}

// restart replaces each worker when its replacement is ready, and gives up if one is not ready in time. It may take as
// long as the longest request of each worker, and no signal interrupts it.
func (p *Parent) restart(ctx context.Context) {
	for i, old := range slices.Clone(p.workers) {
		if p.done(ctx) {
			return
		}
		fresh := p.startAs(old.Number())
		if fresh == nil {
			return
		}
		if !p.becomesReady(ctx, fresh) {
			p.kill(ctx, fresh)
			p.error(p.policy.Messages.NotReady, fresh.PID(), old.PID())
			return
		}
		p.terminate(old)
		if p.join(ctx, old); ctx.Err() != nil {
			return
		}
		p.replace(i, fresh)
	}
}

// becomesReady polls a worker until it is ready, has ended, or its time is up.
func (p *Parent) becomesReady(ctx context.Context, w Process) bool {
	begin := time.Now()
	for ctx.Err() == nil && (p.policy.HealthCheck <= 0 || time.Since(begin) < p.policy.HealthCheck) {
		if exited(w) {
			return false
		}
		if ready(w) {
			return true
		}
		p.wait(ctx, nil, p.policy.ReadyCheck)
	}
	return false
}

func (p *Parent) grow() {
	p.wants(len(p.workers) + 1)
	if w := p.start(); w != nil {
		p.setWorkers(append(slices.Clone(p.workers), w))
	}
}

func (p *Parent) shrink(ctx context.Context) {
	last := len(p.workers) - 1
	if last < 1 {
		p.say(p.policy.Messages.LastWorker)
		return
	}
	w := p.workers[last]
	p.setWorkers(p.workers[:last])
	p.terminate(w)
	p.join(ctx, w)
}
