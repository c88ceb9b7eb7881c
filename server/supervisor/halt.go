package supervisor

import (
	"context"
	"os"
	"syscall"
	"time"
)

// reload is Arbiter.reload: it starts as many workers as at the beginning, at once, and ends the old ones.
func (p *Parent) reload(ctx context.Context) {
	a := p.policy.Arbiter
	p.say(a.Reloads)
	p.arbiter.target = p.opts.Workers
	old := p.spawned
	for range p.arbiter.target {
		if p.startOne() == nil {
			return
		}
	}
	p.manage(ctx)
	if !a.AwaitsOld {
		return
	}
	limit := p.graceful()
	for len(p.workers) > 0 && p.arbiter.states[p.workers[0]].serial < old && !limit.passed() && !p.done(ctx) {
		p.reap()
		p.wait(ctx, nil, a.Pause)
	}
}

// halt is Arbiter.halt. After SIGINT and SIGQUIT the workers are stopped once more before it, as in handle_int and
// handle_quit.
func (p *Parent) halt(ctx context.Context) {
	if p.arbiter.quick {
		p.stop(ctx, syscall.SIGQUIT)
	}
	p.stop(ctx, syscall.SIGTERM)
	if ctx.Err() != nil {
		return
	}
	severity, failed := Info, p.arbiter.failed
	if failed != nil && p.policy.Arbiter.FailsLoudly {
		severity = Error
	}
	p.log(severity, "%s", p.policy.Arbiter.Stopping)
	if failed != nil {
		p.log(severity, p.policy.Arbiter.Reason, failed.Reason)
	}
}

// stop is Arbiter.stop: no new connections, a signal to all workers, and SIGKILL for the late ones.
func (p *Parent) stop(ctx context.Context, sig os.Signal) {
	if p.opts.Unlisten != nil {
		p.opts.Unlisten()
	}
	limit := p.graceful()
	p.signalAll(sig)
	hastened := p.policy.Arbiter.HastenedEnd == 0 || sig == syscall.SIGQUIT
	for len(p.workers) > 0 && !limit.passed() && ctx.Err() == nil {
		if !hastened && p.nextHastens() {
			p.say(p.policy.Arbiter.Hastened)
			p.signalAll(syscall.SIGQUIT)
			hastened, limit = true, deadline{time.Now().Add(p.policy.Arbiter.HastenedEnd)}
		}
		p.reapIfPolled()
		p.wait(ctx, nil, p.policy.Arbiter.Pause)
	}
	if ctx.Err() == nil {
		p.signalAll(os.Kill)
		p.reapIfPolled()
	}
}

// reapIfPolled reaps if the parent does not notice the end of a worker at once.
func (p *Parent) reapIfPolled() {
	if !p.policy.Arbiter.ReapsAtOnce {
		p.reap()
	}
}

// nextHastens takes the next pending signal and reports whether it hastens the end.
func (p *Parent) nextHastens() bool {
	if len(p.pending) == 0 {
		return false
	}
	sig := p.pending[0]
	p.pending = p.pending[1:]
	return sig == syscall.SIGINT || sig == syscall.SIGQUIT
}

// deadline is a point in time, or never.
type deadline struct{ time.Time }

func (d deadline) passed() bool { return !d.IsZero() && !time.Now().Before(d.Time) }

// graceful is the deadline of a graceful timeout that begins now.
func (p *Parent) graceful() deadline {
	if p.opts.GracefulTimeout < 0 {
		return deadline{}
	}
	return deadline{time.Now().Add(p.opts.GracefulTimeout)}
}
