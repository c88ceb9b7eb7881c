package server

import (
	"slices"
	"time"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/trace"
)

// pool is what is drawn of a pool.
func (t *tracer) pool(p *connections.Pool) *tracedPool {
	return &t.pools[slices.IndexFunc(t.pools, func(known tracedPool) bool { return known.pool == p })]
}

// Asks implements Observer.
func (t *tracer) Asks(r *Request, p *connections.Pool) {
	if r.untraced {
		return
	}
	pool := t.pool(p)
	w := &tracedWait{id: r.id, lanes: pool.waiters, since: t.now()}
	pool.waits[r.Serial()] = w
	t.waiting = append(t.waiting, w)
}

// connecting draws a wait for a connection.
func (t *tracer) connecting(w *tracedWait) {
	w.track = w.lanes.Take(w.since)
	t.connection(w.track, w.since, w.id)
}

// connection draws the beginning of what a request does with a connection.
func (t *tracer) connection(on trace.Track, at time.Duration, id string) {
	t.trace.Begin(on, t.at(at), short(id, longestShown))
	t.trace.Text(keyID, id)
}

// Connected implements Observer.
func (t *tracer) Connected(r *Request, p *connections.Pool, ok bool) {
	pool, now := t.pool(p), t.now()
	w := pool.waits[r.Serial()]
	if w == nil {
		return
	}
	delete(pool.waits, r.Serial())
	w.over = true
	if w.track == 0 && now-w.since >= shortestWait {
		t.connecting(w)
	}
	if w.track != 0 {
		t.trace.End(w.track, t.at(now))
		t.trace.Bool(keyConnected, ok)
		w.lanes.Put(w.track, now)
	}
	if ok {
		held := pool.holders.Take(now)
		pool.held[r.Serial()] = append(pool.held[r.Serial()], held)
		t.connection(held, now, w.id)
	}
}

// Returned implements Observer.
func (t *tracer) Returned(r *Request, p *connections.Pool) {
	pool, now := t.pool(p), t.now()
	held := pool.held[r.Serial()]
	if len(held) == 0 {
		return
	}
	t.trace.End(held[0], t.at(now))
	pool.holders.Put(held[0], now)
	if len(held) == 1 {
		delete(pool.held, r.Serial())
		return
	}
	pool.held[r.Serial()] = held[1:]
}
