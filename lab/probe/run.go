package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// Options bound a probe.
type Options struct {
	Most     int           // requests in one burst
	Time     time.Duration // for everything
	Progress io.Writer     // told of each step, a line each
}

const (
	dialTime   = 5 * time.Second
	idleTime   = 12 * time.Second // that idle connections are watched
	firstBurst = 4                // requests; each next burst is that many times as large
)

// prober is a probe in progress.
type prober struct {
	target   Target
	options  Options
	began    time.Time
	sent     int
	findings Findings
	one      time.Duration // that one request takes
}

// Run probes the target. When ctx ends before, it gives what was found so far,
// with ctx's error.
func Run(ctx context.Context, target Target, options Options) (Findings, error) {
	p := &prober{target: target, options: options, began: time.Now(), findings: Findings{URL: target.URL}}
	err := p.run(ctx)
	f := p.findings
	f.Sent, f.Took = p.sent, time.Since(p.began).Seconds()
	f.Verdict = f.verdict()
	return f, err
}

func (p *prober) run(ctx context.Context) error {
	if err := p.alone(ctx); err != nil {
		return err
	}
	if err := p.climb(ctx); err != nil {
		return err
	}
	return p.idle(ctx)
}

func (p *prober) say(format string, args ...any) {
	if p.options.Progress != nil {
		fmt.Fprintf(p.options.Progress, "%5.1fs  %s\n", time.Since(p.began).Seconds(), fmt.Sprintf(format, args...))
	}
}

// left is how much time there is.
func (p *prober) left() time.Duration { return p.options.Time - time.Since(p.began) }

// alone measures one request with nothing beside it, a few times if it is fast.
func (p *prober) alone(ctx context.Context) error {
	p.say("one request alone")
	var latencies []float64
	for len(latencies) < 3 {
		b, err := p.fire(ctx, 1, 0, -1, p.left())
		if err != nil {
			return err
		}
		r := b.requests[0]
		if r.Status == 0 {
			return fmt.Errorf("probe: one request alone got no answer: %s after %s", r.End, span(r.Ended))
		}
		p.findings.Status = r.Status
		latencies = append(latencies, r.latency())
		p.one = time.Duration(median(latencies) * float64(time.Second))
		p.findings.Service = median(latencies)
		if p.one > time.Second {
			return nil
		}
	}
	return nil
}

// climb fires larger and larger bursts until a ceiling shows, once more for
// certainty, and then as many as are allowed.
func (p *prober) climb(ctx context.Context) error {
	if p.findings.Service < fast {
		_, err := p.measure(ctx, min(64, p.options.Most))
		return err
	}
	var found []sized
	met := 0
	for n, waves := min(firstBurst, p.options.Most), firstBurst; met < 2; {
		if !p.affords(n, waves, 0) {
			return nil
		}
		s, err := p.measure(ctx, n)
		if err != nil {
			return err
		}
		found = append(found, s)
		p.findings.Ceiling = ceiling(found, len(p.findings.Spread))
		switch {
		case s.Reached:
			met++
			n = min(max(n, 2*s.Ceiling, s.Ceiling+leastWaiters), p.options.Most)
			waves = (n + s.Ceiling - 1) / s.Ceiling
		case n == p.options.Most:
			return nil
		default:
			n = min(n*firstBurst, p.options.Most)
		}
	}
	return p.overload(ctx, found)
}

// overload fires the largest burst that is allowed, if the time for it and for
// the idle connections suffices. It may show more than a small one did, where
// several processes had shared that unevenly.
func (p *prober) overload(ctx context.Context, found []sized) error {
	n, last := p.options.Most, found[len(found)-1]
	if n <= last.n || !p.affords(n, (n+last.Ceiling-1)/last.Ceiling, idleTime+p.one) {
		return nil
	}
	s, err := p.measure(ctx, n)
	if err == nil && s.First > 0 {
		p.findings.Ceiling = ceiling(append(found, s), len(p.findings.Spread))
	}
	return err
}

// affords tells whether there is time for a burst of n that is over after some
// waves, and something to spare; if not, it is noted.
func (p *prober) affords(n, waves int, spare time.Duration) bool {
	need := time.Duration(waves)*p.one + time.Second
	if need+spare <= p.left() {
		return true
	}
	p.leaveOut("a burst of %d, which may take %s", n, need.Round(time.Second))
	return false
}

// measure fires one burst of n and takes down all that it shows.
func (p *prober) measure(ctx context.Context, n int) (sized, error) {
	p.say("%d requests at once", n)
	gap := min(3*time.Millisecond, p.one/time.Duration(4*n))
	b, err := p.fire(ctx, n, gap, p.one/2, p.left())
	if err != nil {
		return sized{}, err
	}
	f := &p.findings
	f.Burst = b.requests
	f.Overload = &Overload{Sent: n, Outcomes: b.outcomes(), Longest: b.longest()}
	if shares := b.shares(); len(shares) >= len(f.Spread) {
		f.Spread = shares
	}
	if f.Service < fast {
		return sized{}, nil
	}
	var latencies []float64 // of those that were not turned away
	for _, r := range b.requests {
		if r.good() || r.End == "no answer" {
			latencies = append(latencies, r.latency())
		}
	}
	s := sized{n, len(latencies), readWaves(latencies, f.Service)}
	if o := readOrder(b.requests, f.Service); o != nil {
		f.Order = o
	}
	if b.cheap != nil && (s.Reached || f.Busy == nil) {
		f.Busy = &Busy{Answered: b.cheap.latency(), Status: b.cheap.Status, Blocked: b.cheap.latency() > 0.3*f.Service}
	}
	return s, nil
}

func (p *prober) leaveOut(format string, args ...any) {
	p.findings.LeftOut = append(p.findings.LeftOut, fmt.Sprintf(format, args...)+fmt.Sprintf("; %s were left of %s", p.left().Round(time.Second), p.options.Time))
}

// idle watches a connection after its answer, and one on which nothing is sent.
func (p *prober) idle(ctx context.Context) error {
	watch := min(idleTime, p.left()-p.one)
	if watch < time.Second {
		p.leaveOut("idle connections")
		return nil
	}
	answered, err := p.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = answered.Leave() }()
	p.sent++
	_ = answered.Send(p.target.request(p.sent))
	await(ctx, answered, p.left())
	answers := driver.Answers(answered.Events(), nil)
	if len(answers) == 0 {
		return errors.Join(ctx.Err(), errors.New("probe: a request alone got no answer any more"))
	}
	p.say("idle connections, for at most %s", watch.Round(time.Second))
	silent, err := p.dial(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = silent.Leave() }()
	until := time.Now().Add(watch)
	p.findings.KeepAlive = &Idle{
		AfterAnswer: lived(ctx, answered, answers[0].Ended, until), Silent: lived(ctx, silent, silent.Connected, until),
		GivenUp: watch.Seconds(),
	}
	return ctx.Err()
}

// lived waits for the end of a connection and tells how long after a moment it
// came, in seconds, or -1.
func lived(ctx context.Context, conn *driver.Conn, since, until time.Time) float64 {
	stop := context.AfterFunc(ctx, func() { _ = conn.Leave() })
	defer stop()
	conn.Await(time.Until(until), func([]driver.Event) bool { return false })
	if end, ended := conn.End(); ended && end.Kind != driver.Left {
		return end.At.Sub(since).Seconds()
	}
	return -1
}
