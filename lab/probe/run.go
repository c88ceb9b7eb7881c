package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Options bound a probe.
type Options struct {
	Most     int           // requests in one burst
	Time     time.Duration // for everything
	Progress io.Writer     // gets a line for each step; nil for none
}

const (
	dialTime   = 5 * time.Second
	idleTime   = 12 * time.Second // that idle connections are watched
	firstBurst = 4                // requests; each next burst is that many times as large
)

// errTimeUp says that Options.Time has passed.
var errTimeUp = errors.New("probe: the time is up")

// prober is a probe in progress.
type prober struct {
	target   Target
	dial     func(ctx context.Context, addr string) (net.Conn, error)
	options  Options
	began    time.Time
	sent     int
	findings Findings
	one      time.Duration // that one request takes
	other    float64       // that a request for another path takes on the idle server, in seconds; unknown if it was not answered
}

// Run probes the target. It ends within Options.Time and a fraction of a second,
// and keeps no more of a connection than a few kilobytes, whatever the server
// sends. When the server cannot be probed because of what it does, the error is
// the *Fault that the findings have as well. When ctx ends before, it gives what
// was found so far, with ctx's error.
func Run(ctx context.Context, target Target, options Options) (Findings, error) {
	p := &prober{target: target, dial: dialTCP, options: options}
	return p.probe(ctx)
}

func (p *prober) probe(ctx context.Context) (Findings, error) {
	p.began, p.findings = time.Now(), Findings{URL: p.target.URL}
	limited, cancel := context.WithTimeoutCause(ctx, p.options.Time, errTimeUp)
	defer cancel()
	err := p.run(limited)
	f := p.findings
	_ = errors.As(err, &f.Fault) // nil if it is another error
	f.Sent, f.Took = p.sent, time.Since(p.began).Seconds()
	f.Verdict = f.verdict()
	return f, err
}

