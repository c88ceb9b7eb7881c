package server_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/distribution"
	"github.com/target-server/target-server/eventloop/sim"
	"github.com/target-server/target-server/stacks"
)

// plan is one run of the stress test: the server's settings, which clients connect, what they ask and when they leave,
// and what is done to the server meanwhile.
type plan struct {
	cfg     config.Config
	foreign bool // another server than Uvicorn: its log and its threads follow other rules
	visits  []visit
	changes []change
}

// visit is one client. Its moments count from its arrival; sim.Never is what it does not do.
type visit struct {
	at     time.Duration
	asks   []ask
	cuts   []cut // where its bytes are cut
	deaf   time.Duration
	room   int // bytes that the network takes for it from then on
	hears  time.Duration
	leaves time.Duration
	way    way
}

// cut ends a piece; the rest follows after a pause.
type cut struct {
	at    int // per mille of the bytes
	pause time.Duration
}

// way is how a client leaves.
type way int

const (
	halfClose way = iota
	closeBoth
	reset
)

// ask is a request with a unique key in its target.
type ask struct {
	kind  kind
	key   string
	sleep time.Duration // requested by ?sleep=; below 0 for the server's default
}

// kind is what sort of request it is.
type kind int

const (
	work     kind = iota // a request for the program
	workOld              // the same in HTTP/1.0
	workLast             // with Connection: close
	workLong             // with a body that the program does not read
	noPath               // 404
	noID                 // 422
	noMethod             // 405
	malformed
	kinds
)

// held reports whether the request reaches the program.
func (k kind) held() bool { return k <= workLong }

// text is the request's bytes.
func (a ask) text() string {
	target := "/?id=" + a.key
	if a.sleep >= 0 {
		target += fmt.Sprintf("&sleep=%gs", a.sleep.Seconds()) // a server that accepts half a line might read "50m" instead of "50ms"
	}
	const end = "Host: x\r\n\r\n"
	switch a.kind {
	case workOld:
		return "GET " + target + " HTTP/1.0\r\n" + end
	case workLast:
		return "GET " + target + " HTTP/1.1\r\nConnection: close\r\n" + end
	case workLong:
		return "GET " + target + " HTTP/1.1\r\nContent-Length: 5\r\n" + end + "12345"
	case noPath:
		return "GET /nope?id=" + a.key + " HTTP/1.1\r\n" + end
	case noID:
		return "GET /?key=" + a.key + " HTTP/1.1\r\n" + end
	case noMethod:
		return "POST /docs?id=" + a.key + " HTTP/1.1\r\n" + end // the order in its Allow depends on the seed
	case malformed:
		return "NO REQUEST " + a.key + "\r\n\r\n"
	}
	return "GET " + target + " HTTP/1.1\r\n" + end
}

// change is what is done to the server.
type change struct {
	at    time.Duration
	what  deed
	value int
}

// deed is one thing that is done to it.
type deed int

const (
	setLimit deed = iota
	terminate
	interrupt
	force // interrupts twice
	killWorker
	respawn
)

// grid is the step of moments: coarse, so that many coincide.
const grid = 50 * time.Millisecond

// moment draws one from the grid, and a few off it.
func moment(t *rapid.T, name string, most time.Duration) time.Duration {
	at := time.Duration(rapid.IntRange(0, int(most/grid)).Draw(t, name)) * grid
	if rapid.IntRange(0, 9).Draw(t, name+" off the grid") == 0 {
		at += time.Millisecond
	}
	return at
}

// maybe draws a moment in one of n cases, and sim.Never in the others.
func maybe(t *rapid.T, name string, n int, most time.Duration) time.Duration {
	if rapid.IntRange(1, n).Draw(t, name+"?") > 1 {
		return sim.Never
	}
	return moment(t, name, most)
}

var pauses = []time.Duration{0, 0, grid, 2 * grid, 300 * time.Millisecond}

// drawPlan draws a plan for a mode at a vintage.
func drawPlan(t *rapid.T, mode, vintage string) plan {
	p := plan{cfg: drawConfig(t, mode, vintage)}
	for i := range rapid.SampledFrom([]int{12, 6, 3, 1, 18}).Draw(t, "clients") {
		p.visits = append(p.visits, drawVisit(t, i))
	}
	for range rapid.IntRange(0, 10).Draw(t, "changes") {
		p.changes = append(p.changes, drawChange(t))
	}
	return p
}

