// Command front overloads target-servers behind HAProxy and nginx; see package front.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/internal/machine"
	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/front"
	"github.com/target-server/target-server/lab/servers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "front:", err)
		os.Exit(1)
	}
}

const usage = `front overloads target-servers behind HAProxy and nginx.

  go run ./lab/cmd/front            play every variant, and rewrite the tables and the picture of docs/in-front.md
  go run ./lab/cmd/front --check    play all variants in parallel, and only check them
  go run ./lab/cmd/front --list     list the variants
  go run ./lab/cmd/front --crowd localhost:8081
                                    only send the clients to this address, for example that of deploy/compose

A variant that fails a check is played once more, alone, before it counts as failed. It needs haproxy, nginx and prometheus; for the page, and with --real, also Python 3.11 for FastAPI on Uvicorn.

Flags:
`

func run(ctx context.Context, args []string, out io.Writer) error {
	set := flag.NewFlagSet("front", flag.ExitOnError)
	set.Usage = func() {
		fmt.Fprint(out, usage)
		set.PrintDefaults()
	}
	check := set.Bool("check", false, "only check; write nothing")
	withReal := set.Bool("real", false, "also play some variants with FastAPI on Uvicorn as the target; always done for the page")
	env := set.String("env", "lab/.env", "`folder` with the environments of the real servers")
	crowd := set.String("crowd", "", "send the clients to this `address`, and print what they got")
	list := set.Bool("list", false, "list the variants")
	only := set.String("only", "", "play only the variants and health cases whose name begins with this `prefix`, and write nothing")
	jobs := set.Int("jobs", 0, "how many variants to play at a time; 0 means 4, or all with --check")
	compose := set.String("compose", "deploy/compose", "`folder` with the balancers' configuration")
	docs := set.String("docs", "docs", "`folder` with the page")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 || *jobs < 0 {
		return errors.New("accepted: --check, --list, --crowd ADDRESS, --only NAME, --jobs N from 0, --real, --env FOLDER, --compose FOLDER, --docs FOLDER, and no arguments")
	}
	if *crowd != "" {
		return sendCrowd(ctx, *crowd, out)
	}
	variants, cases := chosen(*only, *withReal || !*check && *only == "")
	if *list {
		for _, v := range variants {
			fmt.Fprintf(out, "%-24s %-8s %s\n", v.Name, v.Balancer, strings.ReplaceAll(v.Title, "`", ""))
		}
		return nil
	}
	if len(variants)+len(cases) == 0 {
		return fmt.Errorf("no variant begins with %q; --list shows them", *only)
	}
	binary, clean, err := servers.BuildTarget(ctx)
	if err != nil {
		return err
	}
	defer clean()
	home, err := environments(ctx, *env, variants, out)
	if err != nil {
		return err
	}
	s := session{out: out, tools: front.Tools{Target: binary, Compose: *compose, Env: home}, results: map[string]front.Result{}}
	if *jobs == 0 {
		*jobs = 4
		if *check {
			*jobs = len(variants) + len(cases)
		}
	}
	s.play(ctx, variants, cases, *jobs)
	if s.failed > 0 || ctx.Err() != nil {
		return errors.Join(fmt.Errorf("%d of %d fail their checks", s.failed, len(variants)+len(cases)), ctx.Err())
	}
	fmt.Fprintf(out, "%d variants and %d health checks pass\n", len(variants), len(cases))
	if *check || *only != "" {
		return nil
	}
	return s.write(ctx, *docs)
}

// sendCrowd sends the clients to a server, and prints what they got.
func sendCrowd(ctx context.Context, addr string, out io.Writer) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("--crowd takes an address where a server listens, such as localhost:8081: %w", err)
	}
	_ = conn.Close()
	r := front.Visitors(ctx, addr)
	fmt.Fprintln(out, r.Clients())
	return r.Err
}

func chosen(only string, withReal bool) ([]front.Variant, []front.HealthCase) {
	all := front.Variants()
	if withReal {
		all = append(all, front.RealVariants()...)
	}
	variants := slices.DeleteFunc(all, func(v front.Variant) bool { return !strings.HasPrefix(v.Name, only) })
	cases := slices.DeleteFunc(front.HealthCases(), func(c front.HealthCase) bool { return !strings.HasPrefix(c.Name, only) })
	return variants, cases
}

