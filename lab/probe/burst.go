package probe

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// Request is one request of a burst, as its client saw it. Times are in seconds
// since the burst began.
type Request struct {
	Sent   float64 `json:"sent_s"`
	Ended  float64 `json:"ended_s"` // when the answer was whole, or the connection ended, or waiting was given up
	Status int     `json:"status"`  // 0 without an answer
	// End is "answered", "refused", "FIN", "RST", "no answer", "unfinished" when a
	// part of one came, "given up" after a fault on another connection, or the kind
	// of the Fault on this one.
	End string `json:"end"`

	port    int // this side's
	process int // that has accepted it; 0 where that cannot be seen
	fault   *Fault
}

// latency is how long the answer took, in seconds.
func (r Request) latency() float64 { return r.Ended - r.Sent }

// burst is requests that were sent at the same time.
type burst struct {
	requests []Request
	other    *Request    // a request for another path, sent while handlers run
	owners   map[int]int // process by client port; nil where it cannot be seen

	conns  []*conn // nil where there is none
	began  time.Time
	broken chan struct{} // closed when an answer has a fault: then no other is awaited
	breaks func()        // closes it
}

// fire connects n clients, has each ask once, in their order, gap apart, and
// waits for all answers, at most until patience has passed. middle is when the
// first handlers are surely running: then another path is requested and the
// kernel is asked; below 0, never. A fault that breaks the burst ends it early.
func (p *prober) fire(ctx context.Context, n int, gap, middle, patience time.Duration) (burst, error) {
	until := time.Now().Add(patience)
	b := burst{requests: make([]Request, n), conns: make([]*conn, n), broken: make(chan struct{})}
	b.breaks = sync.OnceFunc(func() { close(b.broken) })
	defer b.leave()
	if err := p.connectAll(ctx, &b); err != nil {
		return b, err
	}
	if err := sleep(ctx, 100*time.Millisecond); err != nil { // for the server to accept them
		return b, err
	}
	b.began = time.Now()
	if err := p.askAll(ctx, &b, gap, until); err != nil {
		return b, err
	}
	if middle >= 0 && !b.isBroken() {
		if err := p.look(ctx, &b, middle, until); err != nil {
			return b, err
		}
	}
	for _, conn := range b.conns {
		conn.await(ctx, until, b.broken)
	}
	for i, conn := range b.conns {
		if conn != nil {
			b.requests[i].process = b.owners[b.requests[i].port]
			b.read(&b.requests[i], conn)
		}
	}
	return b, interrupted(ctx)
}

func (p *prober) connectAll(ctx context.Context, b *burst) error {
	for i := range b.conns {
		if b.isBroken() {
			return nil
		}
		conn, err := p.connect(ctx, false, b.breaks)
		fault := (*Fault)(nil)
		switch r := &b.requests[i]; {
		case errors.Is(err, syscall.ECONNREFUSED):
			r.End = "refused"
		case errors.As(err, &fault) && fault.Kind == Cut:
			r.End, r.fault = driver.RST.String(), fault
		case err != nil:
			return err
		}
		b.conns[i] = conn
	}
	return nil
}

func (p *prober) askAll(ctx context.Context, b *burst, gap time.Duration, until time.Time) error {
	for i, conn := range b.conns {
		if err := sleep(ctx, time.Until(b.began.Add(time.Duration(i)*gap))); err != nil {
			return err
		}
		if b.isBroken() {
			return nil
		}
		if conn != nil {
			b.requests[i].Sent, b.requests[i].port = time.Since(b.began).Seconds(), conn.port()
			p.sent++
			conn.ask(p.target.request(p.sent), until)
		}
	}
	return nil
}

// look is what is done while handlers run.
func (p *prober) look(ctx context.Context, b *burst, middle time.Duration, until time.Time) error {
	if err := sleep(ctx, time.Until(b.began.Add(middle))); err != nil {
		return err
	}
	if p.target.local() {
		b.owners, _ = driver.Owners(p.target.port()) // not on every system; then it is said that it cannot be seen
	}
	if p.other != unknown { // else it is not to be had
		_ = p.askOther(ctx, b, until) // a server that takes no connection has not answered
	}
	return nil
}

