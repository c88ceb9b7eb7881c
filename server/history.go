package server

import (
	"strings"
	"sync"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
)

// history holds a worker's last requests, whether they have ended or not. Only the loop writes to it. Any goroutine may
// read it, also while the loop is blocked.
type history struct {
	capacity int
	now      func() time.Time

	mu     sync.Mutex
	ring   []*admin.Request // by arrival, from oldest on
	oldest int              // 0 until the ring is full
}

func newHistory(capacity int, now func() time.Time) *history {
	return &history{capacity: capacity, now: now}
}

// add adds a request, in place of the oldest one if the ring is full.
func (h *history) add(r *admin.Request) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ring) < h.capacity {
		h.ring = append(h.ring, r)
		return
	}
	h.ring[h.oldest] = r
	h.oldest = (h.oldest + 1) % h.capacity
}

// change changes a request that was added. It does nothing for nil, a request that was not; h may be nil then.
func (h *history) change(r *admin.Request, f func(*admin.Request)) {
	if r == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	f(r)
}

// last returns the last n requests, or all if n is 0, in the order of arrival. The wait or work of one that has not
// ended is given up to now.
func (h *history) last(n int) []admin.Request {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n == 0 || n > len(h.ring) {
		n = len(h.ring)
	}
	now, all := h.now(), make([]admin.Request, 0, n)
	for i := len(h.ring) - n; i < len(h.ring); i++ {
		r := *h.ring[(h.oldest+i)%len(h.ring)]
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
		if r := h.ring[(h.oldest+i)%len(h.ring)]; r.Outcome == admin.Waiting || r.Outcome == admin.Working {
			live = append(live, r)
		}
	}
	h.ring, h.oldest = live, 0
}

// Remember makes the worker keep its last n requests for [Worker.Requests]. Call it before Start.
func (w *Worker) Remember(n int) {
	w.history = nil
	if n > 0 {
		w.history = newHistory(n, func() time.Time { return w.wall(w.loop.Now()) })
	}
}

// remember makes the history's entry for a request that arrives.
func (w *Worker) remember(e http1.Exchange, id string, arrived time.Duration) *admin.Request {
	return &admin.Request{
		Arrival: w.wall(arrived), Worker: processID, Outcome: admin.Waiting, ID: short(id),
		Client: string(e.AppendClient(nil)), Method: short(e.Method()), Target: short(e.Target()),
	}
}

// longestRemembered bounds each text that a client has sent, in bytes: a bound on the number of requests is a bound on
// memory only if each of them is bounded too.
const longestRemembered = 1000

// short cuts a text to what is remembered of it.
func short(text string) string {
	if len(text) <= longestRemembered {
		return text
	}
	return strings.ToValidUTF8(text[:longestRemembered], "") + "…"
}

// Requests returns the last n requests that the worker remembers, or all if n is 0. Any goroutine may call it.
func (w *Worker) Requests(n int) []admin.Request {
	if w.history == nil {
		return nil
	}
	return w.history.last(n)
}
