package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/target-server/target-server/internal/markers"
	"github.com/target-server/target-server/lab/pacing"
	"github.com/target-server/target-server/lab/servers"
)

// measurePace compares target-server at --pace real with the real servers under load. Its table is apart from the
// figures.
func measurePace(ctx context.Context, b *bench) ([]result, error) {
	env, err := filepath.Abs(b.env)
	if err != nil {
		return nil, fmt.Errorf("folder of the real servers: %w", err)
	}
	if _, err := os.Stat(env); errors.Is(err, fs.ErrNotExist) {
		b.say("pace: not compared, as there are no real servers in %s (go run ./lab/cmd/lab --install)", b.env)
		return nil, nil
	}
	vintages, stacks := servers.Vintages(), pacedStacks
	if b.quick {
		vintages, stacks = []string{servers.VintageCurrent}, pacedStacks[:1]
	}
	lab := pacing.Lab{
		Real: servers.Real{Dir: env}, Ours: servers.Ours{Binary: filepath.Join(b.dir, "target-server")},
		Rounds: b.size(5, 1), Each: time.Duration(b.size(250, 200)) * time.Millisecond, Say: b.say,
	}
	for _, vintage := range vintages {
		for _, stack := range stacks {
			for _, s := range pacing.Setups(stack, vintage, "", "") {
				rows, err := lab.Compare(ctx, s)
				if err != nil {
					b.say("pace: %v", err)
					if ctx.Err() != nil {
						return nil, ctx.Err()
					}
					continue
				}
				b.paces = append(b.paces, rows...)
				b.say("pace: %s at %s, %s: %s", stack, vintage, s.Name(), shares(rows))
			}
		}
	}
	return nil, nil
}

// pacedStacks are the stacks whose pace is compared.
var pacedStacks = []string{
	"uvicorn", "hypercorn", "gunicorn-uvicorn", "gunicorn-sync", "gunicorn-gthread", "flask", "waitress",
}

func shares(rows []pacing.Row) string {
	var all []string
	for _, r := range rows {
		all = append(all, fmt.Sprintf("%d clients %.2f and %.2f", r.Clients, r.Ratio.Rate, r.Ratio.Latency))
	}
	return strings.Join(all, "; ")
}

// paceTable is the comparison as a table, and how it was made.
func (b *bench) paceTable() string {
	if len(b.paces) == 0 {
		return ""
	}
	var t strings.Builder
	within, control := 0, 0
	t.WriteString("| stack | vintage | function, sleep | clients | real, requests/s | ours | real, median latency | ours | real again |\n" +
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range b.paces {
		if r.Ratio.Within() {
			within++
		}
		if r.Control.Within() {
			control++
		}
		fmt.Fprintf(&t, "| %s | %s | %s | %d | %.0f | %.0f (%.2f) | %s | %s (%.2f) | %.2f, %.2f |\n",
			r.Setup.Stack, r.Setup.Vintage, r.Setup.Name(), r.Clients, r.Real.Rate, r.Ours.Rate, r.Ratio.Rate,
			inTime(r.Real.Latency), inTime(r.Ours.Latency), r.Ratio.Latency, r.Control.Rate, r.Control.Latency)
	}
	fmt.Fprintf(&t, "\n%s. %d of %d rows have both figures within %.0f %% of the real server's. Each figure is the median of %d rounds, in which "+
		"the real server, target-server and the real server again answer the same clients; in brackets, the median of the rounds' "+
		"ratios. The last column is the real server's second turn compared with its first: it is as close to itself in %d rows.\n",
		today(), within, len(b.paces), pacing.Tolerance*100, b.size(5, 1), control)
	return t.String()
}

// writePace refreshes the table in bench.md, after a run of the pace alone.
func (b *bench) writePace() error {
	if b.docs == "" || len(b.paces) == 0 || b.quick {
		return nil
	}
	path := filepath.Join(b.docs, "bench.md")
	text, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("the table of the pace: %w", err)
	}
	filled, err := markers.Fill(string(text), "bench", map[string]string{"pace": b.paceTable()})
	return errors.Join(err, os.WriteFile(path, []byte(filled), 0o644))
}

// paceSection is its part of bench.md.
func (b *bench) paceSection() string {
	return "\n## The pace of Python\n\n" +
		"Target-server with `--pace real` and the real servers, under load by the same clients.\n\n" +
		markers.Begin("bench", "pace") + "\n" + b.paceTable() + "<!-- bench end -->\n"
}
