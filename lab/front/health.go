package front

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/driver"
)

// HealthCase is one of HAProxy's health checks, run against targets that are kept busy.
type HealthCase struct {
	Name  string
	Mode  string // of the targets
	Check string // the path that HAProxy requests
}

// The names of the cases that the checks refer to.
const (
	HealthBlocked = "blocked loop"
	HealthFull    = "full pool"
	HealthQueued  = "full pool, a check that needs a thread"
)

// HealthCases lists them.
func HealthCases() []HealthCase {
	return []HealthCase{
		{HealthBlocked, "async-misuse", "/healthcheck"},
		{HealthFull, "threadpool", "/healthcheck"},
		{HealthQueued, "threadpool", "/?id=0&sleep=0s"},
	}
}

// The times of a case. HAProxy first needs some successful checks: a server that has just started goes
// down after a single failed one. A failed check takes a second and the next starts a second later, so
// the third ends after five or six seconds.
const (
	settle    = 4 * time.Second
	busyFor   = 9 * time.Second // how long each target is kept busy
	watchFor  = 13 * time.Second
	cheapGap  = 100 * time.Millisecond
	atOnce    = 500 * time.Millisecond
	longAfter = "30s" // the balancer's timeout: too long to matter here
)

// Health is what a run of a case showed.
type Health struct {
	Case     HealthCase
	Down, Up []time.Duration // when HAProxy logged it for a target, relative to when both became busy
	Reason   string          // of the first DOWN
	AtOnce   int             // requests for a path that does not exist, answered at once by a target
	Late     int             // answered later
	Refused  int             // by HAProxy: no server available
	Err      error
}

// RunHealth plays a case: every thread of both targets, or their loop, is kept busy, while a client
// sends requests that need no thread.
func RunHealth(ctx context.Context, tools Tools, c HealthCase) (h Health) {
	h.Case = c
	flags := []string{"--mode=" + c.Mode, "--vintage=" + fifo, "--log-format=off"}
	if c.Mode == "threadpool" { // the other modes warn of a limit
		flags = append(flags, fmt.Sprintf("--limit=%d", threads))
	}
	p, err := open(ctx, tools, HAProxy, startOurs(ctx, tools, flags), map[string]string{"CHECK": c.Check, "TIMEOUT": longAfter})
	defer func() { h.Err = errors.Join(h.Err, p.close(), ctx.Err()) }()
	if err != nil {
		h.Err = fmt.Errorf("%s: %w", c.Name, err)
		return h
	}
	time.Sleep(settle)
	began := time.Now()
	var all sync.WaitGroup
	for _, t := range p.targets {
		for i := range threads {
			if c.Mode == "async-misuse" && i > 0 {
				break // one is enough to block a loop
			}
			all.Go(func() { _, _ = get(ctx, fmt.Sprintf("http://%s/?id=%d&sleep=%s", t.addr, i+1, busyFor)) })
		}
	}
	time.Sleep(2 * cheapGap) // so that those arrive first
	var mu sync.Mutex
	for time.Since(began) < busyFor {
		all.Go(func() {
			v := Visit{}
			v.make(ctx, http.DefaultClient, "http://"+p.entry+"/nowhere", time.Now(), patience)
			mu.Lock()
			defer mu.Unlock()
			h.count(v)
		})
		time.Sleep(cheapGap)
	}
	time.Sleep(time.Until(began.Add(watchFor)))
	all.Wait()
	h.read(p.balancer.Lines(), began)
	return h
}

func (h *Health) count(v Visit) {
	switch {
	case v.Status == http.StatusServiceUnavailable:
		h.Refused++
	case v.Status == http.StatusNotFound && v.Ended-v.Sent <= atOnce:
		h.AtOnce++
	case v.Status == http.StatusNotFound:
		h.Late++
	default:
		h.Err = errors.Join(h.Err, fmt.Errorf("%s: a request ended with status %d", h.Case.Name, v.Status))
	}
}

// read finds in HAProxy's log when it took targets out and in.
func (h *Health) read(lines []driver.Line, began time.Time) {
	for _, l := range lines {
		if l.Output != driver.Stdout {
			continue // HAProxy repeats it on standard error
		}
		if _, reason, ok := strings.Cut(l.Text, " is DOWN, reason: "); ok {
			h.Down = append(h.Down, l.At.Sub(began))
			if h.Reason == "" {
				h.Reason, _, _ = strings.Cut(reason, ",")
			}
		}
		if strings.Contains(l.Text, " is UP, reason: ") {
			h.Up = append(h.Up, l.At.Sub(began))
		}
	}
}

// String is the case in one line.
func (h Health) String() string {
	return fmt.Sprintf("down %v, up %v, %s; %d answered at once, %d late, %d refused", h.Down, h.Up, h.Reason, h.AtOnce, h.Late, h.Refused)
}
