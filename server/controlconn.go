package server

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/supervisor"
)

// reportMethod is the name by which a parent calls a worker's report.
const reportMethod = "ask"

// controlRequest is what a parent asks of a worker: to carry out commands, in this order, then to report its statistics,
// its last requests and its calls.
type controlRequest struct {
	Do      []admin.Command `json:"do,omitempty"`
	Last    int             `json:"last"`              // how many requests; 0 for all, noRequests for none
	Live    *int64          `json:"live,omitempty"`    // what [Worker.Live] gets; nil for nothing
	Metrics bool            `json:"metrics,omitempty"` // to report its metrics, which include the statistics
}

const noRequests = -1

// controlReply is the worker's reply.
type controlReply struct {
	Statistics admin.Statistics     `json:"statistics"`
	Requests   []admin.Request      `json:"requests,omitempty"`
	Live       *admin.LiveWorker    `json:"live,omitempty"`
	Metrics    *admin.WorkerMetrics `json:"metrics,omitempty"`
}

// How long a worker may take to reply: replyTimeout, which is less than half of what the admin address waits, or only
// silentTimeout once the worker has been silent for longer than that.
const (
	replyTimeout  = 2 * time.Second
	silentTimeout = 200 * time.Millisecond
)

// controlConn is the control connection to one worker. At most one call is in flight, however long the reply takes;
// requests made in the meantime are merged into the next call. So a silent worker is asked once, and a late reply is
// never taken for the reply to another request.
type controlConn struct {
	worker supervisor.Process

	mu       sync.Mutex
	inFlight *call     // nil if none is
	sent     time.Time // when inFlight was
	next     *call     // nil if nothing is asked for yet
}

// call is one request to the worker and its reply.
type call struct {
	request controlRequest
	done    chan struct{}
	reply   controlReply // written, like err, before done is closed
	err     error
}

// result is the result of a call, for one of its callers.
type result struct {
	pid, number int // of the worker
	reply       controlReply
	err         error
}

// statistics are the worker's, or the reason why it did not reply.
func (r result) statistics() admin.Statistics {
	if r.err != nil {
		return admin.Statistics{Worker: r.pid, Number: r.number, Error: r.err.Error()}
	}
	return r.reply.Statistics
}

// enqueue merges a request into the next call. It does not block.
func (c *controlConn) enqueue(r controlRequest) pendingCall {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.next == nil {
		c.next = &call{request: controlRequest{Last: noRequests}, done: make(chan struct{})}
	}
	joined := c.next
	joined.request = merge(joined.request, r)
	now, timeout := time.Now(), replyTimeout
	switch {
	case c.inFlight == nil:
		c.sendNext(now)
	case now.Sub(c.sent) >= replyTimeout:
		timeout = silentTimeout
	}
	return pendingCall{c, joined, now.Add(timeout)}
}

// sendNext sends the next call, if there is one. The caller holds the lock.
func (c *controlConn) sendNext(now time.Time) {
	c.inFlight, c.sent, c.next = c.next, now, nil
	if c.inFlight != nil {
		go c.roundTrip(c.inFlight)
	}
}

// roundTrip waits until the worker has replied, or ended.
func (c *controlConn) roundTrip(sent *call) {
	text, err := c.worker.Call(context.Background(), reportMethod, sent.request)
	if err == nil {
		err = json.Unmarshal(text, &sent.reply)
	}
	sent.err = err
	close(sent.done)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sendNext(time.Now())
}

// silence is how long the call in flight has had no reply.
func (c *controlConn) silence() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.inFlight == nil {
		return 0
	}
	return time.Since(c.sent)
}

// pendingCall is one caller's wait for a call.
type pendingCall struct {
	conn     *controlConn
	call     *call
	deadline time.Time
}

// wait waits for the reply, but not past the deadline.
func (p pendingCall) wait(ctx context.Context) result {
	r := result{pid: p.conn.worker.PID(), number: p.conn.worker.Number()}
	timer := time.NewTimer(time.Until(p.deadline))
	defer timer.Stop()
	select {
	case <-p.call.done:
		r.reply, r.err = p.call.reply, p.call.err
		return r
	case <-ctx.Done():
		r.err = context.Cause(ctx)
		return r
	case <-timer.C:
	}
	select {
	case <-p.call.done: // it came while the caller waited for another worker
		r.reply, r.err = p.call.reply, p.call.err
	default:
		r.err = fmt.Errorf("no answer for %v", p.conn.silence().Round(time.Millisecond))
	}
	return r
}

// merge makes one request of two, with the commands of b after those of a.
func merge(a, b controlRequest) controlRequest {
	for _, c := range b.Do {
		a.Do = coalesce(a.Do, c)
	}
	switch {
	case a.Last == 0 || b.Last == 0:
		a.Last = 0
	default:
		a.Last = max(a.Last, b.Last)
	}
	switch {
	case a.Live == nil:
		a.Live = b.Live
	case b.Live != nil:
		after := min(*a.Live, *b.Live)
		a.Live = &after
	}
	a.Metrics = a.Metrics || b.Metrics
	return a
}

// coalesce adds a command to those still unsent, and drops what it repeats or undoes, so that the list stays short
// however long a worker is silent.
func coalesce(unsent []admin.Command, c admin.Command) []admin.Command {
	releasesSome := func(b admin.Command) bool { return b.Do == admin.Release && b.N > 0 }
	if n := slices.IndexFunc(unsent, releasesSome); n >= 0 && releasesSome(c) {
		c.N = min(admin.Most, c.N+unsent[n].N)
	}
	return append(slices.DeleteFunc(unsent, func(b admin.Command) bool { return supersedes(c, b) }), c)
}

// supersedes reports whether b need not be done if c is done after it.
func supersedes(c, b admin.Command) bool {
	switch c.Do {
	case admin.Reset:
		return true
	case admin.Pause, admin.Resume:
		return b.Do == admin.Pause || b.Do == admin.Resume
	case admin.Release:
		return b.Do == admin.Release && (c.N == 0 || b.N > 0) || b.Do == admin.Hold && c.N == 0
	}
	return b.Do == c.Do
}
