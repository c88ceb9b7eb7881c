package server

import (
	"context"
	"slices"
	"time"

	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
	"github.com/target-server/target-server/server/admin"
)

// Live is what the live page shows of the worker: its calls, and those that have ended since the call number after. Any
// goroutine may call it.
func (w *Worker) Live(after int64) admin.LiveWorker {
	live := newLive(w.Statistics())
	live.Order, live.Loop = w.stack.Order.String(), w.liveLoop()
	live.Connections, live.Backlog = w.loop.Statistics().Open, w.backlog()
	if w.cfg.Program == nil {
		live.Sleep = w.sleep.Load().String()
	}
	c := w.calls
	if c == nil {
		return live
	}
	now := w.loop.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	w.runtime.Limiter.Each(admin.MostLive, func(waiter limiter.Waiter, since time.Duration) {
		shown := admin.LiveCall{Since: w.millis(since)}
		if call := callOf(modes.JobOf(waiter)); call != nil { // otherwise it is a connection, and no request yet
			shown = w.liveCall(call)
		}
		live.Queue = append(live.Queue, shown)
	})
	w.liveThreads(&live, now)
	for call := c.tasks.first; call != nil && len(live.Tasks) < admin.MostLive; call = call.next {
		live.Tasks = append(live.Tasks, w.liveCall(call))
	}
	live.TasksTotal = c.tasks.n
	if by := c.blocking; by != nil && live.Loop.State == admin.LoopServes {
		shown := w.liveCall(by)
		live.Loop = admin.LiveLoop{State: admin.LoopBlocked, Since: w.millis(c.blocked), By: &shown}
	}
	for _, p := range c.pools {
		live.Pools = append(live.Pools, admin.LivePool{
			Name: p.pool.Name(), Holders: w.livePoolCalls(p.holders), Waiters: w.livePoolCalls(p.waiters),
		})
	}
	w.liveEnded(&live, after)
	return live
}

// newLive is a worker of which only the statistics are known.
func newLive(s admin.Statistics) admin.LiveWorker {
	return admin.LiveWorker{
		Statistics: s, Threads: []admin.LiveThread{}, Tasks: []admin.LiveCall{}, Queue: []admin.LiveCall{}, Ended: []admin.LiveCall{}, Blocks: []admin.LiveCall{},
	}
}

// liveLoop is the state of the loop, except that a call may block it.
func (w *Worker) liveLoop() admin.LiveLoop {
	if since, paused := w.pause.since(); paused {
		return admin.LiveLoop{State: admin.LoopPaused, Since: w.millis(since)}
	}
	return admin.LiveLoop{State: admin.LoopServes}
}

// longestIdle is how long an idle thread is shown.
const longestIdle = 10 * time.Second

// liveThreads lists the threads. The caller holds the lock of the calls, which the loop needs: where each connection has a
// thread, only those that are shown may cost more than a glance.
func (w *Worker) liveThreads(live *admin.LiveWorker, now time.Duration) {
	var numbers []int
	for n, t := range w.calls.threads {
		if t.runs != nil || now-t.idle <= longestIdle {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for _, n := range numbers[:min(len(numbers), admin.MostLive)] {
		t := w.calls.threads[n]
		shown := admin.LiveThread{Number: n, Name: t.name}
		if t.runs != nil {
			call := w.liveCall(t.runs)
			shown.Runs = &call
		}
		live.Threads = append(live.Threads, shown)
	}
}

// liveEnded lists the calls that have ended since. The caller holds the lock of the calls.
func (w *Worker) liveEnded(live *admin.LiveWorker, after int64) {
	c := w.calls
	first := max(after, c.sequence-int64(len(c.ended)), 0)
	if after > c.sequence { // of a worker that this one has replaced
		first = max(0, c.sequence-int64(len(c.ended)))
	}
	live.Missed, live.Sequence = int(max(0, first-after)), c.sequence
	for n := first; n < c.sequence; n++ {
		to := &live.Ended
		if c.ended[n%int64(len(c.ended))].block {
			to = &live.Blocks
		}
		*to = append(*to, w.liveCall(c.ended[n%int64(len(c.ended))]))
	}
}

// longestShown is how much of an id is shown, in bytes.
const longestShown = 100

// liveCall is a call as it is shown. The caller holds the lock of the calls.
func (w *Worker) liveCall(c *Call) admin.LiveCall {
	shown := admin.LiveCall{
		ID: short(c.ID, longestShown), Route: c.Route, Function: c.Function, Arrived: w.millis(c.Arrived), Since: w.millis(c.Asked),
		Outcome: c.outcome, Left: c.left,
	}
	if c.Thread != nil {
		shown.Thread, shown.Since = c.Thread.Number, w.millis(c.Began)
	}
	if c.Ended > 0 {
		shown.Until = w.millis(c.Ended)
	}
	return shown
}

func (w *Worker) livePoolCalls(all []poolCall) []admin.LiveCall {
	shown := []admin.LiveCall{}
	for _, c := range all[:min(len(all), admin.MostLive)] {
		shown = append(shown, admin.LiveCall{ID: short(c.id, longestShown), Route: c.route, Since: w.millis(c.since)})
	}
	return shown
}

// millis converts a time of the loop's clock.
func (w *Worker) millis(at time.Duration) admin.Millis {
	return admin.Millis(float64(w.wall(at).UnixMicro()) / 1000)
}

// Live implements admin.Workers.
func (s singleWorker) Live(_ context.Context, after map[int]int64) ([]admin.LiveWorker, error) {
	return []admin.LiveWorker{s.worker.Live(after[processID])}, nil
}
