package recordings_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// How many scenarios are played at a time on real processes, which mostly wait. Scenarios with tight
// times, which use hardly any CPU, run only alongside each other.
const (
	atATime         = 32
	tightAtATime    = 24
	repeatedAtATime = 4
)

// replayed is one scenario at one vintage, and its result.
type replayed struct {
	play    runner.Play
	verdict runner.Verdict
}

// Target-server agrees with every recording of the real servers: in simulated time if a scenario needs
// only one process, otherwise with the real binary.
func TestTargetServerMeetsEveryRecording(t *testing.T) {
	r := &runner.Runner{
		Offline: true, Jobs: atATime, Subject: servers.Ours{Binary: build(t), Programs: "../programs"},
		Recorded: recordings.Store{Dir: "."},
	}
	r.Prepare()
	all := everything()
	simulated, live, tight := byNeed(all)
	for _, group := range []struct {
		plays []*replayed
		jobs  int
	}{
		{simulated, runtime.GOMAXPROCS(0)}, // they are limited by the CPU
		{live, atATime},
		{tight, tightAtATime},
	} {
		replay(t.Context(), r, group.plays, group.jobs)
	}
	for _, p := range all {
		t.Run(p.play.Scenario.Name+"/"+p.play.Config.Vintage, func(t *testing.T) { show(t, p.verdict) })
	}
}

// byNeed splits the plays into those that need only simulated time, those that need a process, and
// those that need a process with little else running. Those that fill the kernel's buffers take longest
// and come first.
func byNeed(all []*replayed) (simulated, live, tight []*replayed) {
	for _, p := range all {
		switch s := p.play.Scenario; {
		case s.Simulable():
			simulated = append(simulated, p)
		case s.Alone, s.Kernel && s.Server.Backlog > 0: // a full backlog is timed by the kernel's retries
			tight = append(tight, p)
		default:
			live = append(live, p)
		}
	}
	slices.SortStableFunc(live, func(a, b *replayed) int { return filling(b) - filling(a) })
	return simulated, live, tight
}

func filling(p *replayed) int {
	if p.play.Scenario.Kernel {
		return 1
	}
	return 0
}

// replay plays everything, so many at a time. What differs from its recording is repeated later, with
// less running in parallel.
func replay(ctx context.Context, r *runner.Runner, plays []*replayed, jobs int) {
	var mu sync.Mutex
	var unsettled []*runner.Comparison
	of := map[*runner.Comparison]*replayed{}
	anyhow := func(*replayed) bool { return false }
	runner.Each(ctx, jobs, plays, anyhow, func(ctx context.Context, p *replayed) {
		c := r.Compare(ctx, p.play)
		p.verdict = c.Verdict
		if !c.Settled() {
			mu.Lock()
			defer mu.Unlock()
			unsettled, of[c] = append(unsettled, c), p
		}
	})
	runner.Each(ctx, repeatedAtATime, unsettled, (*runner.Comparison).Quiet, func(ctx context.Context, c *runner.Comparison) {
		r.Repeat(ctx, c)
		of[c].verdict = c.Verdict
	})
}

func show(t *testing.T, v runner.Verdict) {
	t.Helper()
	if v.Err != nil {
		t.Error(v.Err)
	}
	if len(v.Findings) == 0 {
		t.Error("no fact was compared")
	}
	for _, f := range v.Findings {
		if f.Outcome == runner.Differs {
			t.Errorf("%s(only this: go run ./lab/cmd/lab --replay --stack %s --vintage %s --only %s)", f.Diff(), v.Stack, v.Vintage, v.Scenario)
		}
	}
}

// everything is every scenario, at every vintage to which it applies.
func everything() []*replayed {
	var all []*replayed
	for _, s := range scenarios.All() {
		for _, vintage := range servers.Vintages() {
			if s.At(vintage) {
				cfg := s.Server
				cfg.Vintage = vintage
				all = append(all, &replayed{play: runner.Play{Scenario: s, Config: cfg}})
			}
		}
	}
	return all
}

// build builds target-server as it is released.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "target-server")
	command := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../cmd/target-server")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build target-server: %v\n%s", err, out)
	}
	return binary
}

// Every file is the recording of an existing scenario.
func TestNoRecordingIsLeftOver(t *testing.T) {
	var known []string
	for _, p := range everything() {
		known = append(known, filepath.Join(p.play.Config.Name(), p.play.Config.Vintage, p.play.Scenario.Name+".yaml"))
	}
	files, err := filepath.Glob(filepath.Join("*", "*", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("found %d files, %v", len(files), err)
	}
	for _, file := range files {
		if !slices.Contains(known, file) {
			t.Errorf("%s: no scenario has this name at this vintage; known are %s, …", file, strings.Join(known[:3], ", "))
		}
	}
}
