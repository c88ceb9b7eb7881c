//go:build unix

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What a server writes, plot reads: its log, and its trace in each format.
func TestPlotOfARealRun(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{"ndjson", "csv", "pftrace"} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			trace, log, out := filepath.Join(dir, "trace."+ending), filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "run.svg")
			p := start(t, "--log-format=json", "--sleep=20ms", "--limit=1", "--queue=1", "--trace="+trace)
			for i := range 3 {
				if text, err := p.get(t.Context(), fmt.Sprint("/?id=", i+1)); err != nil || text != `200 "hello"` {
					t.Fatalf("got %q, %v", text, err)
				}
			}
			p.signal(syscall.SIGTERM)
			p.end()
			if err := os.WriteFile(log, []byte(p.stdout.String()), 0o600); err != nil {
				t.Fatal(err)
			}
			got := try(t, nil, nil, "plot", trace, log, "--out", out)
			svg, err := os.ReadFile(out)
			if got.code != 0 || got.err != "" || err != nil {
				t.Fatalf("status %d, stderr %q, %v", got.code, got.err, err)
			}
			facts := func(name string) string {
				_, rest, _ := strings.Cut(string(svg), name+": ")
				before, _, _ := strings.Cut(rest, ".ndjson")
				text, _, _ := strings.Cut(before, "; longest")
				return strings.TrimSpace(text)
			}
			of := facts("trace." + ending)
			if !strings.HasPrefix(of, "3 requests in ") || !strings.Contains(of, "; at most 1 running and ") || of != facts("log.ndjson") {
				t.Errorf("the trace has %q, and the log %q", of, facts("log.ndjson"))
			}
		})
	}
}
