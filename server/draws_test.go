package server_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/internal/check"
	"github.com/target-server/target-server/server/servertest"
	"github.com/target-server/target-server/stacks"
	"github.com/target-server/target-server/stacks/uvicorn"
)

// drawn are the first n draws of the work of a seed.
func drawn(t *testing.T, seed uint64, text string, n int) []time.Duration {
	t.Helper()
	d, err := distribution.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(seed, 2))
	all := make([]time.Duration, n)
	for i := range all {
		all[i] = d.Draw(r)
	}
	return all
}

// worked are how long the handlers of a world ran, by worker, in the order in which they ended.
func worked(w *servertest.World) [][]time.Duration {
	all := make([][]time.Duration, len(w.Workers))
	for i, worker := range w.Workers {
		for _, row := range worker.Rows {
			if !row.Started.IsZero() {
				all[i] = append(all[i], row.Work)
			}
		}
	}
	return all
}

// everyMode plays requests, a second apart, on every stack in every mode whose handlers can sleep.
func everyMode(t *testing.T, seed uint64, sleep string, targets ...string) map[string][][]time.Duration {
	t.Helper()
	all := map[string][][]time.Duration{}
	d, err := distribution.Parse(sleep)
	if err != nil {
		t.Fatal(err)
	}
	for _, stack := range stacks.All() {
		for _, mode := range stack.Modes {
			v := stack.Defaults.Values
			if v.Stack == "hypercorn-trio" && mode.Name == "cooperative" {
				continue // asyncio.sleep fails there
			}
			w := servertest.New(t, stack, func(c *config.Config) { c.Mode, c.Seed, c.Sleep = mode.Name, seed, d })
			for i, target := range targets {
				w.Send(time.Duration(i)*time.Second, servertest.Request(target))
			}
			w.Run(time.Minute)
			all[fmt.Sprint(v.Stack, " at ", v.Vintage, ", ", mode.Name)] = worked(w)
		}
	}
	return all
}

// On every stack, each request sleeps for the next draw of the worker's seed, whether --sleep or its own ?sleep= gives the
// distribution, encoded or not. What runs no handler takes no draw.
func TestSleepIsDrawn(t *testing.T) {
	const own = "/?id=1&sleep="
	want := fmt.Sprint([][]time.Duration{drawn(t, 5, "uniform(10ms, 500ms)", 8)})
	for name, got := range everyMode(t, 5, "uniform(10ms, 500ms)",
		"/?id=1", own+"uniform(10ms,500ms)", "/", own+"uniform(10ms,+500ms)", "/?sleep=exp(5)", own+"uniform%2810ms%2C%20500ms%29", "/none",
		own+"uniform(min=10ms,max%3D500ms)", own+"uniform(9,8)", own+"uniform(10ms,500ms)&sleeps=5", "/?sleep=+uniform(10ms,500ms)+&id=2", "/?id=9") {
		check.Equal(t, name, fmt.Sprint(got), want)
	}
}

// A constant takes no draw, and another seed gives another series.
func TestConstantsTakeNoDraw(t *testing.T) {
	next := drawn(t, 6, "exp(50ms)", 2)
	want := fmt.Sprint([][]time.Duration{{next[0], 100 * time.Millisecond, 5 * time.Millisecond, next[1]}})
	for name, got := range everyMode(t, 6, "exp(50ms)", "/?id=1", "/?id=1&sleep=0.1", "/?id=1&sleep=uniform(5ms,5ms)", "/?id=1") {
		check.Equal(t, name, fmt.Sprint(got), want)
	}
}

// A request's sleep does not depend on what the loop draws meanwhile, and each worker has a series of its own: the first
// that of the seed, and none that of a neighbouring seed.
func TestWorkersDrawTheirOwn(t *testing.T) {
	d, err := distribution.Parse("uniform(10ms, 500ms)")
	if err != nil {
		t.Fatal(err)
	}
	w := servertest.New(t, find(t, "uvicorn", config.VintageCurrent), func(c *config.Config) { c.Seed, c.Workers, c.Sleep, c.Mode = 5, 3, d, "async-misuse" })
	for i := range 60 {
		w.Get(time.Duration(i)*time.Microsecond, i)
	}
	w.Run(time.Minute)
	seen := map[time.Duration]bool{}
	for i, got := range worked(w) {
		if len(got) == 0 {
			t.Errorf("worker %d had nothing to do", i)
		}
		want := drawn(t, 5+uint64(i)<<32, "uniform(10ms, 500ms)", len(got))
		slices.Sort(got)
		slices.Sort(want)
		check.Equal(t, fmt.Sprint("worker ", i), fmt.Sprint(got), fmt.Sprint(want))
		for _, d := range got {
			seen[d] = true
		}
	}
	check.Equal(t, "different durations", len(seen), 60)
}

// A constant costs no allocation, neither --sleep nor one that a request asks for with its unit.
func TestSleepAllocatesNothing(t *testing.T) {
	w := newWorld(t, config.Vintage202303)
	w.Run(time.Second)
	for _, asked := range []string{"", "100ms"} {
		least := math.Inf(1)
		for range 3 { // what other goroutines allocate meanwhile counts as well; what Sleep allocates would be in each
			least = min(least, testing.AllocsPerRun(100, func() { w.Workers[0].Sleep(asked, asked != "") }))
		}
		check.Equal(t, "allocations for "+asked, least, 0)
	}
}

// BenchmarkSleep is what deciding a request's sleep costs.
func BenchmarkSleep(b *testing.B) {
	w := servertest.New(b, uvicorn.Stack202303())
	w.Run(time.Second)
	for _, asked := range []string{"", "100ms", "exp(50ms)", "lognormal(p50=8ms,p99=60ms)"} {
		b.Run(cmp.Or(asked, "default"), func(b *testing.B) {
			for b.Loop() {
				w.Workers[0].Sleep(asked, asked != "")
			}
		})
	}
}
