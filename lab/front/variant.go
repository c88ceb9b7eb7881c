package front

import (
	"strconv"
	"time"

	"github.com/target-server/target-server/lab/servers"
)

// The scale is small, so that a variant takes about twenty seconds. Two targets with four threads each,
// at 200 ms per request, have a capacity of 40 requests/s.
const (
	targets  = 2
	threads  = 4
	work     = 200 * time.Millisecond
	timeout  = time.Second // how long the balancer waits for a target's answer
	capacity = targets * threads * int(time.Second) / int(work)
)

// line is the longest queue of a target in which the last request is still answered in time: threads ×
// (timeout ÷ work − 1), minus a quarter for safety.
const line = threads * (int(timeout)/int(work) - 1) * 3 / 4

// Names of the balancers.
const (
	HAProxy = "HAProxy"
	Nginx   = "nginx"
)

// Variant is one set of settings for the targets and for the balancer in front of them.
type Variant struct {
	Name     string
	Title    string // the settings, in words
	Balancer string
	Vintage  string
	Flags    []string          // of the targets, besides those that all have
	Most     int               // Uvicorn's --limit-concurrency; 0 means none
	Real     bool              // the targets are FastAPI on Uvicorn
	Set      map[string]string // variables of the balancer's configuration that differ from the usual
	Leavers  bool              // every second client leaves after leaveAfter
}

// leaveAfter is how long a client waits before it leaves.
const leaveAfter = 400 * time.Millisecond

// The names of the variants that the checks and the page refer to.
const (
	UnboundedFIFO  = "haproxy-unbounded-fifo"
	UnboundedLIFO  = "haproxy-unbounded-lifo"
	Retried        = "haproxy-retried"
	Bounded        = "haproxy-bounded"
	BoundedLIFO    = "haproxy-bounded-lifo"
	BalancerLine   = "haproxy-line"
	Concurrency    = "haproxy-limit-concurrency"
	ConcurrencyOff = "haproxy-limit-concurrency-no-pool"
	LeaversTarget  = "leavers-target"
	LeaversKept    = "leavers-kept"
	LeaversDropped = "leavers-dropped"
	LeaversNginx   = "leavers-nginx"
	NginxDefault   = "nginx-default"
	NginxRetried   = "nginx-retried"
	NginxUnbounded = "nginx-unbounded"
	NginxBounded   = "nginx-bounded"
	NginxMost      = "nginx-limit-concurrency"
	NginxMaxConns  = "nginx-max-conns"
	NginxLimitConn = "nginx-limit-conn"
	NginxLimitReq  = "nginx-limit-req"
)

const (
	fifo = "current" // the vintages differ in the order in which queued requests run
	lifo = "2023-03"
)

