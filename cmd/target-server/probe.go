package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/probe"
)

const probeHelp = `target-server probe finds out, from outside, what any HTTP server does with more requests than it
can run at once: how many it runs, which request is next, whether a busy handler delays other
paths, what happens to requests beyond that, how long idle connections stay open, and how the work
is spread over processes.

Usage:
  target-server probe [FLAGS] URL

  URL begins with http://, and its handler takes a while: a tenth of a second or more. {n} in it is
  replaced by the number of each request: 'http://127.0.0.1:8080/?id={n}'

  --most N            the most requests in one burst (default 256)
  --time DURATION     the longest time for the whole probe; the report lists what was left out
                      (default 1m)
  --json              print the findings as JSON
  --svg FILE          draw the largest burst to FILE: a bar for each request
  --allow-remote      probe a server that is not on this machine. Ask its owner first: a probe
                      occupies all of a server's threads for a while

The probe sends bursts: many requests at the same time, each on its own connection, to URL. It also
requests a path that the server is not expected to have, once on the idle server and once in each
burst, and compares the times. Progress goes to stderr.

The probe uses little memory and ends within --time, whatever the server sends. It reads up to 1
MiB of a head and 64 MiB of a body, and follows no redirect. A server cannot be probed if it sends
more than that, or something that is not HTTP/1, or does not answer a single request. Then the
verdict says what the server does, "fault" in the JSON has its kind, and the exit status is 1.

Exit status: 0 if the server was probed, 1 if it could not be, 2 if the input was wrong.
`

// probing is what a probe was asked for.
type probing struct {
	target probe.Target
	most   int
	time   time.Duration
	json   bool
	svg    string
}

func (p program) runProbe(ctx context.Context, args []string, std streams) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	asked, err := readProbe(ctx, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(std.out, probeHelp)
		return exitFine
	case err != nil:
		return wrong(std, err)
	}
	if err := asked.run(ctx, std); err != nil {
		complain(std, err)
		return exitFail
	}
	return exitFine
}

func readProbe(ctx context.Context, args []string) (probing, error) {
	var p probing
	set := flag.NewFlagSet("probe", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.IntVar(&p.most, "most", 256, "")
	p.time = time.Minute
	durationFlag(set, "time", &p.time)
	set.BoolVar(&p.json, "json", false, "")
	set.StringVar(&p.svg, "svg", "", "")
	remote := set.Bool("allow-remote", false, "")
	rest, err := anyOrder(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return p, err
	case err != nil:
		return p, flagError(err, "probe", "--most, --time, --json, --svg, --allow-remote")
	case len(rest) == 0:
		return p, errors.New("probe: no URL is given; accepted: one, as in: target-server probe 'http://127.0.0.1:8080/?id={n}'")
	case len(rest) > 1:
		return p, fmt.Errorf("probe: %d URLs are given (%q, %q …); accepted: one, in quotes if it has an & or a ?", len(rest), rest[0], rest[1])
	case p.most < 1 || p.most > mostOfBurst:
		return p, fmt.Errorf("flag --most: %d is out of range; accepted: 1 to %d", p.most, mostOfBurst)
	case p.time < time.Second || p.time > time.Hour:
		return p, fmt.Errorf("flag --time: %s is out of range; accepted: 1s to 1h", p.time)
	}
	if p.target, err = probe.Parse(ctx, rest[0], *remote); err != nil {
		return p, err
	}
	return p, checkWritable(p.svg)
}

// checkWritable tries whether the file of --svg can be written, before a probe takes a minute. It leaves no file.
func checkWritable(path string) error {
	if path == "" {
		return nil
	}
	_, missing := os.Stat(path)
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("flag --svg: %q cannot be written (%w); accepted: a file in a folder that exists", path, errors.Unwrap(err))
	}
	_ = file.Close()
	if missing != nil {
		_ = os.Remove(path)
	}
	return nil
}

// mostOfBurst is as many connections as one process can open without special settings.
const mostOfBurst = 10_000

// anyOrder parses flags before, between and after the other arguments.
func anyOrder(set *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		if set.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, set.Arg(0)), set.Args()[1:]
	}
}

func (p probing) run(ctx context.Context, std streams) error {
	findings, err := probe.Run(ctx, p.target, probe.Options{Most: p.most, Time: p.time, Progress: std.err})
	switch fault := (*probe.Fault)(nil); {
	case errors.Is(err, context.Canceled):
		err = errors.New("probe: interrupted; what is printed is what was found so far")
	case errors.As(err, &fault): // the fault is the finding, and is printed with it
	case err != nil:
		return err
	}
	if p.svg != "" {
		if failed := os.WriteFile(p.svg, findings.SVG(), 0o644); failed != nil {
			err = errors.Join(err, fmt.Errorf("flag --svg: %w", failed))
		}
	}
	if !p.json {
		fmt.Fprint(std.out, findings.Text())
		return err
	}
	encoder := json.NewEncoder(std.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return errors.Join(err, encoder.Encode(findings))
}
