// Command soak keeps target-server busy for a long time, and checks that nothing grows; see package
// soak.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/lab/soak"
	"github.com/target-server/target-server/plot"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "soak:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	set := flag.NewFlagSet("soak", flag.ExitOnError)
	requests := set.Int("requests", 1_000_000, "number of requests to send")
	departures := set.Int("departures", 100_000, "number of clients that reset their connection")
	mixed := set.Duration("time", 30*time.Minute, "how long the mixed load lasts")
	seed := set.Uint64("seed", uint64(time.Now().UnixNano()), "the random seed")
	svg := set.String("svg", "", "write a picture of the memory over time to this `file`")
	if err := set.Parse(args); err != nil {
		return err
	}
	if *requests < 10_000 || *departures < 1_000 || *mixed < 10*time.Second || set.NArg() > 0 {
		return errors.New("--requests must be at least 10000, --departures at least 1000, --time at least 10s; arguments are not accepted")
	}
	binary, clean, err := servers.BuildTarget(ctx)
	if err != nil {
		return err
	}
	defer clean()
	fmt.Fprintf(out, "seed %d: %d requests, %d departures, mixed load for %v\n", *seed, *requests, *departures, *mixed)
	outcomes := runAll(ctx, binary, *seed, soak.Parts(*requests, *departures, *mixed), out)
	if *svg != "" {
		if err := os.WriteFile(*svg, picture(outcomes), 0o644); err != nil {
			return fmt.Errorf("picture: %w", err)
		}
	}
	return summary(outcomes, out)
}

// runAll runs the counted parts one after the other, and the timed ones in parallel.
func runAll(ctx context.Context, binary string, seed uint64, parts []soak.Part, out io.Writer) []soak.Outcome {
	outcomes := make([]soak.Outcome, len(parts))
	var mu sync.Mutex
	tell := func(p soak.Part, s soak.Sample) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintf(out, "%-26s %s\n", p.Name, s)
	}
	var timed sync.WaitGroup
	for i, p := range parts {
		if p.Count > 0 {
			outcomes[i] = p.Run(ctx, binary, seed, tell)
			continue
		}
		timed.Go(func() { outcomes[i] = p.Run(ctx, binary, seed+uint64(i), tell) })
	}
	timed.Wait()
	return outcomes
}

// summary prints for each part whether its memory was flat.
func summary(outcomes []soak.Outcome, out io.Writer) error {
	failed := 0
	fmt.Fprintln(out)
	for _, o := range outcomes {
		verdict := "flat"
		if o.Err != nil {
			verdict = "FAILED: " + o.Err.Error()
			failed++
		}
		requests := int64(0)
		if n := len(o.Samples); n > 0 {
			requests = o.Samples[n-1].Requests
		}
		fmt.Fprintf(out, "%-26s %9d requests, %d clients disconnected, %d events: %s\n", o.Part.Name, requests, o.Cut, o.Events, verdict)
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d parts failed", failed, len(outcomes))
	}
	return nil
}

// picture draws the memory of the timed parts.
func picture(outcomes []soak.Outcome) []byte {
	curves := plot.Curves{Title: "Idle memory during a soak", X: "minutes", Y: "MB"}
	for _, o := range outcomes {
		if o.Part.Time == 0 {
			continue
		}
		line := plot.Line{Name: strings.TrimPrefix(o.Part.Name, "mixed, ")}
		for _, s := range o.Samples {
			line.Points = append(line.Points, plot.Point{X: s.At.Minutes(), Y: float64(s.Memory) / 1e6})
		}
		curves.Lines = append(curves.Lines, line)
	}
	return curves.SVG()
}
