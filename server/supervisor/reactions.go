package supervisor

import (
	"context"
	"os"
	"slices"
	"time"
)

// react acts upon the signals that have come, in their order. Those that come while it does so wait for the next time.
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
			if p.arbitrateSignal(ctx, reaction.Action, sig); p.stopping {
				return
			}
		}
	}
}

// farewell is how long workers may take to hear that they are to serve on.
const farewell = time.Second

// die ends the process by a signal. The workers are told, since they would end with a parent that is killed.
func (p *Parent) die(ctx context.Context, sig os.Signal) {
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	for _, w := range p.started {
		_, _ = w.Call(ctx, orphanRequest, nil) // one that does not hear it ends
	}
	raise(sig)
}

// restart replaces each worker when its replacement is ready, and gives up at the first that is not in time. It may
// take as long as the longest request of each worker, and no signal ends it before.
func (p *Parent) restart(ctx context.Context) {
	for i, old := range slices.Clone(p.workers) {
		if p.done(ctx) {
			return
		}
		fresh := p.start()
		if fresh == nil {
			return
		}
		if !p.becomesReady(ctx, fresh) {
			p.kill(ctx, fresh)
			p.error(p.policy.Lines.NotReady, fresh.PID(), old.PID())
			return
		}
		p.terminate(old)
		if p.join(ctx, old); ctx.Err() != nil {
			return
		}
		p.replace(i, fresh)
	}
}

// becomesReady looks at a worker again and again until it is ready, has ended, or has had its time.
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
	if w := p.start(); w != nil {
		p.setWorkers(append(slices.Clone(p.workers), w))
	}
}

func (p *Parent) shrink(ctx context.Context) {
	last := len(p.workers) - 1
	if last < 1 {
		p.say(p.policy.Lines.LastWorker)
		return
	}
	w := p.workers[last]
	p.setWorkers(p.workers[:last])
	p.terminate(w)
	p.join(ctx, w)
}
