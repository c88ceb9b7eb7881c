package sequences

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/runner"
)

// How long one attempt to connect may take, how many there are, and how long a server that refuses may take to end.
const (
	dialTime  = 5 * time.Second
	dialTries = 4
	endTime   = 10 * time.Second
)

// repeats is how often what differs is played again.
const repeats = 2

// Servers is one or two servers that play sequences: the real one and, if Ours is not nil, target-server.
type Servers struct {
	Real, Ours Start
	// Serial: each is sent one connection at a time, so there are several of each.
	Serial bool
	// AtOnce is how many conversations there are at a time with each kind of server.
	AtOnce int
	// Progress is called after each play, with how many there are and how many of these differ.
	Progress func(played, all, differ int)
}

// Comparison is what came of it.
type Comparison struct {
	Results []Result
	Ends    map[string]int // servers that ended, by how
}

// newComparison is one in which nothing has been played.
func newComparison(all []Sequence) (c Comparison, everything []*Result) {
	c = Comparison{Results: make([]Result, len(all)), Ends: map[string]int{}}
	for i, s := range all {
		c.Results[i].Sequence = s
		everything = append(everything, &c.Results[i])
	}
	return c, everything
}

// Compare plays all sequences on both servers, and repeats what differs with fewer conversations at a time.
func (s Servers) Compare(ctx context.Context, all []Sequence) (Comparison, error) {
	c, everything := newComparison(all)
	err := s.play(ctx, everything, s.AtOnce, c.Ends)
	for range repeats {
		again := slices.DeleteFunc(slices.Clone(everything), func(r *Result) bool { return !r.played() || r.Verdict() != runner.Differs })
		if err == nil && len(again) > 0 {
			err = s.play(ctx, again, max(1, s.AtOnce/4), c.Ends)
		}
	}
	return c, err
}

// Record plays all sequences so many times on the real server.
func (s Servers) Record(ctx context.Context, all []Sequence, times int) ([]Result, error) {
	c, everything := newComparison(all)
	var err error
	for range times {
		if err == nil {
			err = s.play(ctx, everything, s.AtOnce, c.Ends)
		}
	}
	return c.Results, err
}

// party is a real server and, perhaps, one of ours, each with some conversations at a time.
type party struct {
	real, ours *house
}

// play plays each once, so many at a time.
func (s Servers) play(ctx context.Context, all []*Result, atOnce int, ends map[string]int) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	parties, each := 1, atOnce
	if s.Serial {
		parties, each = min(atOnce, len(all)), 1
	}
	count := &tally{all: len(all), tell: s.Progress, stop: cancel, ends: ends}
	queue := make(chan *Result)
	var group sync.WaitGroup
	for range parties {
		group.Go(func() {
			p := party{real: &house{start: s.Real}}
			if s.Ours != nil {
				p.ours = &house{start: s.Ours}
			}
			var inside sync.WaitGroup
			for range each {
				inside.Go(func() {
					for r := range queue {
						count.add(r, p.play(ctx, r))
					}
				})
			}
			inside.Wait()
			count.close(p)
		})
	}
	for _, r := range all {
		if ctx.Err() != nil {
			break
		}
		queue <- r
	}
	close(queue)
	group.Wait()
	return errors.Join(count.failed, ctx.Err())
}

// play plays a sequence on both servers at the same time.
func (p party) play(ctx context.Context, r *Result) error {
	var group sync.WaitGroup
	var theirs, ours Outcome
	var failed, oursFailed error
	group.Go(func() { theirs, failed = p.real.converse(ctx, r.Pieces) })
	if p.ours != nil {
		group.Go(func() { ours, oursFailed = p.ours.converse(ctx, r.Pieces) })
	}
	group.Wait()
	if err := errors.Join(failed, oursFailed); err != nil {
		return err
	}
	r.Real = append(r.Real, theirs)
	if p.ours != nil {
		r.Ours = append(r.Ours, ours)
	}
	return nil
}

// tally counts plays.
type tally struct {
	mu                  sync.Mutex
	played, all, differ int
	tell                func(played, all, differ int)
	stop                func() // ends everything after a failure
	failed              error
	ends                map[string]int
}

func (t *tally) add(r *Result, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		if t.failed == nil { // the others fail because they are stopped
			t.failed = err
		}
		t.stop()
		return
	}
	if len(r.Ours) > 0 && r.Verdict() != runner.Agrees {
		t.differ++
	}
	t.played++
	t.tell(t.played, t.all, t.differ)
}

// close ends the servers of a party, and counts those that had ended before.
func (t *tally) close(p party) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.failed = errors.Join(t.failed, p.real.close())
	for _, end := range p.real.ends {
		t.ends["the real server: "+end]++
	}
	if p.ours == nil {
		return
	}
	t.failed = errors.Join(t.failed, p.ours.close())
	for _, end := range p.ours.ends {
		t.ends["target-server: "+end]++
	}
}
