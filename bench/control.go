package main

import (
	"context"
	"runtime"
	"time"
)

// control measures what the machine adds to any time: while something else is measured, a thread of its
// own sleeps repeatedly and records how late each sleep ends. The returned function stops it, and
// returns the 99th percentile in seconds.
func control(ctx context.Context) (stop func() float64) {
	ctx, cancel := context.WithCancel(ctx)
	late := make(chan []float64)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		var all []float64
		for ctx.Err() == nil {
			const sleep = time.Millisecond
			began := time.Now()
			bareSleep(sleep)
			all = append(all, (time.Since(began) - sleep).Seconds())
		}
		late <- all
	}()
	return func() float64 {
		cancel()
		return quantile(<-late, 0.99)
	}
}
