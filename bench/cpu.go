package main

import (
	"context"
	"errors"
	"fmt"
)

// measureCPU has 64 clients send the next request as soon as they are answered.
func measureCPU(ctx context.Context, b *bench) ([]result, error) {
	const clients = 64
	n := b.size(30_000, 5_000)
	r := result{
		Figure: "cpu", What: "CPU time per request, no sleep, 64 connections kept alive", Unit: seconds,
		Goal: "at most 0.5 of net/http + chi and 0.8 of fasthttp",
		How: fmt.Sprintf("user and system time of the server's processes for %s requests "+
			"(Uvicorn: a tenth of that), divided by their number", thousands(n)),
	}
	err := b.takeTurns(ctx, b.size(15, 1), &r, func(p program) (used float64, err error) {
		t, err := start(ctx, p, settings{limit: 40}, nil)
		if err != nil {
			return 0, err
		}
		defer func() { err = errors.Join(err, t.stop()) }()
		return requestTime(ctx, t, clients, n/p.slow)
	})
	r.Met = r.ratio("net/http + chi") <= 0.5 && r.ratio("fasthttp") <= 0.8
	return []result{r}, err
}

// requestTime is the CPU time per request, in seconds, over n requests, after a tenth as many to warm
// up.
func requestTime(ctx context.Context, t *target, clients, n int) (float64, error) {
	if err := keepAsking(ctx, t.addr, clients, n/10, "/?id=1"); err != nil {
		return 0, err
	}
	before, err := t.cpu()
	if err != nil {
		return 0, err
	}
	if err := keepAsking(ctx, t.addr, clients, n, "/?id=1"); err != nil {
		return 0, err
	}
	after, err := t.cpu()
	return (after - before).Seconds() / float64(n), err
}
