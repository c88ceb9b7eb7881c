package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// measureFirst starts a server repeatedly.
func measureFirst(ctx context.Context, b *bench) ([]result, error) {
	r := result{
		Figure: "first", What: "first answer after exec", Unit: seconds, Goal: "at most 15 ms",
		How: "from before the process is started until the first byte of an answer; a client tries to connect every 200 µs",
	}
	err := b.takeTurns(ctx, b.size(15, 2), &r, func(p program) (float64, error) { return firstAnswer(ctx, p) })
	r.Met = r.Ours <= 0.015
	return []result{r}, err
}

func firstAnswer(ctx context.Context, p program) (took float64, err error) {
	port, err := freePort(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	process, err := driver.Start(ctx, p.command(settings{port: port, limit: 40}))
	if err != nil {
		return 0, err
	}
	t := &target{process: process, addr: "127.0.0.1:" + strconv.Itoa(port)}
	defer func() { err = errors.Join(err, t.stop()) }()
	answered, err := t.awaitAnswer(ctx, "/?id=1")
	return answered.Sub(began).Seconds(), err
}
