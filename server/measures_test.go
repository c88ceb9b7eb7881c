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

// measured is what a worker has measured, in short: for each route how requests have ended, and what its histograms hold.
func measured(w *servertest.World) string {
	var lines []string
	m := w.Workers[0].Metrics()
	for _, r := range m.Routes {
		var line strings.Builder
		fmt.Fprintf(&line, "%q", r.Route)
		for _, e := range r.Ended {
			fmt.Fprintf(&line, " %s %d: %d,", e.Outcome, e.Status, e.N)
		}
		if r.Wait != nil {
			fmt.Fprintf(&line, " wait %s, work %s, total %s", buckets(r.Wait), buckets(r.Work), buckets(r.Total))
		}
		lines = append(lines, strings.TrimSuffix(line.String(), ","))
	}
	for i, h := range m.PoolWaits {
		lines = append(lines, fmt.Sprint(m.Statistics.Pools[i].Name, " wait ", buckets(&h)))
	}
	return strings.Join(append(lines, fmt.Sprintf("refused: %+v", m.Refusals)), "\n")
}

// buckets are the buckets of a histogram that hold something, by bound, and its sum.
func buckets(h *admin.Histogram) string {
	var held []string
	for i, n := range h.Counts {
		bound := "+Inf"
		if i < len(admin.Bounds()) {
			bound = admin.Bounds()[i].String()
		}
		if n > 0 {
			held = append(held, fmt.Sprintf("%s:%d", bound, n))
		}
	}
	return fmt.Sprintf("%v %.4gs", held, h.Sum)
}

// watched asks for an admin address, without which nothing is measured.
func watched(c *config.Config) { c.AdminAddr = "localhost:0" }

func TestMeasures(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, watched, func(c *config.Config) {
			c.Limit, c.Queue, c.Sleep = 1, 1, distribution.Of(time.Second)
		})
		w.Get(0, 1)
		left := w.Get(500*time.Millisecond, 2) // waits for 0.5 s
		w.At(750*time.Millisecond, left.Abort)
		w.Get(800*time.Millisecond, 3) // finds the queue full
		w.Send(900*time.Millisecond, "GET /nope HTTP/1.1\r\nHost: x\r\n\r\n")
		w.Run(1500 * time.Millisecond)
		check.Equal(t, "the second has started", measured(w), `"" answered 404: 1
"/" refused 503: 1, answered 200: 1, wait [110µs:1 520ms:1] 0.5s, work [1.1s:1] 1s, total [1.1s:1] 1s
refused: {Queue:1 LimitConcurrency:0}`)
		w.Run(10 * time.Second)
		check.Equal(t, "in the end", measured(w), `"" answered 404: 1
"/" refused 503: 1, answered 200: 1, client left 0: 1, wait [110µs:1 520ms:1] 0.5s, work [1.1s:2] 2s, total [1.1s:1 1.6s:1] 2.5s
refused: {Queue:1 LimitConcurrency:0}`)
		w.Workers[0].Do(admin.Command{Do: admin.Reset})
		check.Equal(t, "after a reset", measured(w), "\"\"\n\"/\" wait [] 0s, work [] 0s, total [] 0s\nrefused: {Queue:0 LimitConcurrency:0}")
	})
}

// A request that the server refuses, before any route is looked for, counts for none.
func TestMeasuresOfTheServersRefusals(t *testing.T) {
	servertest.Both(t, func(t *testing.T, vintage string) {
		w := newWorld(t, vintage, watched, func(c *config.Config) { c.LimitConcurrency = 2 })
		w.Get(0, 1)
		w.Get(time.Second, 2)
		w.Get(2*time.Second, 3)
		w.Run(3 * time.Second)
		check.Equal(t, "measures", measured(w), `"" refused 503: 2
"/" wait [110µs:1] 0s, work [] 0s, total [] 0s
refused: {Queue:0 LimitConcurrency:2}`)
	})
}

func TestMeasuresOfAProgram(t *testing.T) {
	text := "pools:\n  db: {size: 1, overflow: 0}\nroutes:\n  GET /q: {def: [{query: 2s}]}\n  GET /idle: {async: []}\n"
	p, err := program.Read("test.yaml", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, config.VintageCurrent, watched, func(c *config.Config) { c.Program = p })
	for range 2 {
		w.Send(0, "GET /q HTTP/1.1\r\nHost: x\r\n\r\n")
	}
	w.Run(10 * time.Second)
	check.Equal(t, "measures", measured(w), `""
"GET /q" answered 200: 2, wait [110µs:2] 0s, work [2.4s:1 5.2s:1] 6s, total [2.4s:1 5.2s:1] 6s
"GET /idle" wait [] 0s, work [] 0s, total [] 0s
db wait [110µs:1 2.4s:1] 2s
refused: {Queue:0 LimitConcurrency:0}`)
}

// Without an admin address nothing is measured.
func TestMeasuresCostNothingUnlessTheyAreAskedFor(t *testing.T) {
	w := newWorld(t, config.Vintage202303)
	w.Get(0, 1)
	w.Run(time.Minute)
	check.Equal(t, "measures", measured(w), "refused: {Queue:0 LimitConcurrency:0}")
}
