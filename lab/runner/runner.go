package runner

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// maxRepeats is how often what disagrees is played again.
const maxRepeats = 3

// Play is one scenario at one vintage, with the configuration that it is to have.
type Play struct {
	Scenario scenarios.Scenario
	Config   servers.Config
}

// Quiet reports whether the scenario must be played with nothing beside it.
func (p Play) Quiet() bool { return p.Scenario.Alone }

// Runner plays scenarios. Oracle is the real server; with Recorded set, its recordings stand in for it.
type Runner struct {
	Oracle   servers.Subject
	Subject  servers.Subject
	Recorded recordings.Store
	Offline  bool
	Jobs     int // how many servers run at a time

	ports    *ports
	starting chan struct{}
	slots    chan struct{}
}

// Prepare makes the runner ready; it must be called once before the first run.
func (r *Runner) Prepare() {
	r.ports = newPorts(os.Getpid() * 7)
	r.starting = make(chan struct{}, 2)
	r.slots = make(chan struct{}, max(1, r.Jobs))
}

// Each calls work for every play, jobs at a time; those that need quiet come last and one at a time.
func Each[T any](ctx context.Context, jobs int, plays []T, quiet func(T) bool, work func(context.Context, T)) {
	var group sync.WaitGroup
	tokens := make(chan struct{}, max(1, jobs))
	for _, play := range plays {
		if quiet(play) || ctx.Err() != nil {
			continue
		}
		tokens <- struct{}{}
		group.Go(func() {
			defer func() { <-tokens }()
			work(ctx, play)
		})
	}
	group.Wait()
	for _, play := range plays {
		if quiet(play) && ctx.Err() == nil {
			work(ctx, play)
		}
	}
}

// turn is one performance to be given, and the sample that its facts go to.
type turn struct {
	who  servers.Subject
	into *facts.Sample
}

// Comparison is one scenario under comparison: what was found so far, and the verdict on it.
type Comparison struct {
	Verdict Verdict

	play            Play
	offline         bool
	lost            bool // there is nothing to compare with
	oracle, subject facts.Sample
}

// Compare plays one scenario on oracle and subject, and judges. The oracle plays twice, to be held against itself.
func (r *Runner) Compare(ctx context.Context, play Play) *Comparison {
	c := &Comparison{play: play, offline: r.Offline, Verdict: Verdict{Scenario: play.Scenario.Name, Stack: play.Config.Name(), Vintage: play.Config.Vintage}}
	if !r.Offline {
		r.advance(ctx, c, turn{r.Oracle, &c.oracle}, turn{r.Oracle, &c.oracle}, turn{r.Subject, &c.subject})
		c.Verdict.first()
		return c
	}
	recording, err := r.Recorded.Load(play.Config.Name(), play.Config.Vintage, play.Scenario.Name)
	if err != nil {
		c.Verdict.Err, c.lost = err, true
		return c
	}
	c.oracle = recording.Sample()
	r.advance(ctx, c, turn{r.Subject, &c.subject})
	return c
}

// Repeat plays a scenario that has not settled again, up to three times, until it has.
func (r *Runner) Repeat(ctx context.Context, c *Comparison) {
	for !c.Settled() && c.Verdict.Repeats < maxRepeats && ctx.Err() == nil {
		c.Verdict.Repeats++
		if r.Offline {
			r.advance(ctx, c, turn{r.Subject, &c.subject})
		} else {
			r.advance(ctx, c, turn{r.Oracle, &c.oracle}, turn{r.Subject, &c.subject})
		}
	}
}

// Settled reports whether there is nothing to repeat. What is unstable in a recording stays so.
func (c *Comparison) Settled() bool {
	return c.lost || c.Verdict.Err == nil && c.Verdict.Count(Differs) == 0 && (c.offline || c.Verdict.Count(Unstable) == 0)
}

// Quiet reports whether the scenario must be played with nothing beside it.
func (c *Comparison) Quiet() bool { return c.play.Scenario.Alone }

func (r *Runner) advance(ctx context.Context, c *Comparison, turns ...turn) {
	began := time.Now()
	c.Verdict.Err = r.play(ctx, c.play, turns)
	c.Verdict.Findings = compare(c.oracle, c.subject)
	c.Verdict.Took += time.Since(began)
}

// FreePort gives a port of the loopback address for a server that is no stack.
func (r *Runner) FreePort(ctx context.Context) (int, error) { return r.ports.next(ctx) }

// Record plays one scenario several times on the oracle and gives the sample.
func (r *Runner) Record(ctx context.Context, play Play, times int) (facts.Sample, error) {
	var oracle facts.Sample
	turns := make([]turn, times)
	for i := range turns {
		turns[i] = turn{r.Oracle, &oracle}
	}
	err := r.play(ctx, play, turns)
	return oracle, err
}

// play gives every turn, at the same time where the scenario bears it. What could be played is kept when something fails.
func (r *Runner) play(ctx context.Context, play Play, turns []turn) error {
	results := make([][]facts.Fact, len(turns))
	errs := make([]error, len(turns))
	var group sync.WaitGroup
	for i, t := range turns {
		work := func() {
			r.slots <- struct{}{}
			defer func() { <-r.slots }()
			results[i], errs[i] = r.Perform(ctx, play, t.who)
		}
		if play.Scenario.Alone {
			work()
		} else {
			group.Go(work)
		}
	}
	group.Wait()
	for i, t := range turns {
		if errs[i] == nil {
			t.into.Runs = append(t.into.Runs, results[i])
		}
	}
	return errors.Join(errs...)
}
