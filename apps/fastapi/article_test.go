package fastapi_test

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
)

// ids are from, from+step, … to, as the log shows them.
func ids(from, to int) []string {
	step := 1
	if to < from {
		step = -1
	}
	var list []string
	for i := from; i != to+step; i += step {
		list = append(list, strconv.Itoa(i))
	}
	return list
}

// The article's first experiment: 1000 requests over 500 s, each works 800 s.
func TestPoolOf40ServesTheNewestFirst(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Sleep = distribution.Of(800 * time.Second) })
	for i := range 1000 {
		w.Get(time.Duration(i)*500*time.Millisecond, i+1)
	}
	w.Run(600 * time.Second)
	s := w.Workers[0].Statistics()
	check.Equal(t, "running", s.Borrowed, 40)
	check.Equal(t, "waiting", s.Waiting, 960)
	w.Run(30 * 800 * time.Second)
	got := w.Starts()
	check.Equal(t, "started in the end", len(got), 1000)
	check.Equal(t, "first 40", slices.Equal(got[:40], ids(1, 40)), true)
	check.Equal(t, "the 41st to start is the one that arrived last", got[40], "1000")
	check.Equal(t, "then the newest first", slices.Equal(got[40:], ids(1000, 41)), true)
	check.Equal(t, "its number", w.Workers[0].Starts[40].Number, 41)
	check.Equal(t, "threads made", distinctThreads(w.Workers[0].Rows), 40)
	check.Equal(t, "most at once", w.Workers[0].Statistics().Peak, 40)
	check.Equal(t, "answers", len(w.Workers[0].Access), 1000)
}

func distinctThreads(rows []servertest.Row) int {
	seen := map[int]bool{}
	for _, r := range rows {
		seen[r.ThreadNumber] = true
	}
	return len(seen)
}

func TestPoolOfTodayServesTheOldestFirst(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) { c.Sleep = distribution.Of(800 * time.Second) })
	for i := range 1000 {
		w.Get(time.Duration(i)*500*time.Millisecond, i+1)
	}
	w.Run(30 * 800 * time.Second)
	check.Equal(t, "order of arrival", slices.Equal(w.Starts(), ids(1, 1000)), true)
}

func TestLimitOf200(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Sleep, c.Limit = distribution.Of(800*time.Second), 200 })
	for i := range 1000 {
		w.Get(time.Duration(i)*500*time.Millisecond, i+1)
	}
	w.Run(600 * time.Second)
	check.Equal(t, "running", w.Workers[0].Statistics().Borrowed, 200)
	check.Equal(t, "waiting", w.Workers[0].Statistics().Waiting, 800)
}

// 10,000 requests in 30 s: all are accepted, 40 are running.
func TestTenThousandInThirtySeconds(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Sleep = distribution.Of(800 * time.Second) })
	clients := make([]*sim.Client, 10_000)
	for i := range clients {
		clients[i] = w.Get(time.Duration(i)*3*time.Millisecond, i+1)
	}
	w.Run(60 * time.Second)
	connected := 0
	for _, c := range clients {
		if c.Accepted != sim.Never && c.Ended == sim.Never {
			connected++
		}
	}
	check.Equal(t, "connections", connected, 10_000)
	check.Equal(t, "running", w.Workers[0].Statistics().Borrowed, 40)
	check.Equal(t, "waiting", w.Workers[0].Statistics().Waiting, 9960)
}

// Two workers: each has a counter, a limiter and threads of its own.
func TestTwoWorkersShareASocket(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Sleep, c.Workers = distribution.Of(800*time.Second), 2 })
	for i := range 200 {
		w.Get(time.Duration(i)*500*time.Millisecond, i+1)
	}
	w.Run(200 * time.Second)
	started, waiting := 0, 0
	for i, worker := range w.Workers {
		s := worker.Statistics()
		started += s.Borrowed
		waiting += s.Waiting
		if s.Borrowed > 40 {
			t.Errorf("worker %d has %d running, want at most 40", i, s.Borrowed)
		}
		for n, m := range w.Workers[i].Starts {
			check.Equal(t, "counter of its own", m.Number, n+1)
		}
	}
	check.Equal(t, "taken in", started+waiting, 200)
}

// async def with time.sleep: one request blocks everything else.
func TestOneBlockedLoop(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) {
		c.Mode, c.Sleep, c.Loop = "async-misuse", distribution.Of(800*time.Second), "asyncio"
	})
	for i := range 1000 {
		w.Get(time.Duration(i)*500*time.Millisecond, i+1)
	}
	notFound := w.Send(time.Second, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n")
	w.Run(799 * time.Second)
	check.Equal(t, "started", len(w.Starts()), 1)
	check.Equal(t, "on the main thread", w.Workers[0].Starts[0].Thread, "MainThread")
	check.Equal(t, "waiting in the kernel", w.Listener.Waiting(), 1000)
	check.Equal(t, "even 404", notFound.First(), sim.Never)
	w.Run(801 * time.Second)
	check.Equal(t, "started when the first is done", len(w.Starts()), 2)
}

// async def with await asyncio.sleep(5): all run at once.
func TestCooperativeSleepsOverlap(t *testing.T) {
	w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Mode, c.Sleep = "cooperative", distribution.Of(5*time.Second) })
	clients := make([]*sim.Client, 1000)
	for i := range clients {
		clients[i] = w.Get(time.Duration(i)*59*time.Millisecond, i+1)
	}
	w.Run(100 * time.Second)
	r := w.Workers[0]
	started := 0
	for started < 1000 && r.Starts[started].At < r.Dones[0].At {
		started++
	}
	check.Equal(t, "started before the first is done", started, 85)
	for i, c := range clients {
		if wait := c.First() - c.Connected; wait != 5*time.Second {
			t.Fatalf("request %d: answered after %v, want 5s", i+1, wait)
		}
	}
	check.Equal(t, "its answer", clients[6].Text()[len(clients[6].Text())-10:], `"hello #7"`)
}

// The same seed gives the same run.
func TestARunRepeats(t *testing.T) {
	trace := func() []servertest.Mark {
		w := newWorld(t, config.Vintage202303, func(c *config.Config) { c.Sleep, c.Workers = distribution.Of(7*time.Second), 2 })
		for i := range 500 {
			w.Get(time.Duration(i)*31*time.Millisecond, i+1)
		}
		w.Run(200 * time.Second)
		return append(slices.Clone(w.Workers[0].Starts), w.Workers[1].Starts...)
	}
	check.Equal(t, "second run as the first", slices.Equal(trace(), trace()), true)
}