func drawConfig(t *rapid.T, mode, vintage string) config.Config {
	c := stacks.Defaults()[0].Values
	if vintage == config.VintageCurrent {
		c = stacks.Defaults()[1].Values
		c.GracefulTimeout = rapid.SampledFrom([]time.Duration{config.NoTimeout, 0, time.Second}).Draw(t, "graceful timeout")
	}
	c.Mode, c.Seed = mode, rapid.Uint64Range(1, 9).Draw(t, "seed")
	c.Limit = rapid.IntRange(1, 4).Draw(t, "limit")
	if mode == "threadpool" {
		c.Queue = rapid.SampledFrom([]int{config.Unlimited, config.Unlimited, 0, 1, 3}).Draw(t, "queue")
	}
	c.LimitConcurrency = rapid.SampledFrom([]int{config.None, config.None, 3, 8}).Draw(t, "limit concurrency")
	c.LimitMaxRequests = rapid.SampledFrom([]int{config.None, config.None, config.None, 5}).Draw(t, "limit max requests")
	c.Workers = rapid.IntRange(1, 2).Draw(t, "workers")
	c.Sleep = distribution.Of(rapid.SampledFrom([]time.Duration{0, grid, 4 * grid, time.Second, 6 * time.Second}).Draw(t, "sleep"))
	c.KeepAlive = rapid.SampledFrom([]time.Duration{5 * time.Second, 4 * grid}).Draw(t, "keep-alive")
	c.Backlog = rapid.SampledFrom([]int{2048, 1}).Draw(t, "backlog")
	c.Loop = rapid.SampledFrom([]string{"auto", "asyncio"}).Draw(t, "loop")
	c.HTTP = rapid.SampledFrom([]string{"auto", "h11"}).Draw(t, "http")
	return c
}

func drawVisit(t *rapid.T, n int) visit {
	const span = 3 * time.Second
	v := visit{at: moment(t, "arrival", span/2), hears: sim.Never}
	for i := range rapid.SampledFrom([]int{1, 2, 3, 0, 1}).Draw(t, "asks") {
		v.asks = append(v.asks, drawAsk(t, fmt.Sprintf("%d-%d", n, i)))
	}
	for range rapid.IntRange(0, 3).Draw(t, "cuts") {
		v.cuts = append(v.cuts, cut{rapid.IntRange(0, 1000).Draw(t, "cut"), rapid.SampledFrom(pauses).Draw(t, "pause")})
	}
	if v.deaf = maybe(t, "stops reading", 4, span); v.deaf != sim.Never {
		v.room = rapid.IntRange(0, 300).Draw(t, "room")
		v.hears = maybe(t, "reads again", 2, 2*span)
	}
	v.leaves = maybe(t, "leaves", 2, 2*span)
	v.way = way(rapid.IntRange(int(halfClose), int(reset)).Draw(t, "way"))
	return v
}

func drawAsk(t *rapid.T, key string) ask {
	a := ask{kind: kind(rapid.IntRange(0, int(kinds)+2).Draw(t, "kind")), key: key, sleep: -1}
	if a.kind >= kinds {
		a.kind = work // most are
	}
	if rapid.Bool().Draw(t, "asks for a time") {
		a.sleep = rapid.SampledFrom([]time.Duration{0, grid, 3 * grid, 2 * time.Second}).Draw(t, "time")
	}
	return a
}

// deeds is what to draw from: few of them end a worker, otherwise most clients would find none.
var deeds = append(slices.Repeat([]deed{setLimit}, 16), respawn, respawn, terminate, interrupt, force, killWorker)

func drawChange(t *rapid.T) change {
	c := change{at: moment(t, "moment of a change", 5*time.Second)}
	c.what = rapid.SampledFrom(deeds).Draw(t, "change")
	c.value = rapid.IntRange(1, 5).Draw(t, "value")
	return c
}

// pieces are the bytes of a visit and when they are sent.
func (v visit) pieces() (texts []string, at []time.Duration) {
	var all strings.Builder
	for _, a := range v.asks {
		all.WriteString(a.text())
	}
	text, now, from := all.String(), time.Duration(0), 0
	for _, c := range v.cuts {
		to := max(from, c.at*len(text)/1000)
		texts, at = append(texts, text[from:to]), append(at, now)
		now, from = now+c.pause, to
	}
	return append(texts, text[from:]), append(at, now)
}

// takes reports whether the client reads everything that is sent to it: at once or, if late, in the
// end.
func (v visit) takes(late bool) bool {
	return v.leaves == sim.Never && (v.deaf == sim.Never || late && v.hears >= v.deaf)
}
