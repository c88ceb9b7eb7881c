package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// Condition is what a client waits for. Its fields are those of Statistics, summed over all workers, and a positive
// number means at least as many. For Busy and Waiting, 0 means none, and Any that the field does not matter. For the
// others 0 means that it does not matter.
type Condition struct{ Busy, Waiting, Zombies, Answered, Refused int }

// Any is a number in a Condition that is always met.
const Any = -1

// Met reports whether the workers meet the condition. A silent worker adds nothing, and a condition of 0 cannot be met
// while one is silent.
func (c Condition) Met(all []Statistics) bool {
	if (c.Busy == 0 || c.Waiting == 0) && slices.ContainsFunc(all, silent) {
		return false
	}
	is := Sum(all)
	return reached(is.Busy, c.Busy) && reached(is.Waiting, c.Waiting) && is.Zombies >= c.Zombies &&
		is.Answered >= int64(c.Answered) && is.Refused >= int64(c.Refused)
}

// Progress says, in the words of a Condition, what the workers are doing. It is for the error of a wait that was in
// vain.
func Progress(all []Statistics) string {
	is := Sum(all)
	return fmt.Sprintf("%d busy, %d waiting, %d zombies, %d answered, %d refused",
		is.Busy, is.Waiting, is.Zombies, is.Answered, is.Refused)
}

func silent(s Statistics) bool { return s.Error != "" }

func reached(have, want int) bool { return have >= want && (want != 0 || have == 0) }

const (
	pollInterval = 5 * time.Millisecond
	usualWait    = 5 * time.Second
	longestWait  = time.Minute
	mostWaits    = 100
)

// waits counts the calls of /wait, and bounds them: a fifth of the slots stays free for other requests.
type waits struct{ n atomic.Int64 }

func (w *waits) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		defer w.n.Add(-1)
		if most := min(mostWaits, Slots(Descriptors())*4/5); w.n.Add(1) > int64(most) {
			http.Error(rw, fmt.Sprintf("too many calls of /wait: there are %d already, which is the limit; try again when one has returned", most),
				http.StatusTooManyRequests)
			return
		}
		next.ServeHTTP(rw, req)
	})
}

// wait answers when the workers meet the query's condition, or when the time is up.
func wait(rw http.ResponseWriter, req *http.Request, w Workers) {
	c, timeout, err := readWait(req)
	if err != nil {
		wrong(rw, err)
		return
	}
	// The server's own time-out may be shorter than the wait.
	_ = http.NewResponseController(rw).SetWriteDeadline(time.Now().Add(timeout + 2*Patience))
	ctx, cancel := context.WithTimeout(req.Context(), cmp.Or(timeout, Patience)) // 0 is one look, for which the workers have their time
	defer cancel()
	setActivity(ctx, asking)
	all, err := met(ctx, w, c, timeout == 0)
	setActivity(ctx, replying)
	switch {
	case err == nil:
		writeJSON(rw, all)
	case ctx.Err() != nil, errors.Is(err, errNotMet):
		http.Error(rw, fmt.Sprintf("not met within %v: %s", timeout, Progress(all)), http.StatusGatewayTimeout)
	default:
		http.Error(rw, err.Error(), http.StatusServiceUnavailable)
	}
}

// errNotMet is the error of one look that has not found what it looked for.
var errNotMet = errors.New("not met")

// met polls the workers until they meet c, or looks once, and returns their statistics. If they do not meet it, or ctx
// ends before, it returns the last statistics, and an error.
func met(ctx context.Context, w Workers, c Condition, once bool) (last []Statistics, err error) {
	for {
		all, err := w.Statistics(ctx)
		if ctx.Err() == nil { // otherwise they may not have had time to answer
			last = all
		}
		if err == nil && c.Met(all) {
			return all, nil
		}
		if err := cmp.Or(ctx.Err(), err); err != nil {
			return last, err
		}
		if once {
			return last, errNotMet
		}
		select {
		case <-time.After(pollInterval):
		case <-ctx.Done():
		}
	}
}

// readWait reads the query of /wait. Its errors are joined.
func readWait(req *http.Request) (c Condition, timeout time.Duration, err error) {
	c, timeout = Condition{Busy: Any, Waiting: Any}, usualWait
	query, asked := req.URL.Query(), false
	for _, p := range []struct {
		name  string
		least int
		field *int
	}{
		{"busy", 0, &c.Busy},
		{"waiting", 0, &c.Waiting},
		{"zombies", 1, &c.Zombies},
		{"answered", 1, &c.Answered},
		{"refused", 1, &c.Refused},
	} {
		if query.Has(p.name) {
			n, wrong := number(req, p.name, 0, p.least)
			*p.field, err, asked = n, errors.Join(err, wrong), true
		}
	}
	if query.Has("timeout") {
		text := query.Get("timeout")
		d, wrong := time.ParseDuration(text)
		if wrong != nil || d < 0 || d > longestWait {
			err = errors.Join(err, fmt.Errorf("timeout: %q is not accepted; accepted: a duration such as 500ms or 10s, at most %v", text, longestWait))
		}
		timeout = d
	}
	if !asked {
		err = errors.Join(err, errors.New("no condition to wait for; accepted: one or more of busy=N, waiting=N, zombies=N, "+
			"answered=N and refused=N, and timeout=5s"))
	}
	return c, timeout, err
}
