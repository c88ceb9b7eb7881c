package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"time"

	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/report"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// resultsFile is where a whole run is kept until a page is made of it.
func (o options) resultsFile() string { return filepath.Join(o.results, "live.json") }

// keep saves what a whole run found, in the place of what was known of its stacks, and plays what the page draws.
func (o options) keep(ctx context.Context, r *runner.Runner, shown *terminal, stdout io.Writer) error {
	results, err := report.Load(o.resultsFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parts, err := o.parts(shown)
	if err != nil {
		return err
	}
	results.Take(parts, scenarios.Stacks())
	if o.stack == "" || o.stack == servers.Uvicorn {
		if results.Curves, err = curves(ctx, r, stdout); err != nil {
			return err
		}
	}
	return results.Save(o.resultsFile())
}

// parts tells by stack what a run has found.
func (o options) parts(shown *terminal) ([]report.Part, error) {
	var parts []report.Part
	for _, stack := range scenarios.Stacks() {
		if o.stack != "" && o.stack != stack {
			continue
		}
		part := report.Part{
			Stack: stack, Date: time.Now().Format(time.DateOnly), Machine: machine(),
			Seconds: time.Since(shown.began).Seconds(), Versions: map[string]map[string]string{},
		}
		for _, vintage := range servers.Vintages() {
			var err error
			if part.Versions[vintage], err = servers.Versions(stack, vintage); err != nil {
				return nil, err
			}
		}
		for _, v := range shown.settled {
			if v.Stack == stack {
				part.Rows = append(part.Rows, report.NewRow(v))
			}
		}
		parts = append(parts, part)
	}
	return parts, nil
}

func machine() string {
	return fmt.Sprintf("%d cores, %s/%s, %s", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
}

// curves plays every figure on both servers at every vintage.
func curves(ctx context.Context, r *runner.Runner, stdout io.Writer) ([]report.Curve, error) {
	var all []report.Curve
	for _, figure := range report.Figures() {
		for _, vintage := range servers.Vintages() {
			cfg := figure.Server
			cfg.Vintage = vintage
			for _, subject := range []servers.Subject{r.Oracle, r.Subject} {
				fmt.Fprintf(stdout, "[ figure] %s at %s, %s\n", figure.Name, vintage, subject.Name())
				curve := report.Curve{Figure: figure.Name, Vintage: vintage, Server: subject.Name()}
				scenario := scenarios.Scenario{Name: figure.Name, Play: func(s *scenarios.Stage) { curve.Y = figure.Play(s) }}
				if _, err := r.Perform(ctx, runner.Play{Scenario: scenario, Config: cfg}, subject); err != nil {
					return nil, err
				}
				all = append(all, curve)
			}
		}
	}
	return all, nil
}

// writePage makes the page of what the last whole run found.
func (o options) writePage(ctx context.Context, stdout io.Writer) (int, error) {
	results, err := report.Load(o.resultsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return exitFailed, fmt.Errorf("%w (go run ./lab/cmd/lab --live, whole, makes it)", err)
	}
	if err == nil {
		results.Variants, err = report.LoadVariants(o.variantsFile())
	}
	if err == nil {
		err = report.Write(o.docs, results)
	}
	if err != nil {
		return exitFailed, err
	}
	if code, err := o.writeMeasures(ctx, stdout); err != nil {
		return code, err
	}
	fmt.Fprintf(stdout, "%s is made of the last whole runs of %d stacks\n", filepath.Join(o.docs, "fidelity.md"), len(results.Parts))
	return exitGood, nil
}

// writeMeasures tells the program how much was recorded of each stack.
func (o options) writeMeasures(_ context.Context, _ io.Writer) (int, error) {
	for _, stack := range scenarios.Stacks() {
		if o.stack != "" && o.stack != stack {
			continue
		}
		if err := (recordings.Store{Dir: o.recordings}).WriteMeasure(stack, o.measured); err != nil {
			return exitFailed, err
		}
	}
	return exitGood, nil
}
