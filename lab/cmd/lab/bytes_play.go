package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/target-server/target-server/lab/boundaries"
	"github.com/target-server/target-server/lab/driver"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/sequences"
	"github.com/target-server/target-server/lab/servers"
)

// sequencePlay is the sequences on one server at one vintage.
type sequencePlay struct {
	boundaries.Server
	all []sequences.Sequence
}

func (p sequencePlay) String() string { return p.Name + " " + p.Config.Vintage }

// sequencePlays lists the chosen servers at the chosen vintages.
func (o options) sequencePlays(all []sequences.Sequence) []sequencePlay {
	var plays []sequencePlay
	for _, server := range boundaries.Servers() {
		if o.stack != "" && o.stack != server.Config.Stack || o.http != "" && server.Config.HTTP != "" {
			continue
		}
		for _, vintage := range servers.Vintages() {
			if o.vintage == "" || o.vintage == vintage {
				one := server
				one.Config = o.configure(server.Config, vintage)
				plays = append(plays, sequencePlay{one, all})
			}
		}
	}
	return plays
}

// sequencesPlayed is what has been played, of several servers at a time.
type sequencesPlayed struct {
	options
	stdout io.Writer
	known  []boundaries.Differs
	began  time.Time

	mu      sync.Mutex
	last    time.Time // when progress was reported
	failed  error
	differ  int // that are not known to differ
	differs []sequences.Sequence
}

// playSequences plays or records the sequences on every chosen server at every chosen vintage, some at a time.
func (o options) playSequences(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	all, err := o.sequences.load()
	if err != nil {
		return exitFailed, err
	}
	played := &sequencesPlayed{options: o, stdout: stdout, began: time.Now(), last: time.Now()}
	if o.sequences.generated > 0 && o.sequences.seed == boundaries.Seed && !o.record {
		if played.known, err = boundaries.Known(o.sequences.recorded); err != nil {
			return exitFailed, err
		}
	}
	runner.Each(ctx, o.scenarioJobs(), o.sequencePlays(all), func(sequencePlay) bool { return false }, func(ctx context.Context, p sequencePlay) {
		perform := played.compare
		if o.record {
			perform = played.take
		}
		if err := perform(ctx, r, p); err != nil {
			played.mu.Lock()
			defer played.mu.Unlock()
			played.failed = errors.Join(played.failed, fmt.Errorf("%v: %w", p, err))
		}
	})
	if err := errors.Join(played.failed, ctx.Err()); err != nil {
		return exitFailed, err
	}
	if o.sequences.keep != "" {
		err = sequences.Save(o.sequences.keep, played.differs)
	}
	fmt.Fprintf(stdout, "\nall in %s\n", time.Since(played.began).Round(time.Second))
	if played.differ > 0 || err != nil {
		return exitFailed, err
	}
	return exitGood, nil
}

// compare plays them on the real server and on target-server, and reports what differs.
func (s *sequencesPlayed) compare(ctx context.Context, r *runner.Runner, p sequencePlay) error {
	both := s.sequenceServers(r, p)
	both.Ours = startWith(r, p.Config, r.Subject)
	c, err := both.Compare(ctx, p.all)
	if err != nil {
		return err
	}
	isKnown := func(r sequences.Result) bool {
		return boundaries.Reason(s.known, p.Name, p.Config.Vintage, r.Name, true) != ""
	}
	var text bytes.Buffer
	c.Write(&text, fmt.Sprintf("%v, part %s", p, s.sequences.part), isKnown)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range c.Of(runner.Differs) {
		s.differs = append(s.differs, one.Sequence)
		if !isKnown(one) {
			s.differ++
		}
	}
	fmt.Fprintln(s.stdout, text.String())
	if s.sequences.report == "" {
		return nil
	}
	file, err := os.OpenFile(s.sequences.report, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("the report: %w", err)
	}
	_, err = file.Write(text.Bytes())
	return errors.Join(err, file.Close())
}

// take records what the real server does.
func (s *sequencesPlayed) take(ctx context.Context, r *runner.Runner, p sequencePlay) error {
	results, err := s.sequenceServers(r, p).Record(ctx, p.all, s.times)
	if err != nil {
		return err
	}
	versions, err := servers.Versions(p.Config.Stack, p.Config.Vintage)
	if err != nil {
		return err
	}
	s.mu.Lock() // both vintages are in one file
	defer s.mu.Unlock()
	path := filepath.Join(s.sequences.recorded, p.Name+".yaml")
	recording, err := sequences.LoadRecording(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if digest := sequences.Digest(p.all); recording.Sequences != digest {
		recording = sequences.Recording{Server: p.Name, Sequences: digest}
	}
	unstable := recording.Take(p.Config.Vintage, time.Now().Format(time.DateOnly), versions, results)
	fmt.Fprintf(s.stdout, "%v: %d recorded, %d unstable\n", p, len(results), unstable)
	return recording.Save(path)
}

// sequenceServers is the real server, with a line of progress now and then. One that serves one connection at a time is started
// several times, but less often than another has connections: starting takes a whole core.
func (s *sequencesPlayed) sequenceServers(r *runner.Runner, p sequencePlay) sequences.Servers {
	served := sequences.Servers{Real: startWith(r, p.Config, r.Oracle), Serial: p.Serial, AtOnce: s.sequences.atOnce}
	if p.Serial {
		served.AtOnce = max(1, served.AtOnce/3)
	}
	served.Progress = func(played, all, differ int) {
		s.mu.Lock()
		defer s.mu.Unlock()
		if time.Since(s.last) < 10*time.Second {
			return
		}
		s.last = time.Now()
		fmt.Fprintf(s.stdout, "[%4.0f s] %v: %d of %d, %d of these differ or differed\n", time.Since(s.began).Seconds(), p, played, all, differ)
	}
	return served
}

func startWith(r *runner.Runner, cfg servers.Config, subject servers.Subject) sequences.Start {
	return func(ctx context.Context) (*driver.Process, int, error) { return r.Start(ctx, cfg, subject) }
}
