package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/probe"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/stacks"
)

// probed is a server with known behaviour, and the verdict that a probe of it must give.
type probed struct {
	name string
	want string // a regular expression
	run  func(context.Context, *runner.Runner) (probe.Findings, error)
}

// The expected verdicts.
const (
	poolLIFO   = `^behaves like a pool of 6, last in first out$`
	poolFIFO   = `^behaves like a pool of 6, first in first out$`
	oneAtATime = `^behaves like one at a time: a busy handler blocks everything$`
	noCeiling  = `^behaves as if it had no ceiling: 64 at once$`
	tooFast    = `^answers in .*, too fast for a ceiling to show$`
	threads    = `^behaves like 6 at a time, first in first out, and requests for other paths wait as well$`
	twoPools   = `^behaves like a pool of 6.*, over 2 processes$`
)

// poolOrder is anyio's order at a vintage, on asyncio and uvloop.
func poolOrder(vintage string) string {
	if vintage == servers.Vintage202303 {
		return poolLIFO
	}
	return poolFIFO
}

// probeCases lists the servers: ours, the real ones and, together with Uvicorn, nginx and a plain Go
// server.
func (o options) probeCases(r *runner.Runner) []probed {
	var all []probed
	if o.stack == "" || o.stack == servers.Uvicorn {
		all = []probed{{"nginx", tooFast, probeNginx}, {"Go's net/http", noCeiling, probePlainGo}}
	}
	for _, vintage := range servers.Vintages() {
		if o.vintage != "" && o.vintage != vintage {
			continue
		}
		cases := otherStacks(vintage)
		for _, subject := range []servers.Subject{r.Subject, r.Oracle} {
			for _, c := range uvicornCases(vintage) {
				all = o.addProbe(all, subject, c)
			}
			for _, c := range cases {
				// One vintage of ours is enough: the recordings show how the vintages differ.
				_, err := stacks.Find(c.cfg.Stack, vintage)
				if subject == r.Oracle || err == nil && vintage == servers.VintageCurrent {
					all = o.addProbe(all, subject, c)
				}
			}
		}
	}
	return all
}

// expected is a server and the verdict that a probe of it must give.
type expected struct {
	want string
	cfg  servers.Config
}

func uvicornCases(vintage string) []expected {
	return []expected{
		{poolOrder(vintage), servers.Config{Stack: servers.Uvicorn, Vintage: vintage, Mode: "threadpool"}},
		{oneAtATime, servers.Config{Stack: servers.Uvicorn, Vintage: vintage, Mode: "async-misuse"}},
		{noCeiling, servers.Config{Stack: servers.Uvicorn, Vintage: vintage, Mode: "cooperative"}},
		{
			`^works on 9 at once and refuses more$`,
			servers.Config{Stack: servers.Uvicorn, Vintage: vintage, Mode: "cooperative", LimitConcurrency: 10},
		},
		{twoPools, servers.Config{Stack: servers.Uvicorn, Vintage: vintage, Mode: "threadpool", Workers: 2, Limit: 3}},
	}
}

// otherStacks has each in its typical mode.
func otherStacks(vintage string) []expected {
	of := func(stack, mode, want string) expected {
		return expected{want, servers.Config{Stack: stack, Vintage: vintage, Mode: mode}}
	}
	return []expected{
		of("hypercorn", "threadpool", poolOrder(vintage)),
		of("hypercorn-uvloop", "threadpool", poolOrder(vintage)),
		of("hypercorn-trio", "threadpool", poolFIFO),
		of("gunicorn-uvicorn", "threadpool", poolOrder(vintage)),
		of("gunicorn-sync", "threadpool", oneAtATime),
		of("gunicorn-gthread", "threadpool", threads),
		of("flask", "threadpool", noCeiling),
		of("flask-single", "threadpool", oneAtATime),
		of("tomcat", "threadpool", threads),
		of("node", "cooperative", noCeiling),
		of("node", "async-misuse", oneAtATime),
	}
}