// environments installs the real servers that the variants need, and returns their folder.
func environments(ctx context.Context, folder string, variants []front.Variant, out io.Writer) (string, error) {
	home, err := filepath.Abs(folder)
	if err != nil {
		return "", fmt.Errorf("the real servers' environments: %w", err)
	}
	for _, v := range variants {
		if v.Real {
			if _, err := servers.Ensure(ctx, home, servers.Uvicorn, v.Vintage, out); err != nil {
				return "", err
			}
		}
	}
	return home, nil
}

// session is one run of the command.
type session struct {
	out     io.Writer
	tools   front.Tools
	results map[string]front.Result
	health  []front.Health
	failed  int
}

// outcome is one thing to play: how to play it (play returns the failed checks), its figures, and how
// to keep the result.
type outcome struct {
	name   string
	play   func() []string
	figure func() string
	keep   func()
}

// play plays everything, some at a time; what fails is played once more, alone.
func (s *session) play(ctx context.Context, variants []front.Variant, cases []front.HealthCase, jobs int) {
	var all []outcome
	for _, v := range variants {
		var r front.Result
		all = append(all, outcome{
			v.Name, func() []string { r = front.Run(ctx, s.tools, v); return front.Failed(r) },
			func() string { return r.String() }, func() { s.results[v.Name] = r },
		})
	}
	for _, c := range cases {
		var h front.Health
		all = append(all, outcome{
			c.Name, func() []string { h = front.RunHealth(ctx, s.tools, c); return front.FailedHealth(h) },
			func() string { return h.String() }, func() { s.health = append(s.health, h) },
		})
	}
	failed := make([][]string, len(all))
	slots := make(chan struct{}, jobs)
	var group sync.WaitGroup
	for i, o := range all {
		group.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			if ctx.Err() == nil {
				failed[i] = o.play()
			}
		})
	}
	group.Wait()
	for i, o := range all {
		word := "good"
		if len(failed[i]) > 0 && ctx.Err() == nil {
			fmt.Fprintf(s.out, "again  %-40s %s\n", o.name, strings.Join(failed[i], "; "))
			failed[i] = o.play()
		}
		if len(failed[i]) > 0 {
			s.failed++
			word = "FAILED"
		}
		fmt.Fprintf(s.out, "%-6s %-40s %s\n", word, o.name, o.figure())
		for _, f := range failed[i] {
			fmt.Fprintf(s.out, "       wanted %s\n", f)
		}
		o.keep()
	}
}

// write makes the page's tables and the picture.
func (s *session) write(ctx context.Context, docs string) error {
	path := filepath.Join(docs, "in-front.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the page: %w", err)
	}
	text, err := front.Fill(string(page), front.Tables(s.results, s.health, how(ctx)))
	if err != nil {
		return err
	}
	var pictured []front.Result
	for _, name := range []string{front.UnboundedFIFO, front.Retried, front.UnboundedLIFO, front.Bounded, front.BalancerLine} {
		pictured = append(pictured, s.results[name])
	}
	err = errors.Join(os.WriteFile(path, []byte(text), 0o644), os.WriteFile(filepath.Join(docs, "in-front.svg"), front.Picture(pictured), 0o644))
	if err != nil {
		return fmt.Errorf("the page: %w", err)
	}
	fmt.Fprintf(s.out, "wrote %s and its picture\n", path)
	return nil
}

// how describes the run: date, machine and versions.
func how(ctx context.Context) string {
	return fmt.Sprintf("%s, %s; HAProxy %s, nginx %s, Prometheus %s.\n", time.Now().Format(time.DateOnly), machine.Here(),
		version(ctx, "haproxy", "-v"), version(ctx, "nginx", "-v"), version(ctx, "prometheus", "--version"))
}

// version is the first dotted number in what the command prints about its version.
func version(ctx context.Context, tool, flag string) string {
	text, err := exec.CommandContext(ctx, driver.Tool(tool), flag).CombinedOutput()
	if err != nil {
		return "unknown"
	}
	return regexp.MustCompile(`\d+(\.\d+)+`).FindString(string(text))
}
