package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/target-server/target-server/lab/pacing"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/servers"
	"github.com/target-server/target-server/pace"
)

// paced is a server whose pace is measured, apart from its vintage.
type paced struct{ stack, loop, http string }

// allPaced lists them, each with the choices that its stack has.
func allPaced() []paced {
	return []paced{
		{stack: "uvicorn"},
		{stack: "hypercorn"},
		{stack: "gunicorn-sync"},
		{stack: "gunicorn-gthread"},
		{stack: "gunicorn-uvicorn"},
		{stack: "flask"},
		{stack: "waitress"},
		{stack: "flask-single"},
		{stack: "hypercorn-uvloop"},
		{stack: "hypercorn-trio"},
		{stack: "uvicorn", http: "h11"},
		{stack: "uvicorn", loop: "asyncio"},
		{stack: "uvicorn", loop: "asyncio", http: "h11"},
	}
}

// eachPaced calls f for each that was chosen, at each chosen vintage.
func (o options) eachPaced(f func(setups []pacing.Setup) error) error {
	for _, vintage := range servers.Vintages() {
		for _, p := range allPaced() {
			if o.vintage != "" && o.vintage != vintage || !o.picks(p) {
				continue
			}
			if err := f(pacing.Setups(p.stack, vintage, p.loop, p.http)); err != nil {
				return err
			}
		}
	}
	return nil
}

// picks reports whether a server was chosen. Without a choice, loops and parsers other than the usual are only measured,
// not compared.
func (o options) picks(p paced) bool {
	if o.comparePace && o.loop+o.http == "" && p.loop+p.http != "" {
		return false
	}
	return (o.stack == "" || o.stack == p.stack) && fits(p.loop, o.loop, "uvloop") && fits(p.http, o.http, "httptools")
}

// fits reports whether a choice, of which nothing stands for the usual, is the one that was asked for.
func fits(choice, asked, usual string) bool {
	return asked == "" || choice == asked || choice == "" && asked == usual
}

func (o options) pacingLab(r *runner.Runner, stdout io.Writer) pacing.Lab {
	return pacing.Lab{
		Real: r.Oracle, Ours: r.Subject, Rounds: o.times, Each: o.each,
		Say: func(format string, args ...any) { fmt.Fprintf(stdout, format+"\n", args...) },
	}
}

// measurePace measures how long the real servers compute, and adds that to pace/measured.
func (o options) measurePace(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	lab := o.pacingLab(r, stdout)
	err := o.eachPaced(func(setups []pacing.Setup) error {
		m, err := lab.Measure(ctx, setups)
		if err != nil {
			return err
		}
		return writePace(filepath.Join("pace", "measured"), setups[0], m)
	})
	if err != nil {
		return exitFailed, err
	}
	return exitGood, nil
}

// writePace adds the costs of a server to the file of its stack.
func writePace(folder string, s pacing.Setup, m pace.Measured) error {
	path := filepath.Join(folder, s.Stack+".json")
	all := map[string]pace.Measured{}
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &all)
	}
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("%s: %w", path, err)
	}
	all[s.Key()] = m
	text, err := json.MarshalIndent(all, "", "  ")
	if err == nil {
		err = os.WriteFile(path, append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// checkPace compares target-server at --pace real with the real servers.
func (o options) checkPace(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	lab, code := o.pacingLab(r, stdout), exitGood
	err := o.eachPaced(func(setups []pacing.Setup) error {
		for _, s := range setups {
			rows, err := lab.Compare(ctx, s)
			if err != nil {
				return err
			}
			for _, row := range rows {
				verdict := ""
				if !row.Ratio.Within() {
					verdict, code = "  DIFFERS", exitFailed
				}
				fmt.Fprintf(stdout, "%-17s %-18s %-10s %2d clients: %6.0f/s, real %6.0f/s (%.2f); median %8v, real %8v (%.2f); real again %.2f, %.2f%s\n",
					s.Stack, s.Key(), s.Name(), row.Clients, row.Ours.Rate, row.Real.Rate, row.Ratio.Rate,
					row.Ours.Latency.Round(10*time.Microsecond), row.Real.Latency.Round(10*time.Microsecond), row.Ratio.Latency,
					row.Control.Rate, row.Control.Latency, verdict)
			}
		}
		return nil
	})
	if err != nil {
		return exitFailed, err
	}
	return code, nil
}
