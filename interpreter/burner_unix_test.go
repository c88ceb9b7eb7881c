//go:build unix

package interpreter_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/target-server/target-server/internal/eventually"
	"github.com/target-server/target-server/interpreter"
)

// used is the processor time of this process.
func used(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// A burner uses the processor while it is on, and for as long as it is told to.
func TestABurnerUsesTheProcessor(t *testing.T) {
	b := interpreter.NewBurner()
	defer b.Stop()
	for _, begin := range []func(){func() { b.Set(true) }, func() { b.For(time.Hour) }} {
		before := used(t)
		begin()
		eventually.True(t, "50 ms were used", func() bool { return used(t)-before > 50*time.Millisecond })
		b.Set(false)
	}
}
