package article

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/facts"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

func TestExperimentsAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range All() {
		if seen[e.Name] || e.Name == "" || len(e.Saw) < 10 || e.Scale == "" || e.Play == nil || e.Server.Mode == "" || e.Server.Sleep == 0 {
			t.Errorf("%q: every field of an experiment must be set, and its name must be unique", e.Name)
		}
		seen[e.Name] = true
	}
}

// In simulated time, target-server shows what the article saw.
func TestWhatTheArticleSaw(t *testing.T) {
	tests := map[string]string{
		"forty-at-once":          "established: 1000; processed: 40; waiting: 960",
		"resized":                "established: 1000; processed: 200; waiting: 800",
		"last-come-first-served": "first done: 1; then starts: `#41 processing request id[1000]`; threads called: AnyIO worker thread",
		"threads-repeat":         "requests: 120; threads: 40",
		"bounded-line":           "processed: 40; refused: 160; waiting: 100",
		"blocked":                "a 404 requested meanwhile comes: with the others; processed at once: 1; threads called: MainThread; all done after: 8.",
		"awaiting":               "share started before the first is done: 0.85; threads called: MainThread; busy processes: 1",
	}
	r := &runner.Runner{Offline: true, Subject: servers.Ours{Binary: "target-server"}}
	for _, e := range All() {
		want, ok := tests[e.Name]
		if !ok {
			continue
		}
		delete(tests, e.Name)
		t.Run(e.Name, func(t *testing.T) {
			e.Server.Vintage = servers.Vintage202303
			var shown Shown
			play := runner.Play{Scenario: scenarios.Scenario{Name: e.Name, Play: e.Play}, Config: e.Server}
			shown.Facts, shown.Err = r.Perform(t.Context(), play, flagged{r.Subject, e.Ours})
			if got := shown.cell(); !strings.HasPrefix(got, want) {
				t.Errorf("got %s, want %s…", got, want)
			}
		})
	}
	for name := range tests {
		t.Errorf("no experiment %s", name)
	}
}

func TestCommand(t *testing.T) {
	for name, want := range map[string]string{
		"forty-at-once":    "target-server --mode threadpool --sleep 10s",
		"bounded-line":     "target-server --mode threadpool --sleep 2s --queue 100",
		"hypercorn-log":    `target-server --mode threadpool --stack hypercorn --sleep 100ms --access-log-format '%(h)s "%(r)s" %(s)s'`,
		"awaiting-workers": "target-server --mode cooperative --sleep 5s --workers 2",
	} {
		for _, e := range All() {
			if got := e.command(servers.Vintage202303); e.Name == name && got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
		}
	}
}

func TestPage(t *testing.T) {
	showing := func(value string) Shown { return Shown{Facts: []facts.Fact{facts.NewExact("processed", value)}} }
	broken := Shown{Err: errors.New("the server did not come up; its output:\n    stderr: target-server: no | such stack")}
	rows := []Row{
		{Experiment: Experiment{Saw: "forty", Scale: "small"}, Command: "target-server", Real: showing("40"), Ours: showing("40")},
		{Real: showing("40"), Ours: showing("41")},
		{Experiment: Experiment{OnPurpose: "--queue is ours"}, Real: showing("40"), Ours: showing("41")},
		{Real: showing(`"hello"`), Ours: broken},
		{Real: broken, Ours: broken},
	}
	page := Page(rows, "2023-03", "2026-11-26", "2 cores")
	for _, want := range []string{
		"2026-11-26, 2 cores, the versions of 2023-03", "Of 5 rows, 1 show the same on both; 1 differ on purpose",
		"| forty | small | `target-server` | processed: 40 | processed: 40 | yes |\n",
		"| processed: 40 | processed: 41 | **no** |\n",
		"| processed: 40 | processed: 41 | no: --queue is ours |\n",
		"| processed: `\"hello\"` | could not be played: `target-server: no \\| such stack` | **no** |\n",
		"such stack` | **no** |\n",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not on the page:\n%s", want, page)
		}
	}
}

func TestWords(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{kinds([]string{"Trio worker thread 1", "MainThread", "Trio worker thread 22"}), "MainThread, Trio worker thread N"},
		{fmt.Sprint(different([]string{"a", "b", "a"})), "2"},
		{firsts([]string{"[2026-11-22 19:16:16 +0000] [70] [ERROR] Error", "[2026-11-22 19:16:17 +0000] [70] [ERROR] Error", "", "KeyError"}), "[ERROR] Error / KeyError"},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
