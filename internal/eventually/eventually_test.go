package eventually_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/internal/eventually"
)

func TestWithin(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration // when the condition becomes true
		holds bool
	}{
		{"at once", 0, true},
		{"in time", 3 * time.Second, true},
		{"at the end", 10 * time.Second, true},
		{"too late", 11 * time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				got := eventually.Within(10*time.Second, func() bool { return time.Since(began) >= tt.after })
				if took := time.Since(began); got != tt.holds || took > min(tt.after, 10*time.Second)+10*time.Millisecond {
					t.Errorf("got %v after %v, want %v", got, took, tt.holds)
				}
			})
		})
	}
}

// failing is a test that records its failure.
type failing struct {
	testing.TB
	said string
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(format string, args ...any) {
	f.said = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

func TestWhatIsNotSoFailsTheTest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, over := &failing{TB: t}, make(chan struct{})
		go func() {
			defer close(over)
			eventually.True(f, "pigs fly", func() bool { return false }, func() string { return "they walk" })
			t.Error("the test continued")
		}()
		<-over
		if !strings.Contains(f.said, "pigs fly") || !strings.Contains(f.said, "\nthey walk") {
			t.Errorf("it says %q", f.said)
		}
	})
}
