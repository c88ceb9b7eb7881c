package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/target-server/target-server/bench/crowd"
)

// measureMemory holds requests: 40 are running, all others are queued.
func measureMemory(ctx context.Context, b *bench) ([]result, error) {
	n := b.size(15_000, 1_000)
	r := result{
		Figure: "memory", What: fmt.Sprintf("memory per request, %s held", thousands(n)), Unit: bytesEach,
		Goal: "at most 1,024 B",
		How: "growth of the Pss of all the server's processes from its first answer until all requests are held, " +
			"divided by their number",
	}
	err := b.takeTurns(ctx, b.size(3, 1), &r, func(p program) (float64, error) {
		grown, err := heldMemory(ctx, p, n)
		return grown / float64(n), err
	})
	r.Met = r.Ours <= 1024
	return []result{r}, err
}

// heldMemory is the number of bytes by which a server grows per request when it holds n requests.
func heldMemory(ctx context.Context, p program, n int) (grown float64, err error) {
	t, err := start(ctx, p, settings{limit: 40, sleep: time.Hour}, nil)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, t.stop()) }()
	before, err := t.memory()
	if err != nil {
		return 0, err
	}
	clients, err := crowd.Start(ctx, crowd.Plan{Addr: t.addr, Size: n})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, clients.Leave()) }()
	if err := clients.Ask(ctx); err != nil {
		return 0, err
	}
	if err := t.settle(ctx); err != nil {
		return 0, err
	}
	after, err := t.memory()
	return float64(after - before), err
}
