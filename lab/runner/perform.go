package runner

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/lab/venue"
)

// How long a server may take to come up, and a scenario including its server in total.
const (
	startTime    = 30 * time.Second
	scenarioTime = 90 * time.Second
)

func timeFor(s scenarios.Scenario) time.Duration { return max(s.Most, scenarioTime) }

// Perform starts the subject, plays the scenario once, and ends the subject.
func (r *Runner) Perform(ctx context.Context, play Play, subject servers.Subject) ([]facts.Fact, error) {
	how := r.performLive
	if r.Offline && play.Scenario.Simulable() {
		how = performSimulated
	}
	found, err := how(ctx, play.Scenario, play.Config, subject)
	if err = errors.Join(err, duplicates(found)); err != nil {
		return nil, fmt.Errorf("%s of %s: %w", subject.Name(), play.Scenario.Name, err)
	}
	return found, nil
}

// performSimulated plays in simulated time, with the settings of the subject's command line.
func performSimulated(_ context.Context, scenario scenarios.Scenario, cfg servers.Config, subject servers.Subject) (found []facts.Fact, err error) {
	var failed error
	err = venue.Play(subject.Command(cfg, venue.SimulatedPort).Args[1:], timeFor(scenario), func(place *venue.Simulated) {
		found, failed = play(scenario, place)
	})
	return found, errors.Join(err, failed)
}

// performLive starts the subject as a process, plays, and ends it.
func (r *Runner) performLive(ctx context.Context, scenario scenarios.Scenario, cfg servers.Config, subject servers.Subject) ([]facts.Fact, error) {
	ctx, cancel := context.WithTimeout(ctx, timeFor(scenario))
	defer cancel()
	port, err := r.ports.next()
	if err != nil {
		return nil, err
	}
	if scenario.Starting {
		release, err := scenarios.Occupy(ctx, port)
		if err != nil {
			return nil, err
		}
		defer release() //nolint:errcheck // the listener was not used
	}
	process, err := r.start(ctx, scenario, cfg, subject.Command(cfg, port))
	if err != nil {
		return nil, err
	}
	if w, watched := subject.(Watched); watched {
		defer w.watch(ctx, port)()
	}
	found, err := play(scenario, venue.NewReal(ctx, process, port))
	return found, errors.Join(err, process.Kill())
}

// play plays the scenario on a running server.
func play(scenario scenarios.Scenario, place scenarios.Venue) ([]facts.Fact, error) {
	stage := scenarios.NewStage(place)
	scenario.Play(stage)
	stage.Close()
	return stage.Found()
}

// start starts a server, only a few at a time: starting uses a whole core.
func (r *Runner) start(ctx context.Context, scenario scenarios.Scenario, cfg servers.Config, command driver.Command) (*driver.Process, error) {
	select {
	case r.starting <- struct{}{}:
		defer func() { <-r.starting }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	process, err := driver.Start(ctx, command)
	if err != nil || scenario.Starting {
		return process, err
	}
	if process.AwaitLines(startTime, func(lines []driver.Line) bool { return servers.Up(cfg, lines) }) {
		time.Sleep(30 * time.Millisecond) // with workers, the line comes just before the socket is used
		return process, nil
	}
	said := text(process.Lines())
	return nil, errors.Join(fmt.Errorf("the server did not come up; its output:\n%s", said), process.Kill())
}

func text(lines []driver.Line) string {
	var all strings.Builder
	for _, line := range lines[max(0, len(lines)-20):] {
		fmt.Fprintf(&all, "    %s: %s\n", line.Output, line.Text)
	}
	return all.String()
}

func duplicates(found []facts.Fact) error {
	seen := map[string]bool{}
	for _, f := range found {
		if seen[f.Name] {
			return fmt.Errorf("two facts have the name %q", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}
