package probe

import (
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
	// End is "answered", "refused", "FIN", "RST", "no answer", "given up" after a
	// fault on another connection, or the kind of the Fault on this one.
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
	cheap    *Request      // a request for nothing, sent in the middle of the work
	owners   map[int]int   // process by client port; nil where it cannot be seen
	broken   chan struct{} // closed when an answer has a fault: then no other is awaited
}

// fire connects n clients, has each ask once, in their order, gap apart, and
// waits for all answers, at most until patience has passed. middle is when the
// first handlers are surely at work: then the cheap request is sent and the
// kernel is asked; below 0, never. A fault on one connection ends it.
func (p *prober) fire(ctx context.Context, n int, gap, middle, patience time.Duration) (burst, error) {
	until := time.Now().Add(patience)
	conns := make([]*conn, n)
	defer leave(conns)
	b := burst{requests: make([]Request, n), broken: make(chan struct{})}
	broken := sync.OnceFunc(func() { close(b.broken) })
	for i := range conns {
		conn, err := p.connect(ctx, false, broken)
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
			b.requests[i].End = "refused"
		case err != nil:
			return b, err
		}
		conns[i] = conn
	}
	if err := sleep(ctx, 100*time.Millisecond); err != nil { // for the server to accept them
		return b, err
	}
	began := time.Now()
	for i, conn := range conns {
		if err := sleep(ctx, time.Until(began.Add(time.Duration(i)*gap))); err != nil {
			return b, err
		}
		if conn != nil {
			b.requests[i].Sent, b.requests[i].port = time.Since(began).Seconds(), conn.port()
			p.sent++
			conn.ask(p.target.request(p.sent), until)
		}
	}
	if middle >= 0 {
		if err := p.look(ctx, &b, broken, began, middle, until); err != nil {
			return b, err
		}
	}
	for _, conn := range conns {
		conn.await(ctx, until, b.broken)
	}
	for i, conn := range conns {
		if conn != nil {
			b.requests[i].process = b.owners[b.requests[i].port]
			b.read(&b.requests[i], conn, began)
		}
	}
	return b, interrupted(ctx)
}

// look is what is done while handlers are at work.
func (p *prober) look(ctx context.Context, b *burst, broken func(), began time.Time, middle time.Duration, until time.Time) error {
	if err := sleep(ctx, time.Until(began.Add(middle))); err != nil {
		return err
	}
	if p.target.local() {
		b.owners, _ = driver.Owners(p.target.port()) // not on every system; then it is said that it cannot be seen
	}
	conn, err := p.connect(ctx, false, broken)
	if err != nil {
		return nil // what a server that takes nobody gives is no answer
	}
	defer conn.leave() // an open one may count against a limit
	b.cheap = &Request{Sent: time.Since(began).Seconds()}
	p.sent++
	conn.ask(p.target.cheap(), until)
	conn.await(ctx, until, b.broken)
	b.read(b.cheap, conn, began)
	return nil
}

// read fills in what became of the request on its connection.
func (b *burst) read(r *Request, conn *conn, began time.Time) {
	o := conn.outcome()
	r.Status, r.End, r.fault = o.status, o.end, o.fault
	if o.at.IsZero() {
		o.at = time.Now()
		select {
		case <-b.broken:
			r.End = "given up"
		default:
		}
	}
	r.Ended = o.at.Sub(began).Seconds()
}

// violation is the first fault of the burst that no overload explains.
func (b *burst) violation(during string) *Fault {
	var first *Fault
	count := func(r Request) {
		switch {
		case r.fault == nil || !r.fault.violates():
		case first == nil:
			first = r.fault.met(during, 1, len(b.requests))
		default:
			first.Connections++
		}
	}
	for _, r := range b.requests {
		count(r)
	}
	if b.cheap != nil && first == nil {
		count(*b.cheap)
		if first != nil {
			first.Of = 1
			first.During = "a request beside " + during
		}
	}
	return first
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

func leave(conns []*conn) {
	for _, conn := range conns {
		if conn != nil {
			conn.leave()
		}
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
	if errors.Is(context.Cause(ctx), errTimeUp) {
		return nil
	}
	return ctx.Err()
}

// good reports whether the request was answered, and not turned away.
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
