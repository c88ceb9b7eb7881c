package admin

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"
)

// soon are two workers whose statistics change at a given time.
type soon struct {
	Workers // which answers nothing else
	then    time.Time
}

func (s soon) Statistics(context.Context) ([]Statistics, error) {
	if time.Now().Before(s.then) {
		return []Statistics{{Busy: 1}, {}}, nil
	}
	return []Statistics{{Busy: 2, Waiting: 3, Zombies: 1, Answered: 4}, {Busy: 1, Zombies: 1, Answered: 1, Refused: 2}}, nil
}

// A wait ends as soon as its condition is met. If it never is, it ends in time and says
// what the numbers were.
func TestWait(t *testing.T) {
	const late = "not met within 5s: 3 busy, 3 waiting, 2 zombies, 5 answered, 2 refused\n"
	for _, c := range []struct {
		query  string
		status int
		after  time.Duration
		says   string
	}{
		{"busy=1", http.StatusOK, 0, ""},
		{"waiting=0", http.StatusOK, 0, ""},
		{"busy=3", http.StatusOK, time.Second, ""},
		{"zombies=2", http.StatusOK, time.Second, ""},
		{"busy=3&waiting=3&zombies=1", http.StatusOK, time.Second, ""},
		{"answered=5", http.StatusOK, time.Second, ""},
		{"refused=2&busy=3", http.StatusOK, time.Second, ""},
		{"answered=6", http.StatusGatewayTimeout, 5 * time.Second, late},
		{"refused=3", http.StatusGatewayTimeout, 5 * time.Second, late},
		{"busy=0", http.StatusGatewayTimeout, 5 * time.Second, late},
		{"busy=4", http.StatusGatewayTimeout, 5 * time.Second, late},
		{"busy=3&waiting=4", http.StatusGatewayTimeout, 5 * time.Second, late},
		{"zombies=3", http.StatusGatewayTimeout, 5 * time.Second, late},
		{"busy=3&timeout=500ms", http.StatusGatewayTimeout, 500 * time.Millisecond, "not met within 500ms: 1 busy, 0 waiting, 0 zombies, 0 answered, 0 refused\n"},
		{"busy=1&timeout=0s", http.StatusOK, 0, ""},
		{"busy=3&timeout=0s", http.StatusGatewayTimeout, 0, "not met within 0s: 1 busy, 0 waiting, 0 zombies, 0 answered, 0 refused\n"},
		{"zombies=0", http.StatusBadRequest, 0, "zombies: \"0\" is not accepted; accepted: a whole number from 1 to 1000000\n"},
		{"refused=0", http.StatusBadRequest, 0, "refused: \"0\" is not accepted; accepted: a whole number from 1 to 1000000\n"},
		{"busy=x&timeout=1h", http.StatusBadRequest, 0, "busy: \"x\" is not accepted; accepted: a whole number from 0 to 1000000\n" +
			"timeout: \"1h\" is not accepted; accepted: a duration such as 500ms or 10s, at most 1m0s\n"},
		{
			"timeout=1s", http.StatusBadRequest, 0,
			"no condition to wait for; accepted: one or more of busy=N, waiting=N, zombies=N, answered=N and refused=N, and timeout=5s\n",
		},
	} {
		t.Run(c.query, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began, rw := time.Now(), httptest.NewRecorder()
				routes(soon{then: began.Add(time.Second)}, newPage()).ServeHTTP(rw, httptest.NewRequest(http.MethodGet, "/wait?"+c.query, nil))
				took := time.Since(began)
				if rw.Code != c.status || took < c.after || took >= c.after+pollInterval {
					t.Errorf("status %d after %v, want %d after %v", rw.Code, took, c.status, c.after)
				}
				if got := rw.Body.String(); c.says != "" && got != c.says {
					t.Errorf("it says %q, want %q", got, c.says)
				}
			})
		})
	}
}

// A worker that has not answered may be busy: a condition of 0 is not met.
func TestWaitForNone(t *testing.T) {
	for _, c := range []struct {
		condition Condition
		last      Statistics
		want      bool
	}{
		{Condition{Busy: 0, Waiting: Any}, Statistics{}, true},
		{Condition{Busy: 0, Waiting: Any}, Statistics{Error: "no answer"}, false},
		{Condition{Busy: Any, Waiting: 0}, Statistics{Error: "no answer"}, false},
		{Condition{Busy: 1, Waiting: Any}, Statistics{Error: "no answer", Busy: 1}, true},
		{Condition{Busy: 1, Waiting: 0}, Statistics{Error: "no answer", Busy: 1}, false},
	} {
		if got := c.condition.Met([]Statistics{{}, c.last}); got != c.want {
			t.Errorf("%+v with %+v: %v, want %v", c.condition, c.last, got, c.want)
		}
	}
}

// The number of waits is bounded: one more is refused at once, and accepted when another
// has ended.
func TestWaitsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := routes(soon{then: time.Now().Add(time.Hour)}, newPage())
		ask := func() int {
			rw := httptest.NewRecorder()
			h.ServeHTTP(rw, httptest.NewRequest(http.MethodGet, "/wait?busy=3&timeout=10s", nil))
			return rw.Code
		}
		for range mostWaits {
			go ask()
		}
		synctest.Wait()
		if got := ask(); got != http.StatusTooManyRequests {
			t.Errorf("one too many: %d", got)
		}
		time.Sleep(11 * time.Second)
		if got := ask(); got != http.StatusGatewayTimeout {
			t.Errorf("later: %d", got)
		}
	})
}
