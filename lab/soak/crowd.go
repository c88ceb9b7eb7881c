package soak

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Crowd runs many clients at a time, and counts their results.
type Crowd struct {
	Requests atomic.Int64
	Cut      atomic.Int64 // connections that the server ended before their answer
	wrong    atomic.Pointer[error]
}

// Wrong is the first wrong answer.
func (c *Crowd) Wrong() error {
	if err := c.wrong.Load(); err != nil {
		return *err
	}
	return nil
}

// Round runs n clients at a time. Each does what more returns, until that returns no more. Each client
// has its own random source, seeded with the crowd's seed and its number.
func (c *Crowd) Round(ctx context.Context, n int, seed uint64, more func() (Behaviour, bool), addr string) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			for ctx.Err() == nil {
				b, ok := more()
				if !ok {
					return
				}
				c.visit(ctx, addr, b, random)
			}
		})
	}
	all.Wait()
}

// answerTime is how long a client waits: longer than any server is stopped.
const answerTime = time.Minute

// visit is one connection from connecting to its end.
func (c *Crowd) visit(ctx context.Context, addr string, b Behaviour, random *rand.Rand) {
	if b.do == nil {
		b = choose(random)
	}
	conn, err := (&net.Dialer{Timeout: answerTime}).DialContext(ctx, "tcp", addr)
	if err != nil {
		c.Cut.Add(1)
		time.Sleep(time.Millisecond)
		return
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	_ = conn.SetDeadline(time.Now().Add(answerTime)) // without one, the first write fails
	client := &client{Conn: conn, answers: bufio.NewReader(conn), random: random}
	err = b.do(client)
	c.Requests.Add(int64(client.requests))
	switch {
	case err == nil, ctx.Err() != nil:
	case errors.Is(err, errCut):
		c.Cut.Add(1)
	default:
		err = fmt.Errorf("a client that %s: %w", b.Name, err)
		c.wrong.CompareAndSwap(nil, &err)
	}
}
