package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/target-server/target-server/lab/boundaries"
	"github.com/target-server/target-server/lab/runner"
	"github.com/target-server/target-server/lab/scenarios"
	"github.com/target-server/target-server/lab/servers"
)

// checkAll starts every pinned real server, and sends it one request.
func (o options) checkAll(ctx context.Context, r *runner.Runner, stdout io.Writer) (int, error) {
	code := exitGood
	for _, cfg := range checked() {
		for _, vintage := range servers.Vintages() {
			if o.stack != "" && o.stack != cfg.Stack || o.vintage != "" && o.vintage != vintage {
				continue
			}
			cfg.Vintage = vintage
			said, err := ask(ctx, r, cfg)
			if err != nil {
				said, code = err.Error(), exitFailed
			}
			fmt.Fprintf(stdout, "%-17s %-8s %-12s %-8s %s\n", cfg.Stack, vintage, cfg.Mode, cfg.App, said)
		}
	}
	return code, ctx.Err()
}

// checked is every stack, and the article's two servers that start and then fail every request.
func checked() []servers.Config {
	var all []servers.Config
	for _, stack := range servers.Stacks() {
		all = append(all, servers.Config{Stack: stack, Mode: boundaries.UsualMode(stack), Sleep: 10 * time.Millisecond})
	}
	return append(all,
		servers.Config{Stack: "hypercorn-trio", Mode: "cooperative", Sleep: 10 * time.Millisecond},
		servers.Config{Stack: "gunicorn-sync", Mode: "threadpool", App: "fastapi"})
}

// ask starts a server, sends a request, and returns the status line and the body of the answer.
func ask(ctx context.Context, r *runner.Runner, cfg servers.Config) (string, error) {
	said := ""
	scenario := scenarios.Scenario{Name: "check", Play: func(s *scenarios.Stage) {
		c := s.Connect()
		c.Get("1")
		c.Await(1, 10*time.Second)
		if answers := c.Answers(); len(answers) > 0 {
			said = fmt.Sprintf("%s, %.60q", answers[0].Line, answers[0].Body)
		}
	}}
	if _, err := r.Perform(ctx, runner.Play{Scenario: scenario, Config: cfg}, r.Oracle); err != nil {
		return "", err
	}
	if said == "" {
		return "", fmt.Errorf("%s at %s started but did not answer", cfg.Stack, cfg.Vintage)
	}
	return said, nil
}
