// Package eventually is how tests in real time wait for a condition instead of for a time.
//
//	eventually.True(t, "the worker has ended", func() bool { return !runs(pid) })
//
// Tests in simulated time need none of it.
package eventually

import (
	"strings"
	"testing"
	"time"
)

// Patience is how long a condition may take: a test that waits this long has failed, however busy the machine is.
const Patience = time.Minute

// pause is the time between two looks.
const pause = time.Millisecond

// True waits until holds says true and fails the test if it does not. What there is instead is shown if it is given.
func True(t testing.TB, what string, holds func() bool, instead ...func() string) {
	t.Helper()
	if Within(Patience, holds) {
		return
	}
	var shown strings.Builder
	for _, show := range instead {
		shown.WriteString("\n" + show())
	}
	t.Fatalf("%v went by and it was not so: %s%s", Patience, what, shown.String())
}

// Within reports whether holds says true before a time has passed. It is asked once more at the end of it.
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
