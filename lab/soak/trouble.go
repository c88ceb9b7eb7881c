package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"syscall"
	"time"
)

// The pauses between two events.
const (
	leastPause = 200 * time.Millisecond
	mostPause  = 3 * time.Second
	mostStop   = 500 * time.Millisecond
)

// trouble causes events until the round is over: the limit changes, a worker is stopped for a moment or
// killed, all workers are restarted one by one. It returns the number of events.
func trouble(ctx context.Context, t *Target, seed uint64, over <-chan struct{}) (int, error) {
	random := rand.New(rand.NewPCG(seed, 1))
	for events := 0; ; events++ {
		select {
		case <-over:
			return events, nil
		case <-time.After(leastPause + time.Duration(random.Int64N(int64(mostPause-leastPause)))):
		}
		if err := event(ctx, t, random); err != nil {
			return events, fmt.Errorf("trouble: %w", err)
		}
	}
}

// event causes one event. It is not a failure if a worker that is ending has ended before the event
// reaches it; for the parent it is.
func event(ctx context.Context, t *Target, random *rand.Rand) error {
	workers, _ := t.Workers(ctx) // those that are being replaced do not answer
	if len(workers) == 0 {
		return nil
	}
	pid := workers[random.IntN(len(workers))].PID
	switch random.IntN(6) {
	case 0:
		_ = syscall.Kill(pid, syscall.SIGKILL)
	case 1:
		return t.cmd.Process.Signal(syscall.SIGHUP)
	case 2, 3:
		_ = syscall.Kill(pid, syscall.SIGSTOP)
		time.Sleep(time.Duration(random.Int64N(int64(mostStop))))
		_ = syscall.Kill(pid, syscall.SIGCONT)
	default:
		_ = t.SetLimit(ctx, 1+random.IntN(20))
	}
	return nil
}
