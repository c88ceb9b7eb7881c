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
		grown, err := heldMemory(ctx, p, settings{limit: 40, sleep: time.Hour}, n)
		return grown / float64(n), err
	})
	r.Met = r.Ours <= 1024
	return []result{r}, err
}

// measureProgram holds requests of a program with a session, a connection pool and a response model.
func measureProgram(ctx context.Context, b *bench) ([]result, error) {
	n := b.size(15_000, 1_000)
	r := result{
		Figure: "program", What: fmt.Sprintf("memory per request of a program with a database, %s held", thousands(n)), Unit: bytesEach,
		Goal: "at most 2,048 B",
		How: "as memory, with the program bench/crud.yaml: 15 requests have connections, others wait for one in their thread, " +
			"and all others are queued",
	}
	var all []float64
	for range b.size(3, 1) {
		grown, err := heldMemory(ctx, b.programs[ours], settings{limit: 40, file: "bench/crud.yaml"}, n)
		if err != nil {
			return nil, err
		}
		all = append(all, grown/float64(n))
	}
	r.Ours = quantile(all, 0.5)
	r.Met = r.Ours <= 2048
	return []result{r}, nil
}

// heldMemory is the number of bytes by which a server grows when it holds n requests.
func heldMemory(ctx context.Context, p program, s settings, n int) (grown float64, err error) {
	t, err := start(ctx, p, s, nil)
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
