package server

import (
	"os"
	"strings"
	"sync"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
)

// history is the last requests of a worker: those in work, and those that have
// ended. Only the loop writes; anybody may read, also while the loop is blocked. A
// nil one remembers nothing.
type history struct {
	most  int
	now   func() time.Time
	mu    sync.Mutex
	ring  []*admin.Request // by arrival; from oldest on when it is full
	begin int
}

func newHistory(most int, now func() time.Time) *history { return &history{most: most, now: now} }

// add enters a request, in place of the oldest if there is no room.
func (h *history) add(r *admin.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ring) < h.most {
		h.ring = append(h.ring, r)
		return
	}
	h.ring[h.begin] = r
	h.begin = (h.begin + 1) % h.most
}

// change changes a request that was added; nil is one that was not.
func (h *history) change(r *admin.Request, f func(*admin.Request)) {
	if r == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	f(r)
}

// last returns the last n, or all if n is 0, in the order of arrival, with the times
// of those that have no end up to now.
func (h *history) last(n int) []admin.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n == 0 || n > len(h.ring) {
		n = len(h.ring)
	}
	now, all := h.now(), make([]admin.Request, 0, n)
	for i := len(h.ring) - n; i < len(h.ring); i++ {
		r := *h.ring[(h.begin+i)%len(h.ring)]
		switch {
		case !r.End.IsZero():
		case r.Start.IsZero():
			r.Wait = now.Sub(r.Arrival).Seconds()
		default:
			r.Work = now.Sub(r.Start).Seconds()
		}
		all = append(all, r)
	}
	return all
}

// forget drops the requests that have ended.
func (h *history) forget() {
	h.mu.Lock()
	defer h.mu.Unlock()
	var live []*admin.Request
	for i := range h.ring {
		if r := h.ring[(h.begin+i)%len(h.ring)]; r.Outcome == admin.Waiting || r.Outcome == admin.Working {
			live = append(live, r)
		}
	}
	h.ring, h.begin = live, 0
}

// Remember has the worker keep its last n requests for Requests. Call it before Start.
func (w *Worker) Remember(n int) {
	w.history = nil
	if n > 0 {
		w.history = newHistory(n, func() time.Time { return w.wall(w.loop.Now()) })
	}
}

// remember is what is known of a request when it arrives.
func (w *Worker) remember(e http1.Exchange, id string, arrived time.Duration) *admin.Request {
	return &admin.Request{
		Arrival: w.wall(arrived), Worker: os.Getpid(), Outcome: admin.Waiting, ID: short(id),
		Client: string(e.AppendClient(nil)), Method: short(e.Method()), Target: short(e.Target()),
	}
}

// longestRemembered is how much of what a client has sent is remembered, in bytes of
// each: a bound in requests needs one for each of them.
const longestRemembered = 1000

// short is what is remembered of a text.
func short(text string) string {
	if len(text) <= longestRemembered {
		return text
	}
	return strings.ToValidUTF8(text[:longestRemembered], "") + "…"
}

// Requests returns the last n requests that the worker remembers, or all if n is 0,
// from any goroutine.
func (w *Worker) Requests(n int) []admin.Request {
	if w.history == nil {
		return nil
	}
	return w.history.last(n)
}