func (o options) addProbe(all []probed, subject servers.Subject, c expected) []probed {
	if o.stack != "" && o.stack != c.cfg.Stack {
		return all
	}
	c.cfg.Sleep = 300 * time.Millisecond
	if pooled := c.want != oneAtATime && c.want != noCeiling; pooled && c.cfg.Limit == 0 && c.cfg.LimitConcurrency == 0 {
		c.cfg.Limit = 6
	}
	name := fmt.Sprintf("%s %s %s %s", subject.Name(), c.cfg.Stack, c.cfg.Vintage, c.cfg.Mode)
	return append(all, probed{name, c.want, func(ctx context.Context, r *runner.Runner) (probe.Findings, error) {
		return probeStack(ctx, r, subject, c.cfg)
	}})
}

// probeAll tries every case, some at a time; a wrong one is tried again.
func (o options) probeAll(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	var mu sync.Mutex
	cases, wrong := o.probeCases(r), 0
	runner.Each(ctx, 3, cases, func(probed) bool { return false }, func(ctx context.Context, c probed) {
		verdict, ok, tries := "", false, 0
		for ; tries < 3 && !ok && ctx.Err() == nil; tries++ {
			findings, err := c.run(ctx, r)
			verdict = findings.Verdict
			if err != nil {
				verdict = err.Error()
			}
			ok = err == nil && regexp.MustCompile(c.want).MatchString(verdict)
		}
		mu.Lock()
		defer mu.Unlock()
		word := map[bool]string{true: "right", false: "WRONG"}[ok]
		if !ok {
			wrong++
			verdict += "; wanted " + c.want
		}
		fmt.Fprintf(stdout, "%-6s %-45s %s (%d tries)\n", word, c.name, verdict, tries)
	})
	fmt.Fprintf(stdout, "\n%d of %d verdicts are right\n", len(cases)-wrong, len(cases))
	if wrong > 0 || ctx.Err() != nil {
		return exitFailed, ctx.Err()
	}
	return exitGood, nil
}

func probeStack(ctx context.Context, r *runner.Runner, subject servers.Subject, cfg servers.Config) (findings probe.Findings, err error) {
	var failed error
	scenario := scenarios.Scenario{Name: "probe", Play: func(s *scenarios.Stage) { findings, failed = probePort(ctx, s.Port()) }}
	_, err = r.Perform(ctx, runner.Play{Scenario: scenario, Config: cfg}, subject)
	return findings, errors.Join(err, failed)
}

func probePort(ctx context.Context, port int) (probe.Findings, error) {
	target, err := probe.Parse(ctx, fmt.Sprintf("http://127.0.0.1:%d/?id={n}", port), false)
	if err != nil {
		return probe.Findings{}, err
	}
	return probe.Run(ctx, target, probe.Options{Most: 64, Time: 40 * time.Second})
}

func probePlainGo(ctx context.Context, _ *runner.Runner) (probe.Findings, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return probe.Findings{}, fmt.Errorf("the Go server: %w", err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.URL.Path != "/" {
			http.NotFound(w, q)
			return
		}
		time.Sleep(300 * time.Millisecond)
		_, _ = io.WriteString(w, "hello")
	})}
	go func() { _ = server.Serve(listener) }() // returns when the server is closed
	defer server.Close()
	return probePort(ctx, listener.Addr().(*net.TCPAddr).Port)
}

func probeNginx(ctx context.Context, r *runner.Runner) (probe.Findings, error) {
	dir, err := os.MkdirTemp("", "nginx")
	if err != nil {
		return probe.Findings{}, fmt.Errorf("nginx: %w", err)
	}
	defer os.RemoveAll(dir)
	port, err := r.FreePort()
	if err != nil {
		return probe.Findings{}, err
	}
	command, err := servers.Nginx{Dir: dir}.Command(port)
	if err != nil {
		return probe.Findings{}, err
	}
	process, err := driver.Start(ctx, command)
	if err != nil {
		return probe.Findings{}, fmt.Errorf("start nginx (Debian's package is nginx-light): %w", err)
	}
	process.AwaitLines(5*time.Second, func(lines []driver.Line) bool {
		return len(lines) > 0 && strings.Contains(lines[len(lines)-1].Text, "start worker process")
	})
	findings, err := probePort(ctx, port)
	return findings, errors.Join(err, process.Kill())
}
