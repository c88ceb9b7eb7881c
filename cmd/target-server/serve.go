package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/target-server/target-server/config"
	"github.com/target-server/target-server/like"
	"github.com/target-server/target-server/server"
	"github.com/target-server/target-server/stacks"
)

// runServe reads the settings and serves until it is told to stop.
func (p program) runServe(ctx context.Context, args []string, env func(string) (string, bool), std streams) int {
	var environ []string
	if p.environ != nil {
		environ = p.environ()
	}
	var warnings []error
	cfg, err := config.Load(config.Sources{
		Args: args, LookupEnv: env, Environ: environ, Now: p.now, Stacks: p.stacks, Commands: commandNames(), Foreign: like.Read,
		Warn: func(err error) { warnings = append(warnings, err) },
	})
	var exit *like.Exit
	switch {
	case errors.As(err, &exit): // as the real server ends
		fmt.Fprint(std.err, exit.Text)
		return exit.Status
	case errors.Is(err, config.ErrHelp):
		return p.runHelp(std)
	case errors.Is(err, config.ErrVersion):
		return p.runVersion(nil, std)
	case err != nil:
		return wrong(std, err)
	}
	if os.Getpid() == 1 && cfg.AdminIsLocal() {
		warnings = append(warnings, fmt.Errorf("--admin-addr %s can be reached only from within this container; elsewhere use :9090 with a token or --admin-open", cfg.AdminAddr))
	}
	if err := programOn(cfg); err != nil {
		return wrong(std, err)
	}
	for _, warning := range warnings {
		complain(std, fmt.Errorf("warning: %w", warning))
	}
	return exitCode(p.serve(ctx, cfg, std), std)
}

// programOn refuses a program with what its stack cannot have.
func programOn(cfg config.Config) error {
	stack, err := stacks.Find(cfg.Stack, cfg.Vintage)
	if err != nil {
		return err
	}
	return stack.CheckProgram(cfg)
}

// serve runs the stack that the settings name, and ends the process as the stack ends.
func serve(ctx context.Context, cfg config.Config, std streams) error {
	stack, err := stacks.Find(cfg.Stack, cfg.Vintage)
	if err != nil {
		return err
	}
	return end(server.Run(ctx, cfg, stack, server.Streams{Stdin: std.in, Stdout: std.out, Stderr: std.err, Version: buildInfo().version}))
}

// runWorker runs a worker that a parent has started.
func (p program) runWorker(ctx context.Context, std streams) int {
	return exitCode(end(server.RunWorker(ctx, stacks.Find, server.Streams{Stdout: std.out, Stderr: std.err})), std)
}

// end ends the process by a signal if the real server does, and otherwise returns the exit status as an error.
func end(how server.Ended, err error) error {
	switch {
	case err != nil:
		return err
	case how.Signal != 0:
		return how.Die()
	case how.Status != 0:
		return status(how.Status)
	}
	return nil
}

// status is an exit status whose reason has been logged already.
type status int

func (s status) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// ExitCode implements what exitCode asks for.
func (s status) ExitCode() int { return int(s) }
