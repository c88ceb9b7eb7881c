package main

import (
	"context"
	"errors"
	"time"
)

// measureIdle measures servers without clients. Uvicorn wakes up ten times a second, and so does
// target-server.
func measureIdle(ctx context.Context, b *bench) ([]result, error) {
	r := result{
		Figure: "idle", What: "CPU time per second without clients", Unit: seconds, Goal: "at most 2 ms",
		How: "user and system time of the server's processes without requests, divided by the seconds",
	}
	span := time.Duration(b.size(5, 1)) * time.Second
	err := b.takeTurns(ctx, b.size(3, 1), &r, func(p program) (float64, error) { return idleTime(ctx, p, span) })
	r.Met = r.Ours <= 0.002
	return []result{r}, err
}

// idleTime is the CPU time that a server uses per second, measured over span.
func idleTime(ctx context.Context, p program, span time.Duration) (used float64, err error) {
	t, err := start(ctx, p, settings{limit: 40}, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	if err := t.settle(ctx); err != nil {
		return 0, err
	}
	before, err := t.cpu()
	if err != nil {
		return 0, err
	}
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(span):
	}
	after, err := t.cpu()
	return (after - before).Seconds() / span.Seconds(), err
}
