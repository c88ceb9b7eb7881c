package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// The exit statuses: 1 for a difference or a failure, 2 for a wrong command line.
const (
	exitGood   = 0
	exitFailed = 1
	exitUsage  = 2
)

// run does what the command line says and returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return exitGood
	}
	if err != nil {
		return exitUsage
	}
	if o.list {
		o.tell(stdout)
		return exitGood
	}
	perform := o.perform
	switch {
	case o.report:
		perform = o.writePages
	case o.measure:
		perform = o.writeMeasures
	case o.variants:
		perform = o.catchVariants
	}
	code, err := perform(ctx, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "lab:", err)
	}
	return code
}

func (o options) tell(stdout io.Writer) {
	for _, s := range o.chosenScenarios() {
		mark := "    "
		if s.Core {
			mark = "core"
		}
		fmt.Fprintf(stdout, "%-38s %s  %s\n", s.Name, mark, s.About)
	}
}

func (o options) perform(ctx context.Context, stdout io.Writer) (int, error) {
	r, cleanup, err := o.prepare(ctx, stdout)
	if err != nil {
		return exitFailed, err
	}
	defer cleanup()
	switch {
	case o.install:
		return exitGood, nil
	case o.check:
		return o.checkAll(ctx, r, stdout)
	case o.probe:
		return o.probeAll(ctx, r, stdout)
	case o.pace:
		return o.measurePace(ctx, r, stdout)
	case o.computing:
		return o.checkComputing(ctx, r, stdout)
	case o.comparePace:
		return o.checkPace(ctx, r, stdout)
	case o.sequences.chosen():
		return o.playSequences(ctx, r, stdout)
	case o.article:
		return o.playArticle(ctx, r, stdout)
	case o.record:
		return o.recordAll(ctx, r, stdout)
	default:
		return o.compareAll(ctx, r, stdout)
	}
}

// prepare provides what the chosen mode needs: the environments of the real servers, and a binary of target-server.
func (o options) prepare(ctx context.Context, stdout io.Writer) (*runner.Runner, func(), error) {
	r := &runner.Runner{Offline: o.replay, Jobs: o.jobs, Recorded: recordings.Store{Dir: o.recordings}}
	cleanup := func() {}
	if !o.replay {
		dir, err := o.environments(ctx, stdout)
		if err != nil {
			return nil, cleanup, err
		}
		r.Oracle = servers.Real{Dir: dir}
	}
	r.Subject = r.Oracle
	if o.live || o.replay || o.probe || o.article || o.pace || o.comparePace || o.computing || o.sequences.chosen() && !o.record {
		binary, remove, err := o.build(ctx)
		if err != nil {
			return nil, cleanup, err
		}
		r.Subject, cleanup = servers.Ours{Binary: binary}, remove
	}
	if o.watched {
		w := runner.NewWatched(r.Subject)
		remove := cleanup
		r.Subject, cleanup = w, func() {
			fmt.Fprintln(stdout, w)
			remove()
		}
	}
	r.Prepare()
	return r, cleanup, nil
}

func (o options) environments(ctx context.Context, stdout io.Writer) (string, error) {
	dir := o.env
	for _, stack := range o.needed() {
		for _, vintage := range servers.Vintages() {
			if o.vintage != "" && o.vintage != vintage {
				continue
			}
			var err error
			if dir, err = servers.Ensure(ctx, o.env, stack, vintage, stdout); err != nil {
				return "", err
			}
		}
	}
	return dir, nil
}

// needed lists the stacks whose real servers will be started.
func (o options) needed() []string {
	played := map[string]bool{}
	for _, s := range o.chosenScenarios() {
		played[s.Server.Stack] = true
	}
	every := o.install || o.check || o.probe || o.article || o.pace || o.comparePace || o.computing || o.sequences.chosen()
	return slices.DeleteFunc(servers.Stacks(), func(stack string) bool {
		return o.stack != "" && o.stack != stack || !every && !played[stack]
	})
}

// build returns the path of a binary of target-server, and a function that removes what was built.
func (o options) build(ctx context.Context) (string, func(), error) {
	if o.binary != "" {
		path, err := filepath.Abs(o.binary)
		return path, func() {}, err
	}
	return servers.BuildTarget(ctx)
}

