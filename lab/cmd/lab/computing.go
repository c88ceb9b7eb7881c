package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/servers"
)

// checkComputing compares how long a request to the event loop takes while threads compute.
func (o options) checkComputing(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	lab, code := o.pacingLab(r, stdout), exitGood
	for _, vintage := range servers.Vintages() {
		for _, stack := range []string{servers.Uvicorn, "hypercorn"} {
			if o.vintage != "" && o.vintage != vintage || o.stack != "" && o.stack != stack {
				continue
			}
			waits, err := lab.Waits(ctx, stack, vintage)
			if err != nil {
				return exitFailed, err
			}
			for _, w := range waits {
				on, verdict := "kept connection", ""
				if w.Connects {
					on = "new connection"
				}
				if !w.Within() {
					verdict, code = "  DIFFERS", exitFailed
				}
				median, ninetieth := w.Shares()
				fmt.Fprintf(stdout, "%-10s %-8s %-15s: median %7v, real %7v (%.2f); 90th percentile %7v, real %7v (%.2f)%s\n",
					stack, vintage, on, w.Ours.Median.Round(time.Millisecond), w.Real.Median.Round(time.Millisecond), median,
					w.Ours.Ninetieth.Round(time.Millisecond), w.Real.Ninetieth.Round(time.Millisecond), ninetieth, verdict)
			}
		}
	}
	return code, nil
}
