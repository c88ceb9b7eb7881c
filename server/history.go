package server

import (
	"strings"
	"sync"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/http1"
	"github.com/target-server/target-server/server/journal"
)

// history holds a worker's last requests, whether they have ended or not. Only the loop writes to it. Any goroutine may
// read it, also while the loop is blocked.
type history struct {
	capacity int
	now      func() time.Time

	mu     sync.Mutex
	ring   []*entry // by arrival, from oldest on
	oldest int      // 0 until the ring is full
}

// entry is a request in the history. The client is in a buffer of its own, and so that an entry can be used again without
// allocating anything.
type entry struct {
	admin.Request
	client []byte
}

// live reports whether the request has not ended, so that it still refers to its entry.
func (e *entry) live() bool { return e.Outcome == admin.Waiting || e.Outcome == admin.Working }

func newHistory(capacity int, now func() time.Time) *history {
	return &history{capacity: capacity, now: now}
}

// add adds a request, in place of the oldest one if the ring is full. fill sets its fields, all of which are zero, and
// its client.
func (h *history) add(fill func(*entry)) *entry {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.ring) < h.capacity {
		e := &entry{}
		fill(e)
		h.ring = append(h.ring, e)
		return e
	}
	e := h.ring[h.oldest]
	if e.live() {
		e = &entry{}
		h.ring[h.oldest] = e
	}
	e.Request, e.client = admin.Request{}, e.client[:0]
	fill(e)
	if h.oldest++; h.oldest == h.capacity {
		h.oldest = 0
	}
	return e
}

// change changes a request that was added. It does nothing for nil, a request that was not; h may be nil then.
func (h *history) change(e *entry, f func(*admin.Request)) {
	if e == nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	f(&e.Request)
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
		e := h.ring[(h.oldest+i)%len(h.ring)]
		r := e.Request
		r.Client = string(e.client)
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
	var live []*entry
	for i := range h.ring {
		if e := h.ring[(h.oldest+i)%len(h.ring)]; e.live() {
			live = append(live, e)
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

// remember adds the history's entry for a request that arrives, in a program at a route. over is nil unless it has ended.
func (w *Worker) remember(x http1.Exchange, id, route string, arrived time.Duration, over *journal.Row) *entry {
	return w.history.add(func(e *entry) {
		e.Arrival, e.Worker, e.Outcome, e.ID = w.wall(arrived), processID, admin.Waiting, short(id, longestRemembered)
		e.client, e.Method, e.Target, e.Route = x.AppendClient(e.client), short(x.Method(), longestRemembered), short(x.Target(), longestRemembered), route
		if len(e.client) > longestRemembered {
			e.client = []byte(short(string(e.client), longestRemembered))
		}
		if over != nil {
			over.Record(&e.Request)
		}
	})
}

// longestRemembered bounds each text that a client has sent, in bytes: a bound on the number of requests is a bound on
// memory only if each of them is bounded too.
const longestRemembered = 1000

// short cuts a text to its first bytes, longest at most, and says so with an ellipsis.
func short(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "…"
}

// Requests returns the last n requests that the worker remembers, or all if n is 0. Any goroutine may call it.
func (w *Worker) Requests(n int) []admin.Request {
	if w.history == nil {
		return nil
	}
	return w.history.last(n)
}
