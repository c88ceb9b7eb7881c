package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/target-server/target-server/lab/pacing"
)

// The exit statuses. A missed goal is a result; exitFailed means that something could not be measured.
const (
	exitGood   = 0
	exitFailed = 1
	exitUsage  = 2
)

// figure is something to measure.
type figure struct {
	name, about string
	measure     func(context.Context, *bench) ([]result, error)
}

// figures lists them in the order of the table.
func figures() []figure {
	return []figure{
		{"memory", "memory of the process per held request", measureMemory},
		{"program", "memory of the process per held request of a program with a database", measureProgram},
		{"cpu", "CPU time per request", measureCPU},
		{"metrics", "CPU time per request while metrics are scraped", measureMetrics},
		{"trace", "CPU time per request while a trace is written", measureTrace},
		{"idle", "CPU time without clients", measureIdle},
		{"first", "from exec to the first answer", measureFirst},
		{"slot", "from the end of a request to the next start in its slot", measureSlot},
		{"lateness", "how late ten thousand sleeps end", measureLateness},
		{"growth", "requests held by several workers, and how memory and time grow with their number", measureGrowth},
		{"pace", "requests a second and median latency at --pace real, beside the real servers", measurePace},
	}
}

// bench is one run.
type bench struct {
	options
	dir      string // for everything that is built and written; removed at the end
	programs []program
	progress io.Writer
	curves   []curve // for the pictures
	paces    []pacing.Row
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitGood
	case err != nil:
		return exitUsage
	}
	b := &bench{options: o, progress: stderr}
	if err := b.all(ctx, stdout); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitFailed
	}
	return exitGood
}

// all measures the selected figures, and prints the results even if a figure fails.
func (b *bench) all(ctx context.Context, stdout io.Writer) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return fmt.Errorf("folder: %w", err)
	}
	defer os.RemoveAll(dir)
	b.dir = dir
	b.say("building")
	if b.programs, err = build(ctx, dir, b.env); err != nil {
		return err
	}
	var found []result
	var failed error
	for _, f := range figures() {
		if !b.chosen(f.name) || ctx.Err() != nil {
			continue
		}
		began := time.Now()
		b.say("%s: %s", f.name, f.about)
		results, err := f.measure(ctx, b)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", f.name, err))
		}
		found = append(found, results...)
		b.say("%s: done in %s", f.name, time.Since(began).Round(time.Second/10))
	}
	if failed = errors.Join(failed, b.show(stdout, found), ctx.Err()); failed != nil {
		return failed
	}
	return errors.Join(b.drawAll(), b.writePages(found), b.writePace())
}

func (b *bench) show(stdout io.Writer, found []result) error {
	if b.json {
		return writeJSON(stdout, found)
	}
	if len(found) > 0 {
		if err := writeTable(stdout, found, b.programs); err != nil {
			return err
		}
	}
	_, err := io.WriteString(stdout, b.paceTable())
	return err
}

// say reports progress.
func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.progress, "%s  %s\n", time.Now().Format(time.TimeOnly), fmt.Sprintf(format, args...))
}

// size is the size with which a figure is measured: the second one with --quick.
func (b *bench) size(whole, quick int) int {
	if b.quick {
		return quick
	}
	return whole
}
