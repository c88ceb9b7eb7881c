package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/target-server/target-server/lab/report"
	"github.com/target-server/target-server/lab/scenarios"
)

// The pages are written when every stack was played, and not before.
func TestReport(t *testing.T) {
	dir := t.TempDir()
	results, docs, measured := filepath.Join(dir, "results"), filepath.Join(dir, "docs"), filepath.Join(dir, "measured")
	if err := os.Mkdir(measured, 0o755); err != nil {
		t.Fatal(err)
	}
	write := func() (int, string) {
		var out bytes.Buffer
		code := run(t.Context(), []string{"--report", "--results", results, "--docs", docs, "--measured", measured, "--recordings", "../../recordings"}, &out, &out)
		return code, out.String()
	}
	if code, said := write(); code != exitFailed || !strings.Contains(said, "a whole go run ./lab/cmd/lab --live writes it") {
		t.Errorf("nothing was played: exit %d, said %q", code, said)
	}
	var r report.Results
	for _, stack := range scenarios.Stacks() {
		r.Parts = append(r.Parts, report.Part{Stack: stack, Date: "2026-11-29", Rows: []report.Row{{Scenario: "x", Vintage: "current", Facts: 3, Agree: 3}}})
	}
	all := r.Parts
	r.Parts = all[1:]
	save := func() {
		if err := r.Save(filepath.Join(results, "live.json")); err != nil {
			t.Fatal(err)
		}
	}
	save()
	if code, said := write(); code != exitFailed || !strings.Contains(said, "there are no results of uvicorn (go run") {
		t.Errorf("one stack was not played: exit %d, said %q", code, said)
	}
	r.Parts = all
	save()
	if code, said := write(); code != exitFailed || !strings.Contains(said, "go run ./lab/cmd/lab --variants writes it") {
		t.Errorf("no wrong variant was played: exit %d, said %q", code, said)
	}
	if err := report.SaveVariants(filepath.Join(results, "variants.json"), report.Variants{}); err != nil {
		t.Fatal(err)
	}
	if code, said := write(); code != exitGood {
		t.Errorf("exit %d, said %q", code, said)
	}
	if _, err := os.Stat(filepath.Join(docs, "fidelity", "node.md")); err != nil {
		t.Error(err)
	}
	data, err := os.ReadFile(filepath.Join(measured, "node.json"))
	if err != nil || !strings.Contains(string(data), `"equal": 3`) {
		t.Errorf("what target-server stacks node says is %s, %v; want the live run in it", data, err)
	}
}
