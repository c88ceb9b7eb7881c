package recordings_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// atATime is how many scenarios are played on real processes at a time: they
// wait far more than they work.
const atATime = 12

// replayed is one scenario at one vintage, and what came of it.
type replayed struct {
	play    runner.Play
	verdict runner.Verdict
}

// Target-server meets every recording of the real servers: in simulated time
// where a scenario needs one process alone, else with the real binary.
func TestTargetServerMeetsEveryRecording(t *testing.T) {
	r := &runner.Runner{
		Offline: true, Jobs: atATime, Subject: servers.Ours{Binary: build(t)},
		Recorded: recordings.Store{Dir: "."},
	}
	r.Prepare()
	all := everything()
	quiet := func(p *replayed) bool { return p.play.Scenario.Alone }
	runner.Each(t.Context(), atATime, all, quiet, func(ctx context.Context, p *replayed) {
		c := r.Compare(ctx, p.play)
		r.Repeat(ctx, c)
		p.verdict = c.Verdict
	})
	for _, p := range all {
		t.Run(p.play.Scenario.Name+"/"+p.play.Config.Vintage, func(t *testing.T) { show(t, p.verdict) })
	}
}

func show(t *testing.T, v runner.Verdict) {
	if v.Err != nil {
		t.Error(v.Err)
	}
	if len(v.Findings) == 0 {
		t.Error("no fact was compared")
	}
	for _, f := range v.Findings {
		if f.Outcome == runner.Differs {
			t.Errorf("%s(alone: go run ./lab/cmd/lab --replay --stack %s --vintage %s --only %s)", f.Diff(), v.Stack, v.Vintage, v.Scenario)
		}
	}
}

// everything is every scenario at every vintage that it applies to.
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

// build gives a binary of target-server, as it is shipped.
func build(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "target-server")
	command := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "../../cmd/target-server")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build target-server: %v\n%s", err, out)
	}
	return binary
}

// Every file is the recording of a scenario that there is.
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