// askOther requests another path on a connection of its own, and waits for the answer.
func (p *prober) askOther(ctx context.Context, b *burst, until time.Time) error {
	conn, err := p.connect(ctx, false, b.breaks)
	if err != nil {
		return err
	}
	defer conn.leave() // an open one may count against a limit
	b.other = &Request{Sent: time.Since(b.began).Seconds()}
	p.sent++
	conn.ask(p.target.other(), until)
	conn.await(ctx, until, b.broken)
	b.read(b.other, conn)
	return nil
}

// read fills in what became of the request on its connection.
func (b *burst) read(r *Request, conn *conn) {
	o := conn.outcome()
	r.Status, r.End, r.fault = o.status, o.end, o.fault
	if o.at.IsZero() {
		o.at = time.Now()
		if b.isBroken() {
			r.End, r.fault = "given up", nil
		}
	}
	r.Ended = o.at.Sub(b.began).Seconds()
}

func (b *burst) isBroken() bool {
	select {
	case <-b.broken:
		return true
	default:
		return false
	}
}

// leave closes every connection. They all stop reading first: closing waits for
// the goroutine that reads, and thousands that read at full speed have long turns.
func (b *burst) leave() {
	for _, stop := range []func(*conn){(*conn).stop, (*conn).leave} {
		for _, conn := range b.conns {
			if conn != nil {
				stop(conn)
			}
		}
	}
}

// fault is what ends the probe: the first fault that no overload explains or,
// when no request was answered at all, the first of any kind.
func (b *burst) fault(during string) *Fault {
	counts := func(r Request) bool { return r.fault != nil && r.fault.violates() }
	switch {
	case slices.ContainsFunc(b.requests, counts):
	case b.other != nil && counts(*b.other):
		return b.other.fault.met("a request for another path during "+during, 1, 1)
	case !slices.ContainsFunc(b.requests, func(r Request) bool { return r.Status > 0 }):
		counts = func(r Request) bool { return r.fault != nil }
	}
	first, same := (*Fault)(nil), 0
	for _, r := range b.requests {
		if counts(r) && (first == nil || r.fault.Kind == first.Kind) {
			first = cmp.Or(first, r.fault)
			same++
		}
	}
	if first == nil {
		return nil
	}
	return first.met(during, same, len(b.requests))
}

// await waits until the answer is complete, the connection has ended, the time
// has come, or another connection is broken.
func (c *conn) await(ctx context.Context, until time.Time, broken <-chan struct{}) {
	if c == nil {
		return
	}
	timer := time.NewTimer(time.Until(until))
	defer timer.Stop()
	select {
	case <-c.answered:
	case <-c.ended:
	case <-broken:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// sleep lets d pass. It fails when ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		if err := interrupted(ctx); err != nil {
			return err
		}
		return errTimeUp
	}
}

// interrupted is why ctx has ended, unless it was the probe's own time.
func interrupted(ctx context.Context) error {
	err := ctx.Err() // before its cause, which may come in between
	if errors.Is(context.Cause(ctx), errTimeUp) {
		return nil
	}
	return err
}

// good reports whether the request was answered, and not refused with a 5xx.
func (r Request) good() bool { return r.Status > 0 && r.Status < 500 }

// outcomes counts what the requests got: by status, or by the end without one.
func (b burst) outcomes() map[string]int {
	counts := map[string]int{}
	for _, r := range b.requests {
		if r.Status > 0 {
			counts[strconv.Itoa(r.Status)]++
		} else {
			counts[r.End]++
		}
	}
	return counts
}

// longest is the longest that a request waited for its answer, in seconds.
func (b burst) longest() float64 {
	most := 0.0
	for _, r := range b.requests {
		if r.Status > 0 {
			most = max(most, r.latency())
		}
	}
	return most
}

// shares lists how many connections each process took, most first.
func (b burst) shares() []int {
	per := map[int]int{}
	for _, r := range b.requests {
		if pid := b.owners[r.port]; pid != driver.NotAccepted {
			per[pid]++
		}
	}
	var shares []int
	for _, n := range per {
		shares = append(shares, n)
	}
	slices.SortFunc(shares, func(a, b int) int { return b - a })
	return shares
}
