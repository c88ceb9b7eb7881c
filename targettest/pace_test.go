package targettest_test

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/target-server/target-server/targettest"
)

// took is how long a request takes.
func took(t *testing.T, s *targettest.Server) time.Duration {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/?id=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	answer, err := s.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return time.Since(began)
}

// On the machine's clock, a server at a hundredth of Python's pace takes tens of milliseconds. How many depends on the
// machine.
func TestPaceOnTheMachinesClock(t *testing.T) {
	s := targettest.New(t, targettest.Set("pace", "100x"))
	if got := took(t, s); got < 2*time.Millisecond {
		t.Errorf("a request took %v", got)
	}
}

// In virtual time a request takes the same in each run, and twice as long at half the pace.
func TestPaceInVirtualTime(t *testing.T) {
	measure := func(pace string) (first, second time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			s := targettest.New(t, targettest.InMemory(), targettest.Set("pace", pace))
			first = took(t, s)
			second = took(t, s) // on the same connection
			s.Close()
		})
		return first, second
	}
	first, second := measure("real")
	if first < 100*time.Microsecond || second >= first {
		t.Errorf("the first request took %v, the second %v", first, second)
	}
	again, _ := measure("real")
	double, _ := measure("2x")
	if again != first || (double-2*first).Abs() > time.Microsecond {
		t.Errorf("%v, then %v, and %v at half the pace", first, again, double)
	}
	if none, _ := measure("none"); none != 0 {
		t.Errorf("%v without a pace", none)
	}
}
