// Command flood runs crowds of hostile clients against target-server, and measures how much memory it
// uses; see package flood.
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
	"syscall"
	"time"

	"github.com/target-server/target-server/lab/flood"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/stacks"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "flood:", err)
		os.Exit(1)
	}
}

// choice is the selection of what to try.
type choice struct {
	stack, vintage, kind string
	lasts                time.Duration
}

func run(ctx context.Context, args []string, out io.Writer) error {
	set := flag.NewFlagSet("flood", flag.ExitOnError)
	var c choice
	set.StringVar(&c.stack, "stack", "", "only this one")
	set.StringVar(&c.vintage, "vintage", "", "only this one")
	set.StringVar(&c.kind, "kind", "", "only kinds whose names begin with this `prefix`")
	set.DurationVar(&c.lasts, "time", 2*time.Second, "how long to run each kind on each stack")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return errors.New("only flags are accepted, no arguments")
	}
	binary, clean, err := servers.BuildTarget(ctx)
	if err != nil {
		return err
	}
	defer clean()
	failed := 0
	for _, d := range stacks.Defaults() {
		for _, way := range ways(d.Values.Stack) {
			n, err := c.try(ctx, binary, d.Values.Stack, d.Values.Vintage, way, out)
			if failed += n; err != nil {
				return err
			}
		}
	}
	if failed > 0 {
		return fmt.Errorf("in %d runs a process used more than %d MB", failed, flood.MostMemory>>20)
	}
	return nil
}

// ways are additional flags with which a stack is tried, one after the other.
func ways(stack string) []string {
	if stack == "uvicorn" {
		return []string{"--http=h11", "--http=httptools"}
	}
	return []string{""}
}

// try runs every kind against one stack.
func (c *choice) try(ctx context.Context, binary, stack, vintage, way string, out io.Writer) (failed int, err error) {
	if c.stack != "" && c.stack != stack || c.vintage != "" && c.vintage != vintage {
		return 0, nil
	}
	flags := []string{"--stack=" + stack, "--vintage=" + vintage}
	if way != "" {
		flags = append(flags, way)
	}
	for _, k := range flood.Kinds() {
		if !k.Applies(stack) || !strings.HasPrefix(k.Name, c.kind) {
			continue
		}
		o, err := flood.Run(ctx, binary, k, c.lasts, flags...)
		if err != nil {
			return failed, err
		}
		verdict := ""
		if o.Memory > flood.MostMemory {
			failed++
			verdict = "  TOO MUCH"
		}
		fmt.Fprintf(out, "%-17s %-8s %-17s %-20s %5d MB  (%d connections, %d MB read)%s\n",
			stack, vintage, strings.TrimPrefix(way, "--http="), k.Name, o.Memory>>20, o.Calls, o.Taken>>20, verdict)
	}
	return failed, ctx.Err()
}
