package recordings_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/recordings"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/stacks"
)

// The counts printed by target-server stacks NAME agree with the recordings.
func TestWhatWasMeasuredIsCurrent(t *testing.T) {
	known := map[string]bool{}
	for _, stack := range scenarios.Stacks() {
		known[stack+".json"] = true
		want, err := recordings.Store{Dir: "."}.Measure(stack)
		if err != nil {
			t.Fatal(err)
		}
		got, err := stacks.Measured(stack)
		for vintage, m := range got {
			m.Live = nil // of a run beside the real server
			got[vintage] = m
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: the program says %+v, %v; the recordings %+v (go run ./lab/cmd/lab --measure writes it again)", stack, got, err, want)
		}
	}
	files, err := filepath.Glob("../../stacks/measured/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !known[filepath.Base(file)] {
			t.Errorf("%s: this stack has no scenario", file)
		}
	}
}

// Facts are counted by vintage, and the versions are those of the newest recording.
func TestMeasure(t *testing.T) {
	store := recordings.Store{Dir: t.TempDir()}
	found := []facts.Fact{facts.NewExact("exit", "exit 0"), facts.NewExact("answers", "5 x 200")}
	for _, r := range []recordings.Recording{
		{Scenario: "a", Vintage: "current", Recorded: "2026-11-02", Versions: map[string]string{"flask": "3"}, Unstable: []string{"x"}, Facts: found},
		{Scenario: "b", Vintage: "current", Recorded: "2026-11-01", Versions: map[string]string{"flask": "2"}},
		{Scenario: "a", Vintage: "2023-03", Recorded: "2026-11-01"},
	} {
		r.Stack = "flask"
		if err := store.Save(r); err != nil {
			t.Fatal(err)
		}
	}
	got, err := store.Measure("flask")
	want := stacks.Measure{Recorded: "2026-11-02", Scenarios: 2, Facts: 2, Unstable: 1, Versions: map[string]string{"flask": "3"}}
	if err != nil || !reflect.DeepEqual(got["current"], want) || got["2023-03"].Scenarios != 1 {
		t.Errorf("got %+v, %v; want %+v at current, one scenario at 2023-03", got, err, want)
	}
}

// What was found side by side is written beside what was recorded, and stays until a newer run replaces it.
func TestMeasureKeepsTheLastRunSideBySide(t *testing.T) {
	store, dir := recordings.Store{Dir: t.TempDir()}, t.TempDir()
	if err := store.Save(recordings.Recording{Scenario: "a", Stack: "flask", Vintage: "current", Recorded: "2026-11-01"}); err != nil {
		t.Fatal(err)
	}
	first := map[string]*stacks.Live{"current": {Date: "2026-11-02", Machine: "2 cores", Facts: 3, Equal: 2}}
	second := map[string]*stacks.Live{"current": {Date: "2026-11-03", Machine: "2 cores", Facts: 3, Equal: 3}}
	for _, step := range []struct{ live, want map[string]*stacks.Live }{{first, first}, {nil, first}, {second, second}} {
		if err := store.WriteMeasure("flask", dir, step.live); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, "flask.json"))
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]stacks.Measure
		if err := json.Unmarshal(data, &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(got["current"].Live, step.want["current"]) || got["current"].Scenarios != 1 {
			t.Errorf("got %s, want %+v of the run side by side", data, step.want["current"])
		}
	}
}
