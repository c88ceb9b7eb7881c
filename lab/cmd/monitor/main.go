// Command monitor has a real Prometheus watch target-servers; see package monitor.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/target-server/target-server/lab/monitor"
	"github.com/target-server/target-server/lab/servers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "monitor:", err)
		os.Exit(1)
	}
}

const usage = `monitor has a real Prometheus watch three target-servers through a calm phase, an overload and a recovery.

  go run ./lab/cmd/monitor           play, check, and draw docs/metrics.svg
  go run ./lab/cmd/monitor --check   only check

It takes about 45 s and needs prometheus and promtool.

Flags:
`

func run(ctx context.Context, args []string, out io.Writer) error {
	set := flag.NewFlagSet("monitor", flag.ExitOnError)
	set.Usage = func() {
		fmt.Fprint(out, usage)
		set.PrintDefaults()
	}
	check := set.Bool("check", false, "only check; write nothing")
	deploy := set.String("deploy", "deploy", "`folder` with the rules and the dashboard")
	docs := set.String("docs", "docs", "`folder` for the picture")
	if err := set.Parse(args); err != nil {
		return err
	}
	if set.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q; accepted: --check, --deploy FOLDER, --docs FOLDER", set.Arg(0))
	}
	binary, clean, err := servers.BuildTarget(ctx)
	if err != nil {
		return err
	}
	defer clean()
	result, err := monitor.Play(ctx, binary, *deploy, func(text string) { fmt.Fprintln(out, text) })
	if err != nil {
		return err
	}
	if failed := monitor.Checks(result); len(failed) > 0 {
		return errors.New(strings.Join(failed, "\n         "))
	}
	fmt.Fprintln(out, "every panel has data, every alert has fired, and promtool has nothing to say")
	if *check {
		return nil
	}
	if err := os.WriteFile(filepath.Join(*docs, "metrics.svg"), monitor.Picture(result), 0o644); err != nil {
		return fmt.Errorf("picture: %w", err)
	}
	return nil
}