// compareAll plays everything that was chosen. A run that leaves nothing out of a stack is kept for its page: such runs are
// played stack by stack, and each is kept as soon as it is done, so that an interrupted run can go on from there.
func (o options) compareAll(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	if !o.live || !o.whole() {
		return o.compare(ctx, r, newTerminal(stdout, len(o.plays()))), nil
	}
	began, code := time.Now(), exitGood
	all := scenarios.Stacks()
	for i, stack := range all {
		if o.stack != "" && o.stack != stack {
			continue
		}
		one := o
		one.stack = stack
		shown := newTerminal(stdout, len(one.plays()))
		fmt.Fprintf(stdout, "stack %d of %d: %s\n", i+1, len(all), stack)
		code = max(code, one.compare(ctx, r, shown))
		if ctx.Err() != nil {
			return exitFailed, ctx.Err()
		}
		if err := one.keep(ctx, r, stack, shown, stdout); err != nil {
			return exitFailed, err
		}
	}
	fmt.Fprintf(stdout, "\nall in %s, kept in %s\n", time.Since(began).Round(time.Second), o.resultsFile())
	return code, nil
}

// compare plays everything once, several at a time, and then repeats what has not settled, with little else running.
func (o options) compare(ctx context.Context, r *runner.Runner, shown *terminal) int {
	var mu sync.Mutex
	var unsettled []*runner.Comparison
	runner.Each(ctx, o.scenarioJobs(), o.plays(), runner.Play.Quiet, func(ctx context.Context, play runner.Play) {
		c := r.Compare(ctx, play)
		mu.Lock()
		defer mu.Unlock()
		again := !c.Settled() && !o.once
		shown.played(c.Verdict, again)
		if again {
			unsettled = append(unsettled, c)
		}
	})
	runner.Each(ctx, 2, unsettled, (*runner.Comparison).Quiet, func(ctx context.Context, c *runner.Comparison) {
		r.Repeat(ctx, c)
		mu.Lock()
		defer mu.Unlock()
		shown.repeated(c.Verdict)
	})
	return shown.close(ctx.Err())
}

// scenarioJobs is how many scenarios are played at a time: each has up to three servers.
func (o options) scenarioJobs() int { return o.jobs/3 + 1 }

func (o options) recordAll(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	plays := o.plays()
	var mu sync.Mutex
	var failed error
	done := 0
	runner.Each(ctx, o.scenarioJobs(), plays, runner.Play.Quiet, func(ctx context.Context, play runner.Play) {
		unstable, err := o.recordOne(ctx, r, play)
		mu.Lock()
		defer mu.Unlock()
		done++
		failed = errors.Join(failed, err)
		fmt.Fprintf(stdout, "[%3d/%d] %-40s %-8s %d unstable\n", done, len(plays), play.Scenario.Name, play.Config.Vintage, unstable)
	})
	if failed = errors.Join(failed, ctx.Err()); failed != nil {
		return exitFailed, failed
	}
	return o.writeMeasures(ctx, stdout)
}

// recordOne plays a scenario until it is stable, or has been played twice as often as asked, and saves the recording. It
// returns the number of facts that are not stable.
func (o options) recordOne(ctx context.Context, r *runner.Runner, play runner.Play) (int, error) {
	var sample facts.Sample
	for range 2 {
		more, err := r.Record(ctx, play, o.times)
		if err != nil {
			return 0, err
		}
		sample.Runs = append(sample.Runs, more.Runs...)
		if _, unstable := split(sample); len(unstable) == 0 {
			break
		}
	}
	versions, err := servers.Versions(play.Config.Stack, play.Config.Vintage)
	if err != nil {
		return 0, err
	}
	recording := recordings.Recording{
		Scenario: play.Scenario.Name, About: play.Scenario.About, Stack: play.Config.Name(), Vintage: play.Config.Vintage,
		Recorded: time.Now().Format(time.DateOnly), Versions: versions,
	}
	recording.Facts, recording.Unstable = split(sample)
	return len(recording.Unstable), r.Recorded.Save(recording)
}

// split separates the facts on which the runs agree from the names of those on which they do not.
func split(sample facts.Sample) (stable []facts.Fact, unstable []string) {
	for _, name := range sample.Names() {
		if f, ok := sample.Stable(name); ok {
			stable = append(stable, f)
		} else {
			unstable = append(unstable, name)
		}
	}
	return stable, unstable
}
