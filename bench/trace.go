package main

import (
	"context"
	"fmt"
	"path/filepath"
)

// measureTrace compares the CPU time per request with and without a trace, for Perfetto and in rows.
func measureTrace(ctx context.Context, b *bench) ([]result, error) {
	n := b.size(60_000, 5_000)
	var results []result
	for _, ending := range []string{".pftrace", ".ndjson"} {
		r := result{
			Figure: "trace", What: fmt.Sprintf("CPU time per request, with --trace run%s ÷ without", ending), Unit: times,
			Goal: "at most 1.15",
			How: fmt.Sprintf("user and system time of the server for %s requests without sleep over 64 connections kept alive, the "+
				"writing of the file included; the median of pairs in turns", thousands(n)),
		}
		path := filepath.Join(b.dir, "run"+ending)
		err := b.compare(ctx, &r, n, settings{limit: 40, more: []string{"--trace=" + path, "--trace-size=1GiB"}}, nil)
		if err != nil {
			return results, err
		}
		r.Met = r.Ours <= 1.15
		results = append(results, r)
	}
	return results, nil
}
