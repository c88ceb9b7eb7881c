// Package eventually lets tests in real time wait for a condition instead of a fixed time.
//
//	eventually.True(t, "the worker has ended", func() bool { return !runs(pid) })
//
// Tests in simulated time do not need it.
package eventually

import (
	"strings"
	"testing"
	"time"
)

// Patience is how long a condition may take. A test that waits this long has failed, however busy the
// machine is.
const Patience = time.Minute

// pause is the time between two checks of a condition.
const pause = time.Millisecond

// True waits until holds returns true, and fails the test if it does not. The failure shows the
// optional values.
func True(t testing.TB, what string, holds func() bool, instead ...func() string) {
	t.Helper()
	if Within(Patience, holds) {
		return
	}
	var shown strings.Builder
	for _, show := range instead {
		shown.WriteString("\n" + show())
	}
	t.Fatalf("not true within %v: %s%s", Patience, what, shown.String())
}

// Within reports whether holds returns true within a time. It is called a last time at the end.
func Within(d time.Duration, holds func() bool) bool {
	end := time.Now().Add(d)
	for {
		late := !time.Now().Before(end)
		if holds() {
			return true
		}
		if late {
			return false
		}
		time.Sleep(pause)
	}
}
