package probe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
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
	End    string  `json:"end"`     // "answered", "refused", "FIN", "RST" or "no answer"

	port    int // this side's
	process int // that has accepted it; 0 where that cannot be seen
}

// latency is how long the answer took, in seconds.
func (r Request) latency() float64 { return r.Ended - r.Sent }

// burst is requests that were sent at the same time.
type burst struct {
	requests []Request
	cheap    *Request    // a request for nothing, sent in the middle of the work
	owners   map[int]int // process by client port; nil where it cannot be seen
}

// fire connects n clients, has each ask once, in their order, gap apart, and
// waits for all answers, at most until patience has passed. middle is when the
// first handlers are surely at work: then the cheap request is sent and the
// kernel is asked; below 0, never.
func (p *prober) fire(ctx context.Context, n int, gap, middle, patience time.Duration) (burst, error) {
	conns := make([]*driver.Conn, n)
	defer leave(conns)
	b := burst{requests: make([]Request, n)}
	for i := range conns {
		conn, err := p.dial(ctx)
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
			b.requests[i].Sent, b.requests[i].port = time.Since(began).Seconds(), conn.LocalPort()
			p.sent++
			_ = conn.Send(p.target.request(p.sent)) // a server that has closed is seen in the connection's end
		}
	}
	if middle >= 0 {
		if err := p.look(ctx, &b, began, middle, patience); err != nil {
			return b, err
		}
	}
	for i, conn := range conns {
		if conn != nil {
			await(ctx, conn, time.Until(began.Add(patience)))
			b.requests[i].process = b.owners[b.requests[i].port]
			b.requests[i].read(conn, began)
		}
	}
	return b, ctx.Err()
}

// look is what is done while handlers are at work.
func (p *prober) look(ctx context.Context, b *burst, began time.Time, middle, patience time.Duration) error {
	if err := sleep(ctx, time.Until(began.Add(middle))); err != nil {
		return err
	}
	if p.target.local() {
		b.owners, _ = driver.Owners(p.target.port()) // not on every system; then it is said that it cannot be seen
	}
	conn, err := p.dial(ctx)
	if err != nil {
		return nil // what a server that takes nobody gives is no answer
	}
	b.cheap = &Request{Sent: time.Since(began).Seconds()}
	_ = conn.Send(p.target.cheap())
	p.sent++
	defer func() { _ = conn.Leave() }() // an open one may count against a limit
	await(ctx, conn, time.Until(began.Add(patience)))
	b.cheap.read(conn, began)
	return nil
}

// read fills in what became of the request on its connection.
func (r *Request) read(conn *driver.Conn, began time.Time) {
	answers := driver.Answers(conn.Events(), nil)
	end, ended := conn.End()
	switch {
	case len(answers) > 0:
		r.Status, r.Ended, r.End = answers[0].Status, answers[0].Ended.Sub(began).Seconds(), "answered"
	case ended:
		r.Ended, r.End = end.At.Sub(began).Seconds(), end.Kind.String()
	default:
		r.Ended, r.End = time.Since(began).Seconds(), "no answer"
	}
}

// await waits for an answer or the connection's end.
func await(ctx context.Context, conn *driver.Conn, d time.Duration) {
	stop := context.AfterFunc(ctx, func() { _ = conn.Leave() })
	defer stop()
	conn.Await(d, func(events []driver.Event) bool { return len(driver.Answers(events, nil)) > 0 })
}

func leave(conns []*driver.Conn) {
	for _, conn := range conns {
		if conn != nil {
			_ = conn.Leave()
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
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

func (p *prober) dial(ctx context.Context) (*driver.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := driver.Dial(ctx, p.target.addr)
	if err != nil {
		return nil, fmt.Errorf("probe: %w", err)
	}
	return conn, nil
}
