package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// memory is the number of bytes that all processes of the target use. Shared memory counts once.
func (t *target) memory() (int, error) {
	sum := 0
	for _, pid := range t.pids {
		bytes, err := proportionalBytes(pid)
		if err != nil {
			return 0, fmt.Errorf("memory of process %d: %w", pid, err)
		}
		sum += bytes
	}
	return sum, nil
}

// cpu is the CPU time that all processes of the target have used, including the kernel's.
func (t *target) cpu() (time.Duration, error) {
	var sum time.Duration
	for _, pid := range t.pids {
		used, err := processorTime(pid)
		if err != nil {
			return 0, fmt.Errorf("CPU time of process %d: %w", pid, err)
		}
		sum += used
	}
	return sum, nil
}

// settle waits until the target uses less than a tenth of a core for a while: it has then read
// everything that was sent. A busy target uses a whole core, an idle one a few hundredths on a slow
// machine.
func (t *target) settle(ctx context.Context) error {
	const look, idle, looks = 50 * time.Millisecond, 5 * time.Millisecond, 6
	before, err := t.cpu()
	quiet := 0
	for end := time.Now().Add(patience); err == nil && quiet < looks && time.Now().Before(end) && ctx.Err() == nil; {
		time.Sleep(look)
		var now time.Duration
		now, err = t.cpu()
		if quiet++; now-before > idle {
			quiet = 0
		}
		before = now
	}
	if err == nil && quiet < looks {
		err = errors.Join(errors.New("the server is never idle"), ctx.Err())
	}
	return err
}
