// Command attack plays hostile conversations against target-server; see package attack.
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

	"github.com/target-server/target-server/lab/attack"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(1)
	}
}

// options are the command line.
type options struct {
	runner         *attack.Runner
	stack, vintage string
	keep, page     string
	print, prove   bool
	built          string
}

func parse(args []string, out io.Writer) (options, error) {
	o := options{runner: &attack.Runner{Out: out}}
	set := flag.NewFlagSet("attack", flag.ExitOnError)
	set.DurationVar(&o.runner.Time, "time", 0, "how long; 10m if --rounds is not set either")
	set.Uint64Var(&o.runner.Seed, "seed", uint64(time.Now().UnixNano()), "the random seed; the first round uses it, the others derive theirs from it")
	set.IntVar(&o.runner.Rounds, "rounds", 0, "rounds for each stack at each vintage; 0 for as many as there is time for")
	set.IntVar(&o.runner.Parallel, "parallel", 4, "rounds to play at a time")
	set.BoolVar(&o.runner.Shrink, "shrink", false, "look for the smallest set of actors that produces a finding")
	set.StringVar(&o.stack, "stack", "", "only this stack; all if empty")
	set.StringVar(&o.vintage, "vintage", "", "only this vintage; both if empty")
	set.StringVar(&o.keep, "keep", "", "only these actors of a round, such as c3,a0; all if empty")
	set.BoolVar(&o.print, "print", false, "print the first round instead of playing it")
	set.BoolVar(&o.prove, "prove", false, "break target-server on purpose, and show that the attack notices each fault")
	set.StringVar(&o.page, "page", "", "replace the table of figures in this Markdown `file`")
	set.StringVar(&o.built, "built", "", "build in this `folder` and keep it; binaries that are already there are used")
	if err := set.Parse(args); err != nil {
		return o, err
	}
	if o.runner.Time == 0 && o.runner.Rounds == 0 {
		o.runner.Time = 10 * time.Minute
	}
	if o.keep != "" {
		o.runner.Keep = strings.Split(o.keep, ",")
	}
	if set.NArg() > 0 || o.runner.Parallel < 1 || o.runner.Rounds < 0 || o.runner.Time < 0 {
		return o, errors.New("only flags are accepted; --parallel must be at least 1, --rounds and --time at least 0")
	}
	if len(attack.Targets(o.stack, o.vintage)) == 0 {
		return o, fmt.Errorf("no stack %q at vintage %q", o.stack, o.vintage)
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer) error {
	o, err := parse(args, out)
	if err != nil {
		return err
	}
	targets := attack.Targets(o.stack, o.vintage)
	fmt.Fprintf(out, "seed %d\n", o.runner.Seed)
	if o.print {
		for _, t := range targets {
			r, err := attack.NewRound(o.runner.Seed, t.Stack, t.Vintage)
			if err != nil {
				return err
			}
			fmt.Fprint(out, r)
		}
		return nil
	}
	if o.prove {
		return attack.Prove(ctx, o.runner.Seed, out)
	}
	clean, err := o.build(ctx)
	if err != nil {
		return err
	}
	defer clean()
	began := time.Now()
	results, err := o.runner.Run(ctx, targets)
	caption := fmt.Sprintf("Seed %d, %v, %d rounds at a time:", o.runner.Seed, time.Since(began).Round(time.Second), o.runner.Parallel)
	fmt.Fprintf(out, "\n%s\n\n", caption)
	attack.Table(out, results)
	if o.page != "" && err == nil {
		err = attack.Page(o.page, caption, results)
	}
	return errors.Join(err, verdict(results))
}

// build builds target-server in a temporary folder, or in the one named by a flag.
func (o *options) build(ctx context.Context) (clean func(), err error) {
	if o.built != "" {
		o.runner.Binaries = attack.BinariesIn(o.built)
		if o.runner.Binaries.There() {
			return func() {}, nil
		}
		o.runner.Binaries, err = attack.Build(ctx, o.built, "")
		return func() {}, err
	}
	dir, err := os.MkdirTemp("", "attack")
	if err != nil {
		return nil, fmt.Errorf("folder: %w", err)
	}
	o.runner.Binaries, err = attack.Build(ctx, dir, "")
	return func() { _ = os.RemoveAll(dir) }, err // leftovers in the temporary folder do no harm
}

// verdict returns an error if there are findings.
func verdict(results []attack.Result) error {
	n := 0
	for _, r := range results {
		for _, f := range r.Findings {
			if f.Again {
				n++
			}
		}
	}
	if n > 0 {
		return fmt.Errorf("%d findings", n)
	}
	return nil
}