// Variants lists them all.
func Variants() []Variant {
	bound := []string{"--queue=" + strconv.Itoa(line)}
	all := strconv.Itoa(targets * threads)
	ownLine := map[string]string{"MAXCONN": strconv.Itoa(threads), "QUEUE_TIMEOUT": (timeout - 2*work).String()}
	longLine := map[string]string{"MAXCONN": strconv.Itoa(threads), "QUEUE_TIMEOUT": "10s"}
	kept := map[string]string{"MAXCONN": strconv.Itoa(threads), "QUEUE_TIMEOUT": "10s", "KEEP_ABANDONED": "1"}
	return []Variant{
		{Name: UnboundedFIFO, Title: "no bound, first in first out", Balancer: HAProxy, Vintage: fifo},
		{Name: UnboundedLIFO, Title: "no bound, last in first out", Balancer: HAProxy, Vintage: lifo},
		{
			Name: Retried, Title: "no bound, timeouts retried", Balancer: HAProxy, Vintage: fifo,
			Set: map[string]string{"RETRY_ON": "response-timeout", "RETRIES": "1"},
		},
		{Name: Bounded, Title: "`--queue`, first in first out", Balancer: HAProxy, Vintage: fifo, Flags: bound},
		{Name: BoundedLIFO, Title: "`--queue`, last in first out", Balancer: HAProxy, Vintage: lifo, Flags: bound},
		{Name: BalancerLine, Title: "HAProxy's queue: `maxconn`", Balancer: HAProxy, Vintage: fifo, Set: ownLine},
		{Name: Concurrency, Title: "Uvicorn's `--limit-concurrency`", Balancer: HAProxy, Vintage: fifo, Most: threads + line + 1},
		{
			Name: ConcurrencyOff, Title: "the same, and `pool-max-conn 0`", Balancer: HAProxy, Vintage: fifo, Most: threads + line + 1,
			Set: map[string]string{"POOL": "0"},
		},

		{Name: LeaversTarget, Title: "no bound", Balancer: HAProxy, Vintage: fifo, Leavers: true},
		{Name: LeaversKept, Title: "HAProxy's queue without `option abortonclose`", Balancer: HAProxy, Vintage: fifo, Set: kept, Leavers: true},
		{Name: LeaversDropped, Title: "HAProxy's queue with it", Balancer: HAProxy, Vintage: fifo, Set: longLine, Leavers: true},

		{
			Name: LeaversNginx, Title: "nginx's `limit_req` with a long burst", Balancer: Nginx, Vintage: fifo, Leavers: true,
			Set: map[string]string{"RATE": strconv.Itoa(capacity), "BOUND": "limit_req zone=a_second burst=1000;"},
		},

		{
			Name: NginxDefault, Title: "no bound, nginx's defaults", Balancer: Nginx, Vintage: fifo,
			Set: map[string]string{"NEXT_UPSTREAM": "error timeout", "MAX_FAILS": "1"},
		},
		{
			Name: NginxRetried, Title: "no bound, timeouts retried, `max_fails=0`", Balancer: Nginx, Vintage: fifo,
			Set: map[string]string{"NEXT_UPSTREAM": "error timeout"},
		},
		{Name: NginxUnbounded, Title: "no bound, `proxy_next_upstream error`", Balancer: Nginx, Vintage: fifo},
		{Name: NginxBounded, Title: "`--queue`", Balancer: Nginx, Vintage: fifo, Flags: bound},
		{Name: NginxMost, Title: "Uvicorn's `--limit-concurrency`", Balancer: Nginx, Vintage: fifo, Most: threads + line + 1},
		{Name: NginxMaxConns, Title: "`max_conns`", Balancer: Nginx, Vintage: fifo, Set: map[string]string{"MAX_CONNS": strconv.Itoa(threads)}},
		{Name: NginxLimitConn, Title: "`limit_conn`", Balancer: Nginx, Vintage: fifo, Set: map[string]string{"BOUND": "limit_conn at_once " + all + ";"}},
		{
			Name: NginxLimitReq, Title: "`limit_req` with a burst", Balancer: Nginx, Vintage: fifo,
			Set: map[string]string{"RATE": strconv.Itoa(capacity), "BOUND": "limit_req zone=a_second burst=" + strconv.Itoa(capacity*6/10) + ";"},
		},
	}
}

// RealVariants are some of the variants, with FastAPI on Uvicorn as the targets.
func RealVariants() []Variant {
	var all []Variant
	for _, v := range Variants() {
		switch v.Name {
		case UnboundedFIFO, UnboundedLIFO, Retried, BalancerLine, Concurrency, ConcurrencyOff, LeaversKept, LeaversDropped:
			v.Name, v.Real = v.Name+realSuffix, true
			all = append(all, v)
		}
	}
	return all
}

const realSuffix = "-real"

// flags are the flags of the variant's targets, without their addresses.
func (v Variant) flags() []string {
	flags := append([]string{
		"--vintage=" + v.Vintage, "--limit=" + strconv.Itoa(threads), "--sleep=" + work.String(), "--log-format=json",
	}, v.Flags...)
	if v.Most > 0 {
		flags = append(flags, "--limit-concurrency="+strconv.Itoa(v.Most))
	}
	return flags
}

// config is the counterpart of flags for a real server.
func (v Variant) config() servers.Config {
	return servers.Config{Vintage: v.Vintage, Mode: "threadpool", Sleep: work, Limit: threads, LimitConcurrency: v.Most}
}
