package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/program"
	"github.com/target-server/target-server/server/admin"
	"github.com/target-server/target-server/server/servertest"
)

// ids lists the ids of calls.
func ids(all []admin.LiveCall) string {
	var text []string
	for _, c := range all {
		text = append(text, c.ID)
	}
	return strings.Join(text, " ")
}

// lanes lists which thread runs which request.
func lanes(live admin.LiveWorker) string {
	var text []string
	for _, thread := range live.Threads {
		id := "-"
		if thread.Runs != nil {
			id = thread.Runs.ID
		}
		text = append(text, fmt.Sprint(thread.Number, ":", id))
	}
	return strings.Join(text, " ")
}

// The queue is listed in the order in which its requests will start, whatever that order is; then they do start in it.
func TestLiveListsTheQueueInItsOrder(t *testing.T) {
	for vintage, queue := range map[string]string{config.Vintage202303: "5 4 3", config.VintageCurrent: "3 4 5"} {
		t.Run(vintage, func(t *testing.T) {
			w := newWorld(t, vintage, func(c *config.Config) {
				c.Limit, c.Sleep, c.AdminAddr = 2, distribution.Of(10*time.Second), "unused:1"
			})
			for i := 1; i <= 5; i++ {
				w.Get(time.Duration(i)*time.Second, i)
			}
			w.Run(6 * time.Second)
			live := w.Workers[0].Live(0)
			check.Equal(t, "queue", ids(live.Queue), queue)
			check.Equal(t, "lanes", lanes(live), "1:1 2:2")
			check.Equal(t, "ended", len(live.Ended), 0)
			check.Equal(t, "has waited since its arrival", live.Queue[0].Since, live.Queue[0].Arrived)
			w.Run(11*time.Second + 100*time.Millisecond)
			live = w.Workers[0].Live(0)
			check.Equal(t, "started next", live.Threads[0].Runs.ID, queue[:1])
			check.Equal(t, "ended", ids(live.Ended), "1")
			check.Equal(t, "its length in ms", live.Ended[0].Until-live.Ended[0].Since, 10000)
			check.Equal(t, "ended since", len(w.Workers[0].Live(live.Sequence).Ended), 0)
		})
	}
}

// On every stack and in every mode, a request is shown while it runs, and no longer when it has ended.
func TestLiveShowsWhatRuns(t *testing.T) {
	inEveryMode(t, func(t *testing.T, _, mode string, w *servertest.World) {
		w.Get(0, 7)
		w.Run(5 * time.Second)
		live := w.Workers[0].Live(0)
		running := append([]admin.LiveCall(nil), live.Tasks...)
		for _, thread := range live.Threads {
			if thread.Runs != nil {
				running = append(running, *thread.Runs)
			}
		}
		check.Equal(t, "running", ids(running), "7")
		check.Equal(t, "blocked", live.Loop.State == admin.LoopBlocked, mode == "async-misuse")
		if live.Loop.By != nil {
			check.Equal(t, "blocked by", live.Loop.By.ID, "7")
		}
		w.Run(time.Minute)
		live = w.Workers[0].Live(0)
		check.Equal(t, "in the end", fmt.Sprintf("%d %q %d %s", live.TasksTotal, lanes(live), len(live.Queue), live.Loop.State), `0 "" 0 serves`)
		check.Equal(t, "has ended", ids(live.Ended), "7")
	})
}

// A client that leaves is marked in the queue and in its thread; one that is refused leaves nothing.
func TestLiveMarksClientsThatHaveLeft(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) {
		c.Limit, c.Queue, c.Sleep, c.AdminAddr = 1, 1, distribution.Of(10*time.Second), "unused:1"
	})
	running, queued := w.Get(0, 1), w.Get(time.Second, 2)
	w.Get(2*time.Second, 3) // refused
	w.At(3*time.Second, running.Abort)
	w.At(3*time.Second, queued.Abort)
	w.Run(4 * time.Second)
	live := w.Workers[0].Live(0)
	check.Equal(t, "queue", ids(live.Queue), "2")
	check.Equal(t, "left", fmt.Sprint(live.Queue[0].Left, live.Threads[0].Runs.Left), "true true")
}

// A pause is shown, and so is what a blocked loop holds up.
func TestLiveShowsAPause(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) { c.AdminAddr = "unused:1" })
	w.Run(time.Second)
	check.Equal(t, "before", w.Workers[0].Live(0).Loop.State, admin.LoopServes)
	w.Workers[0].Do(admin.Command{Do: admin.Pause})
	check.Equal(t, "meanwhile", w.Workers[0].Live(0).Loop.State, admin.LoopPaused)
	w.Workers[0].Do(admin.Command{Do: admin.Resume})
	check.Equal(t, "after", w.Workers[0].Live(0).Loop.State, admin.LoopServes)
}

