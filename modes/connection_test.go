package modes_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/target-server/target-server/connections"
	"github.com/target-server/target-server/eventloop"
	"github.com/target-server/target-server/limiter"
	"github.com/target-server/target-server/modes"
)

// querier is a job whose function takes a connection, sleeps and gives the connection back.
type querier struct {
	job
	pool  *connections.Pool
	stage int
}

func (q *querier) Next() modes.Step {
	q.stage++
	switch q.stage {
	case 1:
		return modes.Step{Kind: modes.Connect, Pool: q.pool, Connected: func(ok bool) {
			q.note(fmt.Sprintf("connected: %v", ok))
			if !ok {
				q.stage = 3
			}
		}}
	case 2:
		return modes.Step{Kind: modes.Sleep, For: time.Second}
	case 3:
		q.pool.Put()
	}
	return modes.Step{}
}

// query starts a job that queries.
func (w *world) query(at time.Duration, m modes.Mode, name string, pool *connections.Pool) *querier {
	q := &querier{job: job{world: w, name: name}, pool: pool}
	q.Program = q
	w.At(at, func() {
		w.runtime.Loop.Post(eventloop.Func(func() { m(w.runtime, &q.Job) }))
	})
	return q
}

// A thread keeps its token while it waits for a connection, and gives up at the pool's timeout.
func TestAThreadWaitsForAConnection(t *testing.T) {
	w := newWorld(t, eventloop.Asyncio, 3, limiter.FIFO)
	pool := connections.New(&connections.V207, "db", 1, 0, 1500*time.Millisecond)
	w.query(0, modes.Threadpool, "a", pool)
	w.query(1, modes.Threadpool, "b", pool)
	w.query(2, modes.Threadpool, "c", pool)
	w.start(3, modes.Threadpool, "d", time.Second)
	w.Run(time.Hour)
	w.saw(
		"0s a begins on pool 1", "0s a connected: true", "1ns b begins on pool 2", "2ns c begins on pool 3",
		"1s a ends on pool 1", "1s b connected: true", "1s a answers", "1s d begins on pool 1",
		"1.500000002s c connected: false", "1.500000002s c ends on pool 3", "1.500000002s c answers",
		"2s b ends on pool 2", "2s d ends on pool 1", "2s b answers", "2s d answers")
}

// A coroutine that waits for a connection keeps nothing: the loop goes on.
func TestACoroutineWaitsForAConnection(t *testing.T) {
	for name, v := range map[string]*connections.Version{"2.0.7": &connections.V207, "2.1.9": &connections.V219} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, eventloop.Asyncio, 1, limiter.FIFO)
			pool := connections.New(v, "db", 1, 0, 1500*time.Millisecond)
			w.query(0, modes.Cooperative, "a", pool)
			w.query(1, modes.Cooperative, "b", pool)
			w.query(2, modes.Cooperative, "c", pool)
			w.start(3, modes.Cooperative, "d", 100*time.Millisecond)
			w.Run(time.Hour)
			w.saw(
				"0s a begins on MainThread 0", "0s a connected: true", "1ns b begins on MainThread 0", "2ns c begins on MainThread 0",
				"3ns d begins on MainThread 0", "100.000003ms d ends on MainThread 0", "100.000003ms d answers",
				"1s a ends on MainThread 0", "1s a answers", "1s b connected: true",
				"1.500000002s c connected: false", "1.500000002s c ends on MainThread 0", "1.500000002s c answers",
				"2s b ends on MainThread 0", "2s b answers")
		})
	}
}
