package article

import (
	"context"
	"slices"
	"strings"
	"sync"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// Row is the result of an experiment.
type Row struct {
	Experiment Experiment
	Command    string // of target-server
	Repeats    int    // how often it was played again because the two did not show the same
	Real, Ours Shown
}

// Shown is what one server showed.
type Shown struct {
	Facts []facts.Fact
	Err   error // why it could not be played
}

// maxRepeats is how often a row that differs is played again: on a busy machine, two clients may arrive
// in the other order.
const maxRepeats = 2

// Run plays an experiment at a vintage on both servers of a runner at the same time, and again if they
// do not show the same.
func Run(ctx context.Context, r *runner.Runner, e Experiment, vintage string) Row {
	row := play(ctx, r, e, vintage)
	for repeats := 1; repeats <= maxRepeats && !row.Same() && e.OnPurpose == "" && ctx.Err() == nil; repeats++ {
		row = play(ctx, r, e, vintage)
		row.Repeats = repeats
	}
	return row
}

func play(ctx context.Context, r *runner.Runner, e Experiment, vintage string) Row {
	e.Server.Vintage = vintage
	ours := flagged{r.Subject, e.Ours}
	row := Row{Experiment: e, Command: e.command(vintage)}
	var group sync.WaitGroup
	for _, side := range []struct {
		who  servers.Subject
		into *Shown
	}{{r.Oracle, &row.Real}, {ours, &row.Ours}} {
		group.Go(func() {
			play := runner.Play{Scenario: scenarios.Scenario{Name: e.Name, Play: e.Play}, Config: e.Server}
			side.into.Facts, side.into.Err = r.Perform(ctx, play, side.who)
		})
	}
	group.Wait()
	return row
}

// flagged is a server with additional flags.
type flagged struct {
	servers.Subject
	more []string
}

func (f flagged) Command(cfg servers.Config, port int) driver.Command {
	command := f.Subject.Command(cfg, port)
	command.Args = append(command.Args, f.more...)
	return command
}

// usual are flags that only state the defaults.
var usual = []string{"--vintage 2023-03", "--stack uvicorn", "--workers 1"}

// command is the command line of target-server for an experiment, without the usual flags and the
// address.
func (e Experiment) command(vintage string) string {
	e.Server.Vintage = vintage
	args := flagged{servers.Ours{Binary: "target-server"}, e.Ours}.Command(e.Server, 0).Args
	words := []string{args[0]}
	for pair := range slices.Chunk(args[1:], 2) { // a flag and its value
		if strings.Contains(pair[1], " ") {
			pair[1] = "'" + pair[1] + "'"
		}
		if word := strings.Join(pair, " "); pair[0] != "--addr" && !slices.Contains(usual, word) {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// Same reports whether both servers were played and showed the same.
func (r Row) Same() bool {
	if r.Real.Err != nil || r.Ours.Err != nil {
		return false
	}
	return slices.EqualFunc(r.Real.Facts, r.Ours.Facts, facts.Fact.Agree)
}