// More calls than are kept are counted.
func TestLiveCountsWhatItMisses(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) {
		c.Mode, c.Sleep, c.AdminAddr = "cooperative", distribution.Of(time.Second), "unused:1"
	})
	for i := range admin.MostLive + 44 {
		w.Get(0, i)
	}
	w.Run(500 * time.Millisecond)
	live := w.Workers[0].Live(0)
	check.Equal(t, "tasks", fmt.Sprint(len(live.Tasks), live.TasksTotal), fmt.Sprint(admin.MostLive, admin.MostLive+44))
	w.Run(time.Minute)
	live = w.Workers[0].Live(0)
	check.Equal(t, "ended", fmt.Sprint(len(live.Ended), live.Missed, live.Sequence), fmt.Sprint(admin.MostLive, 44, admin.MostLive+44))
	check.Equal(t, "asked as of a worker that had more", fmt.Sprint(len(w.Workers[0].Live(1000).Ended)), fmt.Sprint(admin.MostLive))
}

const shop = `
pools:
  db: {size: 1, overflow: 0}
dependencies:
  session: {session: db}
routes:
  GET /items/{id}: {depends: [session], def: [{query: 10s}], background: [{def: [{sleep: 5s}]}]}
  GET /stats: {async: [{sleep: 20s}, {block: 2s}]}
`

// The functions of a program are shown by their names, and who holds and awaits a pool's connection.
func TestLiveShowsAProgram(t *testing.T) {
	p, err := program.Read("shop.yaml", []byte(shop), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) { c.Program, c.AdminAddr = p, "unused:1" })
	for i, path := range []string{"/items/7", "/items/8"} {
		w.Send(time.Duration(i)*time.Second, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	w.Run(3 * time.Second)
	live := w.Workers[0].Live(0)
	check.Equal(t, "lanes", lanes(live), "1:7 2:8")
	check.Equal(t, "its function", live.Threads[0].Runs.Function, "handler")
	check.Equal(t, "its route", live.Threads[0].Runs.Route, "GET /items/{id}")
	check.Equal(t, "ended", live.Ended[0].Function, "dependency session")
	check.Equal(t, "holders", ids(live.Pools[0].Holders), "7")
	check.Equal(t, "waiters", ids(live.Pools[0].Waiters), "8")
	w.Run(time.Minute)
	live = w.Workers[0].Live(0)
	check.Equal(t, "holders and waiters in the end", ids(live.Pools[0].Holders)+ids(live.Pools[0].Waiters), "")
	var functions []string
	for _, c := range live.Ended {
		if c.ID == "7" {
			functions = append(functions, c.Function)
		}
	}
	check.Equal(t, "its functions", strings.Join(functions, ", "), "dependency session, handler, background task, exit of session")
}

// A coroutine that blocks the loop is named, although others have begun after it.
func TestLiveNamesWhatBlocksTheLoop(t *testing.T) {
	p, err := program.Read("shop.yaml", []byte("routes:\n  GET /: {async: [{sleep: 4s}, {block: 2s}, {sleep: 4s}]}\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) { c.Program, c.AdminAddr = p, "unused:1" })
	w.Get(0, 1)
	w.Get(time.Second, 2)
	w.Run(5 * time.Second)
	live := w.Workers[0].Live(0)
	check.Equal(t, "tasks", ids(live.Tasks), "1 2")
	check.Equal(t, "blocked by", live.Loop.By.ID, "1")
	check.Equal(t, "for, in ms", live.Statistics.Busy+int(live.Loop.Since-live.Tasks[0].Since), 2+4000)
	w.Run(9 * time.Second)
	live = w.Workers[0].Live(live.Sequence)
	check.Equal(t, "then", live.Loop.State, admin.LoopServes)
	check.Equal(t, "has been blocked by", ids(live.Blocks), "1 2")
	check.Equal(t, "for, in ms", fmt.Sprint(live.Blocks[0].Until-live.Blocks[0].Since, live.Blocks[1].Until-live.Blocks[1].Since), "2000 2000")
}

// PUT /sleep changes what later requests do, and a reset restores it.
func TestSleepChanges(t *testing.T) {
	w := newWorld(t, config.VintageCurrent, func(c *config.Config) { c.Sleep, c.AdminAddr = distribution.Of(10*time.Second), "unused:1" })
	first := w.Get(0, 1)
	w.At(time.Second, func() { w.Workers[0].Do(admin.Command{Do: admin.Sleep, Sleep: distribution.Of(3 * time.Second)}) })
	second := w.Get(2*time.Second, 2)
	w.At(3*time.Second, func() { w.Workers[0].Do(admin.Command{Do: admin.Reset}) })
	third := w.Get(4*time.Second, 3)
	w.Run(time.Minute)
	check.Equal(t, "answered after", fmt.Sprint(first.First()/1e9, second.First()/1e9, third.First()/1e9), "10ns 5ns 14ns")
	check.Equal(t, "shown", w.Workers[0].Live(0).Sleep, "10s")
}
