package attack

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/target-server/target-server/stacks"
)

// Target is a stack at a vintage.
type Target struct{ Stack, Vintage string }

// Targets lists the targets with a name and a vintage; "" means any.
func Targets(stack, vintage string) []Target {
	var all []Target
	for _, s := range stacks.All() {
		if v := s.Defaults.Values; (stack == "" || v.Stack == stack) && (vintage == "" || v.Vintage == vintage) {
			all = append(all, Target{v.Stack, v.Vintage})
		}
	}
	return all
}

// Runner plays rounds on all targets in turn.
type Runner struct {
	Binaries Binaries
	Seed     uint64
	Rounds   int           // rounds per target; 0 for as many as there is time for
	Time     time.Duration // total time; 0 for as long as Rounds take
	Parallel int           // rounds at a time
	Keep     []string      // the actors that take part; empty for all
	Shrink   bool          // look for the smallest set of actors that produces a finding
	Out      io.Writer

	mu      sync.Mutex
	results map[Target]*Result
	began   time.Time
}

// Result is the result for one target.
type Result struct {
	Target
	Tally
	Findings []Found
}

// Found is a finding with its round.
type Found struct {
	Finding
	Round  Round
	Actors int  // of the whole round
	Again  bool // it occurred again when the round was repeated, or does not need to
}

// again is how often a round is repeated if its finding depends on timing.
const again = 2

// Run plays until the time is up or all rounds are done. It is an error if a round could not be played.
func (u *Runner) Run(ctx context.Context, targets []Target) ([]Result, error) {
	u.results, u.began = map[Target]*Result{}, time.Now()
	for _, t := range targets {
		u.results[t] = &Result{Target: t}
	}
	turns := make(chan turn)
	var all sync.WaitGroup
	failed := make(chan error, u.Parallel)
	for range u.Parallel {
		all.Go(func() {
			for t := range turns {
				if err := u.turn(ctx, t); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	err := u.deal(ctx, targets, turns, failed)
	close(turns)
	all.Wait()
	var results []Result
	for _, t := range targets {
		results = append(results, *u.results[t])
	}
	return results, err
}

// turn is one round to play.
type turn struct {
	target Target
	round  int
}

// deal hands out turns until there are no more.
func (u *Runner) deal(ctx context.Context, targets []Target, turns chan<- turn, failed <-chan error) error {
	var end <-chan time.Time
	if u.Time > 0 {
		end = time.After(u.Time)
	}
	tell := time.NewTicker(5 * time.Second)
	defer tell.Stop()
	for round := 0; u.Rounds == 0 || round < u.Rounds; round++ {
		for _, t := range targets {
			for sent := false; !sent; {
				select {
				case turns <- turn{t, round}:
					sent = true
				case <-tell.C:
					u.progress()
				case err := <-failed:
					return err
				case <-end:
					return nil
				case <-ctx.Done():
					return ctx.Err()
				}
			}
		}
	}
	return nil
}

// turn plays a round, and repeats it if a finding depends on timing.
func (u *Runner) turn(ctx context.Context, t turn) error {
	r, err := NewRound(RoundSeed(u.Seed, t.round), t.target.Stack, t.target.Vintage)
	if err != nil {
		return err
	}
	whole := len(r.Actors)
	if len(u.Keep) > 0 {
		r = r.Keep(u.Keep)
	}
	o := r.Play(ctx, u.Binaries)
	if o.Broken != nil && ctx.Err() == nil {
		return fmt.Errorf("%s\n%w", r.Replay(whole), o.Broken)
	}
	var found []Found
	for _, f := range o.Findings {
		found = append(found, Found{Finding: f, Round: r, Actors: whole, Again: f.Check.sure()})
	}
	u.repeat(ctx, found)
	u.shrink(ctx, found)
	u.mu.Lock()
	defer u.mu.Unlock()
	result := u.results[t.target]
	result.Add(o.Tally)
	result.Findings = append(result.Findings, found...)
	for _, f := range found {
		fmt.Fprintf(u.Out, "\n%s", f)
	}
	return nil
}

// repeat plays a round again for those findings that do not count at once.
func (u *Runner) repeat(ctx context.Context, found []Found) {
	unsure := func(f Found) bool { return !f.Again }
	for range again {
		if !slices.ContainsFunc(found, unsure) || ctx.Err() != nil {
			return
		}
		o := found[0].Round.Play(ctx, u.Binaries)
		for i := range found {
			found[i].Again = found[i].Again || slices.ContainsFunc(o.Findings, func(f Finding) bool { return f.Check == found[i].Check })
		}
	}
}

// String describes the finding, with the command that repeats it.
func (f Found) String() string {
	word := "FOUND"
	if !f.Again {
		word = "SEEN ONCE, not when repeated"
	}
	return fmt.Sprintf("%s: %s, %s at %s, flags %q\n  %s\n  %s\n", word, f.Check, f.Round.Stack, f.Round.Vintage, f.Round.Flags, f.Detail, f.Round.Replay(f.Actors))
}

// progress is a line that shows the progress.
func (u *Runner) progress() {
	u.mu.Lock()
	defer u.mu.Unlock()
	sum, found := total(u.results)
	fmt.Fprintf(u.Out, "%4.0f s: %d rounds, %d conversations, %d connections, %d requests, %d findings\n",
		time.Since(u.began).Seconds(), sum.Rounds, sum.Conversations, sum.Connections, sum.Requests, found)
}

func total(results map[Target]*Result) (sum Tally, found int) {
	for _, r := range results {
		sum.Add(r.Tally)
		found += len(r.counted())
	}
	return sum, found
}

// counted are the findings that count.
func (r Result) counted() []Found {
	return slices.DeleteFunc(slices.Clone(r.Findings), func(f Found) bool { return !f.Again })
}
