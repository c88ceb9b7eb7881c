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

const probeHelp = `target-server probe finds out, from outside, how any HTTP server deals with more requests than it can
work on: how many at once, who is next, what a busy handler holds up, what too many get, how long
idle connections live, and how the work is spread over processes.

Usage:
  target-server probe [flags] URL

  URL is one of plain HTTP whose handler takes a while, a tenth of a second or more; {n} in it
  becomes the number of each request: 'http://127.0.0.1:8080/?id={n}'

  --most N            requests in one burst, at the most (default 256)
  --time DURATION     for everything; what does not fit is left out and said (default 1m)
  --json              print the findings as JSON
  --svg FILE          draw the largest burst: a bar for each request
  --allow-remote      probe a server that is not on this machine. Ask its owner first: a probe holds
                      every thread that it has for a while

Each burst is requests on connections of their own, sent at the same time. Progress goes to stderr.

What the server sends is counted, not kept: the probe needs little memory and ends in time whatever
comes. It reads up to 1 MiB of a head and 64 MiB of a body. A server that sends more than that, or
what is not HTTP/1, or no answer to one request alone, cannot be probed: then the verdict says what
it does, "fault" in the JSON has its kind, and the exit code is 1. No redirect is followed.

Exit codes: 0 when it was probed, 1 if it could not be, 2 if the input was wrong.
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
	case len(rest) != 1:
		return p, fmt.Errorf("probe: %d URLs were given; accepted: one, such as http://127.0.0.1:8080/?id={n}", len(rest))
	case p.most < 1 || p.most > mostOfBurst:
		return p, fmt.Errorf("flag --most: %d is out of range; accepted: 1 to %d", p.most, mostOfBurst)
	case p.time < time.Second || p.time > time.Hour:
		return p, fmt.Errorf("flag --time: %s is out of range; accepted: 1s to 1h", p.time)
	}
	p.target, err = probe.Parse(ctx, rest[0], *remote)
	return p, err
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
