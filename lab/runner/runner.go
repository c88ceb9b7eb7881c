package runner

import (
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// maxRepeats is how often a scenario that disagrees is played again.
const maxRepeats = 3

// Play is one scenario at one vintage, with its configuration.
type Play struct {
	Scenario scenarios.Scenario
	Config   servers.Config
}

// Quiet reports whether the scenario must be played with nothing else running.
func (p Play) Quiet() bool { return p.Scenario.Alone }

// Runner plays scenarios. Oracle is the real server; if Recorded is set, its recordings are used
// instead.
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

// Prepare must be called once before the first run.
func (r *Runner) Prepare() {
	r.ports = newPorts(os.Getpid() * 7)
	r.starting = make(chan struct{}, 2)
	r.slots = make(chan struct{}, max(1, r.Jobs))
}

// Each calls work for every play, jobs at a time; those that need quiet come last, one at a time.
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

// turn is one performance to be played, and the sample for its facts.
type turn struct {
	who  servers.Subject
	into *facts.Sample
}

// Comparison is one scenario being compared: what was found so far, and the verdict.
type Comparison struct {
	Verdict Verdict

	play            Play
	offline         bool
	lost            bool // nothing to compare with
	oracle, subject facts.Sample
}

// Compare plays one scenario on oracle and subject, and judges the result. The oracle plays twice, to
// be compared with itself.
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

// Repeat plays a scenario again that has not settled, up to three times, until it has.
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

// Settled reports whether there is nothing to repeat. A fact that is unstable in a recording stays so.
func (c *Comparison) Settled() bool {
	return c.lost || c.Verdict.Err == nil && c.Verdict.Count(Differs) == 0 && (c.offline || c.Verdict.Count(Unstable) == 0)
}

// Quiet reports whether the scenario must be played with nothing else running.
func (c *Comparison) Quiet() bool { return c.play.Scenario.Alone }

func (r *Runner) advance(ctx context.Context, c *Comparison, turns ...turn) {
	began := time.Now()
	c.Verdict.Err = r.play(ctx, c.play, turns)
	c.Verdict.Findings = compare(c.oracle, c.subject)
	c.Verdict.Took += time.Since(began)
}

// Start starts a server with a configuration, and returns it with its port. The caller kills it.
func (r *Runner) Start(ctx context.Context, cfg servers.Config, subject servers.Subject) (*driver.Process, int, error) {
	port, err := r.ports.next()
	if err != nil {
		return nil, 0, err
	}
	process, err := r.start(ctx, scenarios.Scenario{}, cfg, subject.Command(cfg, port))
	return process, port, err
}

// FreePort returns a free loopback port, for a server that is not a stack.
func (r *Runner) FreePort() (int, error) { return r.ports.next() }

// Record plays one scenario several times on the oracle, and returns the sample.
func (r *Runner) Record(ctx context.Context, play Play, times int) (facts.Sample, error) {
	var oracle facts.Sample
	turns := make([]turn, times)
	for i := range turns {
		turns[i] = turn{r.Oracle, &oracle}
	}
	err := r.play(ctx, play, turns)
	return oracle, err
}

// play plays every turn, in parallel if the scenario allows it. If one fails, the results of the others
// are kept.
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
