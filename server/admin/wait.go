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

// Condition is what a client waits for, over all workers: a number of running
// handlers (Busy), of requests that wait for a thread, and of requests of clients that
// have left (Zombies). A positive number means at least as many. For Busy and Waiting,
// 0 means none, and Any that it does not matter; for Zombies, 0 means that.
type Condition struct{ Busy, Waiting, Zombies int }

// Any is a number in a Condition that is always met.
const Any = -1

// Met reports whether the workers meet the condition. A silent worker adds nothing, and
// a condition of 0 cannot be met while one is silent.
func (c Condition) Met(all []Statistics) bool {
	if (c.Busy == 0 || c.Waiting == 0) && slices.ContainsFunc(all, silent) {
		return false
	}
	is := Sum(all)
	return reached(is.Busy, c.Busy) && reached(is.Waiting, c.Waiting) && is.Zombies >= c.Zombies
}

func silent(s Statistics) bool { return s.Error != "" }

func reached(have, want int) bool { return have >= want && (want != 0 || have == 0) }

const (
	pollInterval = 5 * time.Millisecond
	usualWait    = 5 * time.Second
	longestWait  = time.Minute
	mostWaits    = 100
)

// waits counts the requests that wait, and bounds them: a fifth of the slots stays free for other requests.
type waits struct{ n atomic.Int64 }

func (w *waits) bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		defer w.n.Add(-1)
		if most := min(mostWaits, Slots(Descriptors())*4/5); w.n.Add(1) > int64(most) {
			http.Error(rw, fmt.Sprintf("%d wait already, which is the most that may", most), http.StatusTooManyRequests)
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
	ctx, cancel := context.WithTimeout(req.Context(), timeout)
	defer cancel()
	setActivity(ctx, asking)
	all, err := met(ctx, w, c)
	setActivity(ctx, replying)
	switch {
	case err == nil:
		writeJSON(rw, all)
	case ctx.Err() != nil:
		is := Sum(all)
		http.Error(rw, fmt.Sprintf("not so within %v: %d busy, %d waiting, %d zombies", timeout, is.Busy, is.Waiting, is.Zombies), http.StatusGatewayTimeout)
	default:
		http.Error(rw, err.Error(), http.StatusServiceUnavailable)
	}
}

// met polls the workers until they meet c, and returns their statistics. If ctx ends before,
// it returns the last statistics, and an error.
func met(ctx context.Context, w Workers, c Condition) (last []Statistics, err error) {
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
		select {
		case <-time.After(pollInterval):
		case <-ctx.Done():
		}
	}
}

func readWait(req *http.Request) (c Condition, timeout time.Duration, err error) {
	query, timeout := req.URL.Query(), usualWait
	c.Busy, err = number(req, "busy", 0, 0)
	waiting, badWaiting := number(req, "waiting", 0, 0)
	c.Waiting = waiting
	zombies, badZombies := number(req, "zombies", 0, 1)
	c.Zombies = zombies
	var badTime error
	if query.Has("timeout") {
		if timeout, badTime = time.ParseDuration(query.Get("timeout")); badTime != nil || timeout < 0 || timeout > longestWait {
			badTime = fmt.Errorf("timeout %q: accepted: a duration such as 500ms or 10s, to %v", query.Get("timeout"), longestWait)
		}
	}
	if !query.Has("busy") {
		c.Busy = Any
	}
	if !query.Has("waiting") {
		c.Waiting = Any
	}
	if c.Busy == Any && c.Waiting == Any && !query.Has("zombies") {
		err = errors.Join(err, errors.New("nothing to wait for; accepted: busy=N, waiting=N, zombies=N or several of them, and timeout=5s"))
	}
	return c, timeout, errors.Join(err, badWaiting, badZombies, badTime)
}
