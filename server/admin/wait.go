package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Condition is what somebody waits for: so many handlers in work, or requests in
// line, of all workers together. Any is no condition; 0 is none of them, and
// everything above at least so many.
type Condition struct{ Busy, Waiting int }

// Any is a part of a Condition that asks for nothing.
const Any = -1

// Met tells whether the workers are as somebody waits for. One that has not answered
// counts for nothing.
func (c Condition) Met(all []Statistics) bool {
	busy, waiting := 0, 0
	for _, s := range all {
		busy, waiting = busy+s.Busy, waiting+s.Waiting
	}
	return reached(busy, c.Busy) && reached(waiting, c.Waiting)
}

func reached(have, want int) bool { return have >= want && (want != 0 || have == 0) }

const (
	lookAgain   = 5 * time.Millisecond
	usualWait   = 5 * time.Second
	longestWait = time.Minute
)

// wait answers when the workers are as the query says, or have not become so in time.
func wait(rw http.ResponseWriter, req *http.Request, w Workers) {
	c, timeout, err := readWait(req)
	if err != nil {
		wrong(rw, err)
		return
	}
	// The server's own time-out is shorter than a wait may be.
	_ = http.NewResponseController(rw).SetWriteDeadline(time.Now().Add(timeout + 2*Patience))
	ctx, cancel := context.WithTimeout(req.Context(), timeout)
	defer cancel()
	for {
		all, err := w.Statistics(ctx)
		switch {
		case err == nil && c.Met(all):
			writeJSON(rw, all)
			return
		case ctx.Err() != nil:
			http.Error(rw, fmt.Sprintf("not so within %v; GET /stats tells how it is", timeout), http.StatusGatewayTimeout)
			return
		case err != nil:
			http.Error(rw, err.Error(), http.StatusServiceUnavailable)
			return
		}
		select {
		case <-time.After(lookAgain):
		case <-ctx.Done():
		}
	}
}

func readWait(req *http.Request) (c Condition, timeout time.Duration, err error) {
	query, timeout := req.URL.Query(), usualWait
	c.Busy, err = number(req, "busy", 0, 0, Most)
	waiting, badWaiting := number(req, "waiting", 0, 0, Most)
	c.Waiting = waiting
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
	if c.Busy == Any && c.Waiting == Any {
		err = errors.Join(err, errors.New("nothing to wait for; accepted: busy=N, waiting=N or both, and timeout=5s"))
	}
	return c, timeout, errors.Join(err, badWaiting, badTime)
}