func (p *prober) run(ctx context.Context) error {
	for _, part := range []func(context.Context) error{p.alone, p.otherAlone, p.climb, p.idle} {
		if err := part(ctx); errors.Is(err, errTimeUp) {
			p.leaveOut("what was in progress")
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (p *prober) say(format string, args ...any) {
	if p.options.Progress != nil {
		fmt.Fprintf(p.options.Progress, "%5.1fs  %s\n", time.Since(p.began).Seconds(), fmt.Sprintf(format, args...))
	}
}

// left is how much time there is.
func (p *prober) left() time.Duration { return p.options.Time - time.Since(p.began) }

// oneAlone names the part of a probe.
const oneAlone = "one request alone"

// alone measures one request on the idle server, a few times if it is fast.
func (p *prober) alone(ctx context.Context) error {
	p.say(oneAlone)
	var latencies []float64
	for len(latencies) < 3 {
		b, err := p.fire(ctx, 1, 0, -1, p.left())
		r := b.requests[0]
		switch {
		case err != nil:
			return metIn(err, oneAlone, 1)
		case r.fault != nil:
			return r.fault.met(oneAlone, 1, 1)
		case r.End == "refused":
			return fmt.Errorf("probe: no server listens on %s: connection refused", p.target.addr)
		case r.Status == 0:
			return fmt.Errorf("probe: one request alone was not answered: %s after %s", r.End, span(r.Ended))
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

// unknown is a time that could not be measured.
const unknown = -1

// otherAlone measures a request for another path on the idle server, a few times if it is fast. Only by that can one
// tell whether handlers hold it up.
func (p *prober) otherAlone(ctx context.Context) error {
	const during = "a request for another path alone"
	p.other = unknown
	if p.findings.Service < fast {
		return nil
	}
	p.say(during)
	var latencies []float64
	for len(latencies) < 3 {
		b := burst{began: time.Now(), broken: make(chan struct{})}
		b.breaks = sync.OnceFunc(func() { close(b.broken) })
		err := p.askOther(ctx, &b, b.began.Add(min(p.left()/4, max(2*time.Second, 3*p.one))))
		switch {
		case err != nil:
			return metIn(err, during, 1)
		case interrupted(ctx) != nil:
			return interrupted(ctx)
		case b.other.fault != nil && b.other.fault.violates():
			return b.other.fault.met(during, 1, 1)
		case b.other.Status == 0:
			return nil
		}
		latencies = append(latencies, b.other.latency())
		p.other = median(latencies)
		if p.other > 1 {
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
	p.leaveOut("a burst of %d, which may take %s, with %s for what follows it", n, need.Round(time.Second), spare.Round(time.Second))
	return false
}

// measure fires one burst of n and takes down all that it shows.
func (p *prober) measure(ctx context.Context, n int) (sized, error) {
	p.say("%d requests at once", n)
	gap := min(3*time.Millisecond, p.one/time.Duration(4*n))
	during := fmt.Sprintf("a burst of %d", n)
	b, err := p.fire(ctx, n, gap, p.one/2, p.left())
	if err != nil {
		return sized{}, metIn(err, during, n)
	}
	f := &p.findings
	f.Burst = b.requests
	f.Overload = &Overload{Sent: n, Outcomes: b.outcomes(), Longest: b.longest()}
	if shares := b.shares(); len(shares) >= len(f.Spread) {
		f.Spread = shares
	}
	if fault := b.fault(during); fault != nil {
		return sized{}, fault
	}
	if f.Service < fast {
		return sized{}, nil
	}
	var latencies []float64 // of those that were not refused
	for _, r := range b.requests {
		if r.good() || r.End == "no answer" || r.End == Unfinished {
			latencies = append(latencies, r.latency())
		}
	}
	s := sized{n, len(latencies), readWaves(latencies, f.Service)}
	if o := readOrder(b.requests, f.Service); o != nil {
		f.Order = o
	}
	if p.other == unknown {
		f.Busy = &Busy{Idle: unknown}
	}
	if b.other != nil && (s.Reached || f.Busy == nil) {
		f.Busy = &Busy{Idle: p.other, Answered: b.other.latency(), Status: b.other.Status}
		f.Busy.Blocked = f.Busy.delayed(f.Service)
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
	const during = "a request after the bursts"
	broken := make(chan struct{})
	breaks := sync.OnceFunc(func() { close(broken) })
	answered, err := p.connect(ctx, false, breaks)
	if err != nil {
		return metIn(err, during, 1)
	}
	defer answered.leave()
	p.sent++
	until := p.began.Add(p.options.Time)
	answered.ask(p.target.request(p.sent), until)
	answered.await(ctx, until, broken)
	o := answered.outcome()
	switch {
	case interrupted(ctx) != nil:
		return interrupted(ctx)
	case o.fault != nil:
		return o.fault.met(during, 1, 1)
	}
	watch = min(watch, p.left())
	p.say("idle connections, for at most %s", watch.Round(time.Second))
	silent, err := p.connect(ctx, true, breaks)
	if err != nil {
		return metIn(err, "idle connections", 2)
	}
	defer silent.leave()
	until = time.Now().Add(watch)
	p.findings.KeepAlive = &Idle{
		AfterAnswer: answered.lived(ctx, o.at, until, broken), Silent: silent.lived(ctx, silent.connected, until, broken),
		GivenUp: watch.Seconds(),
	}
	for _, c := range []*conn{answered, silent} {
		if fault := c.fault(); fault != nil {
			p.findings.KeepAlive = nil
			return fault.met("idle connections", 1, 2)
		}
	}
	return interrupted(ctx)
}

// lived waits for the end of a connection and tells how long after a moment it
// came, in seconds, or -1.
func (c *conn) lived(ctx context.Context, since, until time.Time, broken <-chan struct{}) float64 {
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-c.ended:
		return c.endedAt.Sub(since).Seconds() // set before it is closed
	case <-broken:
	case <-timer.C:
	case <-ctx.Done():
	}
	return -1
}
