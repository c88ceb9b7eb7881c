package supervisor

import (
	"context"
	"os"
	"syscall"
	"time"
)

// reload is Arbiter.reload: as many new workers as there were at the start, at once, and the end of the old.
func (p *Parent) reload(ctx context.Context) {
	a := p.policy.Arbiter
	p.say(a.Reloads)
	p.arbiter.target = p.opts.Workers
	old := p.spawned
	for range p.arbiter.target {
		if p.hire() == nil {
			return
		}
	}
	p.manage(ctx)
	if !a.AwaitsOld {
		return
	}
	limit := p.graceful()
	for len(p.workers) > 0 && p.arbiter.hired[p.workers[0]].serial < old && !limit.passed() && !p.done(ctx) {
		p.reap()
		p.wait(ctx, nil, a.Pause)
	}
}

// halt is Arbiter.halt, and what handle_int and handle_quit do before it: then the workers are stopped twice.
func (p *Parent) halt(ctx context.Context) {
	if p.arbiter.soon {
		p.stop(ctx, syscall.SIGQUIT)
	}
	p.stop(ctx, syscall.SIGTERM)
	if ctx.Err() != nil {
		return
	}
	level, failed := Info, p.arbiter.failed
	if failed != nil && p.policy.Arbiter.FailsLoudly {
		level = Error
	}
	p.log(level, "%s", p.policy.Arbiter.Stopping)
	if failed != nil {
		p.log(level, p.policy.Arbiter.Reason, failed.Reason)
	}
}

// stop is Arbiter.stop: no new connections, a signal for all, and SIGKILL for those that are late.
func (p *Parent) stop(ctx context.Context, sig os.Signal) {
	if p.opts.Unlisten != nil {
		p.opts.Unlisten()
	}
	limit := p.graceful()
	p.signalAll(sig)
	hasty := p.policy.Arbiter.HastenedEnd == 0 || sig == syscall.SIGQUIT
	for len(p.workers) > 0 && !limit.passed() && ctx.Err() == nil {
		if !hasty && p.nextIsHasty() {
			p.say(p.policy.Arbiter.Hastened)
			p.signalAll(syscall.SIGQUIT)
			hasty, limit = true, deadline{time.Now().Add(p.policy.Arbiter.HastenedEnd)}
		}
		p.look()
		p.wait(ctx, nil, p.policy.Arbiter.Pause)
	}
	if ctx.Err() == nil {
		p.signalAll(os.Kill)
		p.look()
	}
}

// look reaps where that does not happen by itself.
func (p *Parent) look() {
	if !p.policy.Arbiter.ReapsAtOnce {
		p.reap()
	}
}

// nextIsHasty takes the next signal and tells whether it hastens the end.
func (p *Parent) nextIsHasty() bool {
	if len(p.pending) == 0 {
		return false
	}
	sig := p.pending[0]
	p.pending = p.pending[1:]
	return sig == syscall.SIGINT || sig == syscall.SIGQUIT
}

// deadline is a moment, or never.
type deadline struct{ time.Time }

func (d deadline) passed() bool { return !d.IsZero() && !time.Now().Before(d.Time) }

// graceful is when the graceful timeout, beginning now, has passed.
func (p *Parent) graceful() deadline {
	if p.opts.GracefulTimeout < 0 {
		return deadline{}
	}
	return deadline{time.Now().Add(p.opts.GracefulTimeout)}
}
