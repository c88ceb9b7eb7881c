package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/target-server/target-server/internal/machine"
	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/report"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/stacks"
)

// resultsFile is where the last whole run of each stack is kept until pages are written from it.
func (o options) resultsFile() string { return filepath.Join(o.results, "live.json") }

// keep saves what a whole run of a stack found, in place of what was known of it, and plays what its page draws.
func (o options) keep(ctx context.Context, r *runner.Runner, stack string, shown *terminal, stdout io.Writer) error {
	results, err := report.Load(o.resultsFile())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	part, err := newPart(stack, shown)
	if err != nil {
		return err
	}
	results.Take([]report.Part{part}, scenarios.Stacks())
	drawn, err := curves(ctx, r, stack, stdout)
	if err != nil {
		return err
	}
	results.TakeCurves(drawn)
	return results.Save(o.resultsFile())
}

// newPart is what a run found of a stack.
func newPart(stack string, shown *terminal) (report.Part, error) {
	part := report.Part{
		Stack: stack, Date: time.Now().Format(time.DateOnly), Machine: machine.Here().String(),
		Seconds: time.Since(shown.began).Seconds(), Servers: map[string]string{}, Versions: map[string]map[string]string{},
	}
	for _, row := range stacks.Defaults() {
		if row.Values.Stack == stack {
			part.Servers[row.Values.Vintage] = row.Summary
		}
	}
	for _, vintage := range servers.Vintages() {
		var err error
		if part.Versions[vintage], err = servers.Versions(stack, vintage); err != nil {
			return part, err
		}
	}
	for _, v := range shown.settled {
		if v.Stack == stack {
			part.Rows = append(part.Rows, report.NewRow(v))
		}
	}
	return part, nil
}

// curves plays every figure of a stack on both servers at every vintage.
func curves(ctx context.Context, r *runner.Runner, stack string, stdout io.Writer) ([]report.Curve, error) {
	var all []report.Curve
	for _, figure := range report.Figures() {
		if figure.Server.Name() != stack {
			continue
		}
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

// writePages writes the pages from what the last whole runs found.
func (o options) writePages(_ context.Context, stdout io.Writer) (int, error) {
	results, err := report.Load(o.resultsFile())
	if errors.Is(err, fs.ErrNotExist) {
		return exitFailed, fmt.Errorf("%w (a whole go run ./lab/cmd/lab --live writes it)", err)
	}
	if err == nil {
		err = complete(results)
	}
	if err == nil {
		results.Variants, err = report.LoadVariants(o.variantsFile())
	}
	if errors.Is(err, fs.ErrNotExist) {
		return exitFailed, fmt.Errorf("%w (go run ./lab/cmd/lab --variants writes it)", err)
	}
	if err == nil {
		err = report.Write(o.docs, results)
	}
	if err == nil {
		err = o.saveMeasures(results.Live())
	}
	if err != nil {
		return exitFailed, err
	}
	fmt.Fprintf(stdout, "%s and a page for each of %d stacks are written\n", filepath.Join(o.docs, "fidelity.md"), len(results.Parts))
	return exitGood, nil
}

// complete fails if a stack was never played whole: pages written without it would lose what is known of it.
func complete(results report.Results) error {
	var absent []string
	for _, stack := range scenarios.Stacks() {
		if !slices.ContainsFunc(results.Parts, func(p report.Part) bool { return p.Stack == stack }) {
			absent = append(absent, stack)
		}
	}
	if len(absent) == 0 {
		return nil
	}
	return fmt.Errorf("there are no results of %s (go run ./lab/cmd/lab --live --stack %s)", strings.Join(absent, ", "), absent[0])
}

// writeMeasures writes how much was recorded of each stack, for target-server stacks NAME.
func (o options) writeMeasures(context.Context, io.Writer) (int, error) {
	if err := o.saveMeasures(nil); err != nil {
		return exitFailed, err
	}
	return exitGood, nil
}

// saveMeasures writes what was recorded of each stack, and what was found side by side; of a stack that live does not have, that
// stays as it was.
func (o options) saveMeasures(live map[string]map[string]*stacks.Live) error {
	for _, stack := range scenarios.Stacks() {
		if o.stack != "" && o.stack != stack {
			continue
		}
		if err := (recordings.Store{Dir: o.recordings}).WriteMeasure(stack, o.measured, live[stack]); err != nil {
			return err
		}
	}
	return nil
}
