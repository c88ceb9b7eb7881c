package server_test

import (
	"runtime"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
)

// A held request costs no goroutine.
func TestHeldRequestsCostNoGoroutine(t *testing.T) {
	for _, mode := range []string{"threadpool", "cooperative"} {
		w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Mode, c.Sleep = mode, distribution.Of(time.Hour) })
		w.Get(0, 0)
		w.Run(time.Second)
		before := runtime.NumGoroutine()
		for i := range 5000 {
			w.Get(time.Second+time.Duration(i)*time.Millisecond, i+1)
		}
		w.Run(10 * time.Second)
		check.Equal(t, mode+": held", w.Workers[0].Statistics().Held, 5001)
		if more := runtime.NumGoroutine() - before; more > 0 { // earlier tests may still end some
			t.Errorf("%s: %d further goroutines, want none", mode, more)
		}
	}
}
